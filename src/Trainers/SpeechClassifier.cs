using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSer;

/// <summary>A trained network: scores utterances through its ONNX export, and is saved as a plain chain of ML.NET's own parts.</summary>
/// <remarks>
/// Output: <c>Score</c> (known-size <c>Vector&lt;Single&gt;</c>, class probabilities, slot names = class names) and <c>PredictedLabel</c> (key of class names).
/// A saved classifier loads with <c>Model.Load</c> in a process without TorchSharp.
/// </remarks>
public sealed class SpeechClassifier : ITransformer, IDisposable
{
    internal const string FeatureColumn = "MlNetSer.Features", ScoreColumn = "Score", ClassesColumn = "MlNetSer.Classes";

    private readonly ComposedTransformer _inner;

    internal SpeechClassifier(byte[] scoring, IReadOnlyList<string> classes, SpeechTrainerOptions options, TrainingReport report)
    {
        (Scoring, Classes, Report) = (scoring, classes, report);
        _inner = Compose(scoring, classes, options);
    }

    /// <summary>The scoring graph: <c>[1, blocks, frames, dimension]</c> in, class probabilities out.</summary>
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
        var sample = ml.Data.LoadFromEnumerable<FeatureRow>([]);
        var named = ml.Transforms.CopyColumns(options.FeatureColumnName, nameof(FeatureRow.Values)).Fit(sample).Transform(sample);
        return new ComposedTransformer(chain.Fit(named), [file]);
    }

    internal static SchemaShape OutputSchema(SchemaShape input, byte[] scoring, SpeechTrainerOptions options)
    {
        using var file = new OnnxFile(scoring);
        return Estimator(new MLContext(), file.Path, ["a"], options).GetOutputSchema(input);
    }

    private static IEstimator<ITransformer> Estimator(MLContext ml, string scoringPath, IReadOnlyList<string> classes, SpeechTrainerOptions options)
    {
        var keys = ml.Data.LoadFromEnumerable(classes.Select(name => new ClassRow { Name = name }));
        return ml.Transforms.CopyColumns(FeatureColumn, options.FeatureColumnName)
            .Append(ml.Transforms.ApplyOnnxModel([ScoreColumn, ClassesColumn], [FeatureColumn], scoringPath))
            .Append(ml.Transforms.CopyColumns(PredictionInput.ScoreColumn, ScoreColumn))
            .Append(ml.Transforms.CustomMapping<PredictionInput, PredictionOutput>(PredictClassMapping.Predict, PredictClassMapping.ContractName))
            .Append(ml.Transforms.Conversion.MapValueToKey("PredictedLabel", PredictionOutput.Column, keyData: keys))
            .Append(ml.Transforms.DropColumns(FeatureColumn, ClassesColumn, PredictionInput.ScoreColumn, PredictionOutput.Column));
    }

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
