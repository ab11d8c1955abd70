using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSer.Composition;
using MlNetSer.Export;

namespace MlNetSer;

/// <summary>A trained network: scores utterances through its ONNX export, and is saved as a plain chain of ML.NET's own parts.</summary>
/// <remarks>
/// Output: <c>Score</c> (known-size <c>Vector&lt;Single&gt;</c>, class probabilities, slot names = class names), <c>PredictedLabel</c> (key
/// of class names) and, where the trainer was asked for it, what the network attended to. A saved classifier loads with <c>Model.Load</c>
/// in a process without TorchSharp. One prediction engine serves one thread at a time: several threads in one corrupt memory, and the
/// process ends (docs/serving.md).
/// </remarks>
public sealed class SpeechClassifier : ITransformer, IDisposable
{
    private readonly ComposedTransformer _inner;

    internal SpeechClassifier(byte[] scoring, IReadOnlyList<string> classes, SpeechTrainerOptions options, TrainingReport report)
    {
        (Scoring, Classes, Report) = (scoring, classes, report);
        _inner = Compose(scoring, classes, options);
    }

    /// <summary>The scoring graph (<see cref="ScoringGraph"/>).</summary>
    internal byte[] Scoring { get; }

    /// <summary>Class names, in the order of <c>Score</c>.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>What happened in training.</summary>
    public TrainingReport Report { get; }

    /// <inheritdoc/>
    public bool IsRowToRowMapper => _inner.IsRowToRowMapper;

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => _inner.GetOutputSchema(inputSchema);

    /// <inheritdoc/>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => _inner.GetRowToRowMapper(inputSchema);

    /// <inheritdoc/>
    public IDataView Transform(IDataView input) => _inner.Transform(input);

    void ICanSaveModel.Save(ModelSaveContext ctx) => ((ICanSaveModel)_inner).Save(ctx);

    /// <summary>Writes the network alone as an ONNX file, for use outside .NET.</summary>
    public void SaveOnnx(string path) => File.WriteAllBytes(path, Scoring);

    /// <inheritdoc/>
    public void Dispose() => _inner.Dispose();

    private static ComposedTransformer Compose(byte[] scoring, IReadOnlyList<string> classes, SpeechTrainerOptions options)
    {
        var ml = new MLContext();
        var file = new OnnxFile(scoring);
        var chain = Estimator(ml, file.Path, classes, options);
        IDataView sample = ml.Data.LoadFromEnumerable<FeatureRow>([]);
        foreach (var column in options.Columns())
            sample = ml.Transforms.CopyColumns(column.Name, nameof(FeatureRow.Values)).Fit(sample).Transform(sample);
        return new ComposedTransformer(chain.Fit(sample), [file]);
    }

    /// <summary>The shape of what Fit gives, borrowed from the parts it is made of.</summary>
    internal static SchemaShape OutputSchema(SchemaShape input, SpeechTrainerOptions options)
    {
        using var file = new OnnxFile(ScoringGraph.WriteEmpty(options.Columns().Count, options.AttentionColumn is not null));
        return Estimator(new MLContext(), file.Path, ["a"], options).GetOutputSchema(input);
    }

    private static IEstimator<ITransformer> Estimator(
        MLContext ml, string scoringPath, IReadOnlyList<string> classes, SpeechTrainerOptions options)
    {
        var keys = ml.Data.LoadFromEnumerable(classes.Select(name => new ClassRow { Name = name }));
        (string From, string To)[] inputs = [.. options.Columns().Select((column, s) => (column.Name, ScoringGraph.Input(s)))];
        (string From, string To)[] attention = options.AttentionColumn is { } name
            ? [(ScoringGraph.Attention, name), (ScoringGraph.AttentionHeads, Columns.Heads(name)),
            (ScoringGraph.AttentionShape, Columns.Shape(name))]
            : [];
        string[] outputs = [ScoringGraph.Score, ScoringGraph.Classes, .. attention.Select(a => a.From)];
        var chain = Chain([FirstStep.Of(ml.Transforms), .. Copy(ml, inputs)])
            .Append(ml.Transforms.ApplyOnnxModel(outputs, [.. inputs.Select(i => i.To)], scoringPath))
            .Append(ml.Transforms.CopyColumns(PredictionInput.ScoreColumn, ScoringGraph.Score))
            .Append(ml.Transforms.CustomMapping<PredictionInput, PredictionOutput>(
            PredictClassMapping.Predict, PredictClassMapping.ContractName))
            .Append(ml.Transforms.Conversion.MapValueToKey("PredictedLabel", PredictionOutput.Column, keyData: keys));
        string[] scratch = [.. inputs.Select(i => i.To), .. outputs[1..], PredictionInput.ScoreColumn, PredictionOutput.Column];
        return chain.Append(Chain([.. Copy(ml, attention), ml.Transforms.DropColumns(scratch)]));
    }

    private static IEnumerable<IEstimator<ITransformer>> Copy(MLContext ml, (string From, string To)[] columns)
        => columns.Select(c => ml.Transforms.CopyColumns(c.To, c.From));

    private static EstimatorChain<ITransformer> Chain(IEnumerable<IEstimator<ITransformer>> parts)
        => parts.Aggregate(new EstimatorChain<ITransformer>(), (chain, part) => chain.Append(part));

    private sealed class FeatureRow
    {
        [VectorType]
        public float[] Values { get; set; } = [];
    }

    private sealed class ClassRow
    {
        public string Name { get; set; } = "";
    }
}
