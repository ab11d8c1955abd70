using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSer.Tests.Training;

/// <summary>The README's ten lines decode each file once: the last Fit finds what Cached stored.</summary>
[Collection("libtorch")]
public sealed class DecodedOnceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mlnetser-once-").FullName;
    private readonly MLContext _ml = new(1);
    private readonly IDataView _speech;
    private readonly string[] _audio;
    private readonly Reads _reads;

    public DecodedOnceTests()
    {
        _speech = SyntheticCorpus.Write(Path.Combine(_folder, "corpus")).ToDataView(_ml);
        _audio = [.. _speech.GetColumn<string>("AudioPath").Order(StringComparer.Ordinal)];
        _reads = new Reads(_folder);
    }

    [Fact]
    public void The_ten_lines_decode_each_file_once_and_both_trainings_give_the_same_bits()
    {
        var features = Features();
        using var embedded = features.Fit(_speech).Transform(_speech).Cached(Store);
        var trainer = Trainer();
        using var fromView = trainer.Fit(embedded);

        using var model = features.Append(trainer).Fit(_speech);

        Assert.Equal(_audio, _reads.Sorted());
        Assert.Equal(fromView.Scoring, model.LastTransformer.Scoring);
        Assert.Equal(_audio.Length, model.LastTransformer.Report.StoredCount);
    }

    [Fact]
    public void Store_that_was_filled_and_not_opened_is_found_too_even_when_its_view_is_collected()
    {
        var features = Features();
        features.Fit(_speech).Transform(_speech).FillEmbeddingStore(Store);
        GC.Collect();

        using var model = features.Append(Trainer()).Fit(_speech);

        Assert.Equal(_audio, _reads.Sorted());
    }

    [Fact]
    public void Filters_labels_and_a_filterbank_step_between_change_nothing_of_that()
    {
        var features = _ml.Transforms.LoadAudio("Waveform", "AudioPath").Append(_ml.Transforms.ExtractFilterbank("Filterbank", "Waveform"))
            .Append(_ml.Transforms.EmbedSpeech("Embedding", "Filterbank", SpeechEncoder.Untrained()));
        using var embedded = features.Fit(_speech).Transform(_speech).Cached(Store);
        var data = _ml.Data.ShuffleRows(features.Fit(_speech).Transform(_speech), 1);
        var further = _ml.Transforms.CopyColumns("Class", "Label").Append(_ml.Transforms.DropColumns("Waveform")).Fit(data).Transform(data);

        using var model = _ml.MulticlassClassification.Trainers.CtaRnn(Quick.With(new CtaRnnOptions { LabelColumnName = "Class" }))
            .Fit(further);

        Assert.Equal(_audio, _reads.Sorted());
        Assert.Equal(_audio.Length, model.Report.StoredCount);
    }

    [Fact]
    public void Filterbank_that_is_stored_is_not_extracted_again()
    {
        var features = _ml.Transforms.LoadAudio("Waveform", "AudioPath").Append(_ml.Transforms.ExtractFilterbank("Filterbank", "Waveform"));
        using var stored = features.Fit(_speech).Transform(_speech).Cached(Store, options: new() { ColumnName = "Filterbank" });

        var options = Quick.With(new RnnMhsaOptions { FeatureColumnName = "Filterbank" }, epochs: 1);
        var trainer = _ml.MulticlassClassification.Trainers.RnnMhsa(options);
        using var model = features.Append(trainer).Fit(_speech);

        Assert.Equal(_audio, _reads.Sorted());
    }

    [Fact]
    public void Rows_that_no_store_holds_are_computed_and_no_others()
    {
        var features = Features();
        using var embedded = features.Fit(_speech).Transform(_ml.Data.TakeRows(_speech, _audio.Length - 3)).Cached(Store);

        using var model = features.Append(Trainer()).Fit(_speech);

        Assert.Equal(_audio, _reads.Sorted());
        Assert.Equal(_audio.Length - 3, model.LastTransformer.Report.StoredCount);
    }

    [Fact]
    public void Disposed_view_another_encoder_and_a_deleted_store_are_computed_again()
    {
        var features = Features();
        features.Fit(_speech).Transform(_speech).Cached(Store).Dispose();
        features.Append(Trainer()).Fit(_speech).Dispose();
        Assert.Equal(2 * _audio.Length, _reads.Sorted().Length);
        _reads.Clear();

        using var embedded = features.Fit(_speech).Transform(_speech).Cached(Store);
        Assert.Empty(_reads.Sorted());
        Features(seed: 2).Append(Trainer()).Fit(_speech).Dispose();
        Assert.Equal(_audio, _reads.Sorted());
        _reads.Clear();

        Directory.Delete(Store, recursive: true);
        features.Append(Trainer()).Fit(_speech).Dispose();
        Assert.Equal(_audio, _reads.Sorted());
    }

    [Fact]
    public void Waveform_that_was_changed_before_EmbedSpeech_is_never_taken_for_the_stored_one()
    {
        using var embedded = Features().Fit(_speech).Transform(_speech).Cached(Store);
        var louder = _ml.Transforms.LoadAudio("Waveform", "AudioPath")
            .Append(_ml.Transforms.CustomMapping<Sound, Sound>((row, output)
                => output.Waveform = [.. row.Waveform.Select((sample, i) => i % 2 == 0 ? sample : -sample)], null))
            .Append(_ml.Transforms.EmbedSpeech("Embedding", SpeechEncoder.Untrained()));

        using var model = louder.Append(Trainer()).Fit(_speech);
        using var clean = Features().Append(Trainer()).Fit(_speech);

        Assert.Equal(0, model.LastTransformer.Report.StoredCount);
        Assert.NotEqual(clean.LastTransformer.Report.Epochs[0].TrainLoss, model.LastTransformer.Report.Epochs[0].TrainLoss);
    }

    [Fact]
    public void Path_that_was_changed_after_LoadAudio_is_never_taken_for_the_one_it_read()
    {
        using var embedded = Features().Fit(_speech).Transform(_speech).Cached(Store);
        var data = Features().Fit(_speech).Transform(_speech);
        var renamed = _ml.Transforms.CustomMapping<Named, Named>((row, output) => output.AudioPath = _audio[0], null).Fit(data)
            .Transform(data);
        var copied = _ml.Transforms.CopyColumns("AudioPath", "Speaker").Fit(data).Transform(data);

        using var model = Trainer().Fit(renamed);
        using var clean = Trainer().Fit(data);

        Assert.Equal((0, _audio.Length), (model.Report.StoredCount, clean.Report.StoredCount));
        Assert.Equal(clean.Report.Epochs[0].TrainLoss, model.Report.Epochs[0].TrainLoss, 1e-3);
        Assert.NotNull(copied);
    }

    public void Dispose()
    {
        _reads.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string Store => Path.Combine(_folder, "embeddings");

    private EstimatorChain<ComposedTransformer> Features(int seed = 1)
        => _ml.Transforms.LoadAudio("Waveform", "AudioPath").Append(_ml.Transforms.EmbedSpeech("Embedding", SpeechEncoder.Untrained(seed)));

    private SpeechTrainer Trainer() => _ml.MulticlassClassification.Trainers.CtaRnn(Quick.With(new CtaRnnOptions()));

    private sealed class Sound
    {
        [VectorType]
        public float[] Waveform { get; set; } = [];
    }

    private sealed class Named
    {
        public string AudioPath { get; set; } = "";
    }

    /// <summary>Counts the audio files of a folder that are read: it is asked to decode each, and declines.</summary>
    private sealed class Reads : IAudioDecoder, IDisposable
    {
        private readonly string _folder;
        private readonly List<string> _paths = [];
        private readonly IDisposable _added;

        public Reads(string folder)
        {
            _folder = folder;
            _added = AudioFile.AddDecoder(this);
        }

        public string[] Sorted()
        {
            lock (_paths)
                return [.. _paths.Order(StringComparer.Ordinal)];
        }

        public void Clear()
        {
            lock (_paths)
                _paths.Clear();
        }

        public bool CanDecode(string path, ReadOnlySpan<byte> head)
        {
            lock (_paths)
            {
                if (path.StartsWith(_folder, StringComparison.Ordinal))
                    _paths.Add(path);
            }
            return false;
        }

        public DecodedAudio Decode(string path) => throw new InvalidOperationException("It declined.");

        public void Dispose() => _added.Dispose();
    }
}
