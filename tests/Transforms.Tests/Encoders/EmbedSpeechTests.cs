using System.Diagnostics;
using Microsoft.ML;
using MlNetSer.TestKit;

namespace MlNetSer.Tests.Encoders;

public sealed class EmbedSpeechTests(ITestOutputHelper output)
{
    [Fact]
    public void Real_speech_through_the_real_encoder_is_saved_and_loaded_with_the_same_numbers()
    {
        Assert.SkipWhen(SharedData.Folder is null, SharedData.Absent);
        var ml = new MLContext(1);
        var encoder = SpeechEncoder.FromFile(SharedData.Find("nemo-conformer-ctc-small", "encoder.onnx")!, EncoderProfile.NemoCtcKaldi);
        var speech = ml.Data.LoadFromEnumerable([new Speech(SharedData.Find("emodb", "Happy", "03a01Fa.wav")!)]);
        var pipeline = ml.Transforms.LoadAudio("Waveform", "AudioPath")
            .Append(ml.Transforms.ExtractFilterbank("Filterbank", "Waveform", encoder.Profile.Filterbank))
            .Append(ml.Transforms.EmbedSpeech("Embedding", "Filterbank", encoder, 5, 16));

        var clock = Stopwatch.StartNew();
        using var model = pipeline.Fit(speech);
        output.WriteLine($"fit {clock.Elapsed}");
        var embedded = model.Transform(speech);
        var row = Assert.Single(ml.Data.CreateEnumerable<Embedded>(embedded, reuseRowObject: false, ignoreMissingColumns: true));
        output.WriteLine($"transform {clock.Elapsed}");
        var path = Path.Combine(Directory.CreateTempSubdirectory().FullName, "features.zip");
        ml.Model.Save(model, speech.Schema, path);
        var loaded = new MLContext().Model.Load(path, out _);
        var again = Assert.Single(ml.Data.CreateEnumerable<Embedded>(
            loaded.Transform(speech), reuseRowObject: false, ignoreMissingColumns: true));
        output.WriteLine($"again {clock.Elapsed}");

        Assert.Equal([2, row.Shape[1], 176], row.Shape);
        Assert.Equal(row.Shape[0] * row.Shape[1] * row.Shape[2], row.Embedding.Length);
        Assert.Equal(row.Embedding, again.Embedding);
        Assert.Equal(
            ["AudioPath", "Embedding", "Embedding.Identity", "Embedding.Shape", "Filterbank", "Filterbank.Identity", "Filterbank.Shape",
                "Waveform", "Waveform.Identity", "Waveform.Notes"],
            embedded.Schema.Where(c => !c.IsHidden).Select(c => c.Name).Order(StringComparer.Ordinal));
    }

    private sealed record Speech(string AudioPath);

    private sealed class Embedded
    {
        public float[] Embedding { get; set; } = [];

        [Microsoft.ML.Data.ColumnName("Embedding.Shape")]
        public long[] Shape { get; set; } = [];
    }
}
