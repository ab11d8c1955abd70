using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSer.Experiments;

/// <summary>A saved model that is asked about audio files. It needs no libtorch. Not thread-safe.</summary>
public sealed class ModelPredictor : IDisposable
{
    internal const string Attention = "Attention";
    private const int SampleRateHz = 16_000;

    private readonly MLContext _ml = new();
    private readonly ITransformer _model;
    private readonly bool _hasAttention;
    private ITransformer? _segments;   // an end of the model: nothing of its own

    private ModelPredictor(ITransformer model, IReadOnlyList<string> classes, bool hasAttention)
        => (_model, Classes, _hasAttention) = (model, classes, hasAttention);

    /// <summary>The classes, in the order of the scores.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>Loads a model.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is no model that reads audio and scores classes.</exception>
    public static ModelPredictor Load(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException(
                $"There is no model at '{path}'. Train one: mlnetser train --corpus CSV --encoder ONNX --output {path}.", path);
        var ml = new MLContext();
        ITransformer model;
        DataViewSchema schema;
        try
        {
            model = ml.Model.Load(path, out _);
            schema = model.GetOutputSchema(ml.Data.LoadFromEnumerable(new[] { new AudioRow() }).Schema);
        }
        catch (Exception error) when (error is not (OutOfMemoryException or OperationCanceledException))
        {
            throw new InvalidDataException($"'{path}' is not a saved model that reads audio files: {error.Message.Split('\n')[0]}", error);
        }
        if (schema.GetColumnOrNull("Score") is not { Type: VectorDataViewType } score)
            throw new InvalidDataException($"'{path}' is a model without a column 'Score' of classes.");
        var names = default(VBuffer<ReadOnlyMemory<char>>);
        score.Annotations.GetValue("SlotNames", ref names);
        return new ModelPredictor(model, [.. names.DenseValues().Select(name => name.ToString())],
            schema.GetColumnOrNull(Attention) is not null);
    }

    /// <summary>Asks about files, in order. A file that cannot be read has an error instead of a label.</summary>
    /// <param name="paths">Audio files.</param>
    /// <param name="withAttention">Whether to say what the model attended to, where it can.</param>
    /// <param name="cancellationToken">Stops before the next file.</param>
    public IEnumerable<Prediction> Predict(IEnumerable<string> paths, bool withAttention = false,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        foreach (var path in paths)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return One(path, withAttention && _hasAttention);
        }
    }

    /// <summary>Asks about the parts of long recordings, one after the other. A file that is shorter is one part; a file that cannot be
    /// read has an error instead of labels.</summary>
    /// <param name="paths">Audio files.</param>
    /// <param name="segmentSeconds">Length of a part, above 0. Each part begins half of this after the one before. What is left at
    /// the end, less than half a part, is not asked about.</param>
    /// <param name="cancellationToken">Stops before the next part.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is not above 0.</exception>
    /// <exception cref="InvalidDataException">The model does not work on samples.</exception>
    public IEnumerable<Prediction> PredictSegments(IEnumerable<string> paths, double segmentSeconds,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        _ = new WaveformWindows(AudioFile.SampleRateHz, segmentSeconds, segmentSeconds / 2);   // refuses a wrong length at once
        return paths.SelectMany(path => Segments(path, segmentSeconds, cancellationToken));
    }

    /// <inheritdoc/>
    public void Dispose() => (_model as IDisposable)?.Dispose();

    private IEnumerable<Prediction> Segments(string path, double segmentSeconds, CancellationToken cancellationToken)
    {
        float[] samples;
        Prediction? failed = null;
        try
        {
            samples = AudioFile.ReadMono(path);
        }
        catch (Exception error) when (error is not (OutOfMemoryException or OperationCanceledException))
        {
            (samples, failed) = ([], new Prediction { Path = path, Error = (UserError.Find(error) ?? error).Message });
        }
        if (failed is not null)
        {
            yield return failed;
            yield break;
        }
        _segments ??= SegmentModel.Of(_ml, _model);
        var windows = new WaveformWindows(AudioFile.SampleRateHz, segmentSeconds, segmentSeconds / 2);
        foreach (var window in windows.Add(samples).DefaultIfEmpty(new WaveformWindow { Waveform = samples }))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return Segment(path, window);
        }
    }

    private Prediction Segment(string path, WaveformWindow window)
    {
        try
        {
            var scores = _segments!.Transform(_ml.Data.LoadFromEnumerable(new[] { window })).GetColumn<float[]>("Score").Single();
            return new Prediction
            {
                Path = path,
                StartSeconds = window.StartSeconds,
                Label = Classes[scores.AsSpan().IndexOf(scores.Max())],
                Scores = scores,
            };
        }
        catch (Exception error) when (error is not (OutOfMemoryException or OperationCanceledException))
        {
            return new Prediction { Path = path, StartSeconds = window.StartSeconds, Error = (UserError.Find(error) ?? error).Message };
        }
    }

    private Prediction One(string path, bool withAttention)
    {
        try
        {
            var scored = _model.Transform(_ml.Data.LoadFromEnumerable(new[] { new AudioRow { AudioPath = path } }));
            var scores = scored.GetColumn<float[]>("Score").Single();
            return new Prediction
            {
                Path = path,
                Label = Classes[scores.AsSpan().IndexOf(scores.Max())],
                Scores = scores,
                Attention = withAttention ? Map(scored) : null
            };
        }
        catch (Exception error) when (error is not (OutOfMemoryException or OperationCanceledException))
        {
            return new Prediction { Path = path, Error = (UserError.Find(error) ?? error).Message };
        }
    }

    private static AttentionMap Map(IDataView scored)
    {
        var weights = scored.GetColumn<float[]>(Attention).Single();
        var shape = scored.GetColumn<long[]>(Attention + ".Shape").Single();   // heads, blocks, frames
        var seconds = (double)scored.GetColumn<float[]>("Waveform").Single().Length / SampleRateHz;
        var filterbank = scored.Schema.GetColumnOrNull(SystemRow.Filterbank) is null ? [] : scored.GetColumn<float[]>(SystemRow.Filterbank)
            .Single();
        var bins = filterbank.Length == 0 ? 1 : (int)scored.GetColumn<long[]>(SystemRow.Filterbank + ".Shape").Single()[^1];
        return new AttentionMap(weights, (int)shape[^2], filterbank, bins, seconds);
    }

    private sealed class AudioRow
    {
        public string AudioPath { get; set; } = "";
    }
}
