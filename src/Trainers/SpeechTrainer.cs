using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSer.Modules;
using MlNetSer.Onnx;
using MlNetSer.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSer;

/// <summary>What every trainer of the paper shares: read the rows, train, export to ONNX, hand back a transformer that scores through it.</summary>
public abstract class SpeechTrainer : IEstimator<SpeechClassifier>
{
    private readonly SpeechTrainerOptions _options;

    private protected SpeechTrainer(SpeechTrainerOptions options)
    {
        options.Check();
        _options = options;
    }

    /// <summary>The options this trainer was made with.</summary>
    public SpeechTrainerOptions Options => _options;

    private protected abstract SpeechNetwork CreateNetwork(int blockCount, int featureSize, int classCount, NetworkSizes sizes);

    /// <summary>The one block that the network takes, counted from 1; null = all.</summary>
    private protected virtual int? SelectedBlock(int blockCount) => null;

    /// <inheritdoc/>
    public SpeechClassifier Fit(IDataView input) => Fit(input, null, null, default);

    /// <summary>The form that <c>CrossValidateBySpeaker(data, trainer.Fit)</c> calls.</summary>
    /// <inheritdoc cref="Fit(IDataView, IDataView, IProgress{TrainingProgress}, CancellationToken)"/>
    public SpeechClassifier Fit(IDataView train, IDataView? validation, CancellationToken cancellation) => Fit(train, validation, null, cancellation);

    /// <summary>Trains on one view and keeps the epoch with the lowest loss on the other.</summary>
    /// <param name="train">Rows to learn from.</param>
    /// <param name="validation">Rows that choose the epoch and steer the learning rate; null = the last epoch is kept and the training loss steers.</param>
    /// <param name="progress">Told after each epoch.</param>
    /// <param name="cancellation">Stops at the next batch.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidOperationException">There are no rows, or fewer than two classes in them, or rows that do not belong together.</exception>
    public SpeechClassifier Fit(IDataView train, IDataView? validation, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(train);
        var device = TrainingDevice.Choose(_options.Device);
        var rows = Utterances.Read(train, _options, cancellation);
        var validationRows = validation is null ? null : Utterances.Read(validation, _options, cancellation);
        CheckRows(rows, validationRows);

        var (blockCount, featureSize) = (rows.BlockCount, rows.FeatureSize);
        var block = SelectedBlock(blockCount);
        if (block is { } one)
        {
            rows.SelectBlock(one - 1);
            validationRows?.SelectBlock(one - 1);
        }

        var sizes = new NetworkSizes(_options.HiddenSize, _options.LayerCount, _options.HeadCount, _options.HeadSize, _options.RecurrentDropout);
        lock (TrainingDevice.OneAtATime)
        {
            using var scope = NewDisposeScope();
            random.manual_seed(_options.Seed);
            using var network = CreateNetwork(rows.BlockCount, featureSize, rows.Classes.Count, sizes);
            network.to(device);
            var report = new TrainingLoop(_options, device).Run(network, rows, validationRows, progress, cancellation);
            return new SpeechClassifier(Scoring(network, rows, blockCount, block), rows.Classes, _options, report);
        }
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        TrainerSchema.Check(inputSchema, _options);
        // The shape of what Fit gives, borrowed from the parts it is made of: a scoring graph of the smallest size.
        var graph = new OnnxGraph("schema");
        var features = graph.Input(SpeechClassifier.FeatureColumn, OnnxType.Float, 1, "values", 1);
        graph.Output(graph.Op("ReduceSum", [features, graph.Constant("axis", [1L], 1)], ("keepdims", 0L)), SpeechClassifier.ScoreColumn, OnnxType.Float, 1, 1);
        graph.Output(graph.Op("Identity", graph.Constant("classes", ["a"], 1)), SpeechClassifier.ClassesColumn, OnnxType.String, 1);
        return SpeechClassifier.OutputSchema(inputSchema, graph.ToBytes(), _options);
    }

    private byte[] Scoring(SpeechNetwork network, Utterances rows, int blockCount, int? block)
    {
        var graph = new OnnxGraph(GetType().Name);
        var features = graph.Input(SpeechClassifier.FeatureColumn, OnnxType.Float, 1, blockCount, "frames", rows.FeatureSize);
        var chosen = block is { } one && blockCount > 1
            ? graph.Op("Gather", [features, graph.Constant("block", [one - 1L], 1)], ("axis", 1L))
            : features;
        var score = graph.Op("Softmax", [network.Export(graph, chosen)], ("axis", -1L));
        graph.Output(score, SpeechClassifier.ScoreColumn, OnnxType.Float, 1, rows.Classes.Count);
        graph.Output(graph.Op("Identity", graph.Constant("classes", rows.Classes, rows.Classes.Count)), SpeechClassifier.ClassesColumn, OnnxType.String, rows.Classes.Count);
        graph.SlotNames(SpeechClassifier.ScoreColumn, rows.Classes);
        graph.Metadata("mlnetser.trainer", GetType().Name);
        return graph.ToBytes();
    }

    private void CheckRows(Utterances train, Utterances? validation)
    {
        if (train.Count == 0)
            throw new InvalidOperationException("The training data has no rows. Check the filter that made it.");
        var present = train.Labels.Distinct().Count();
        if (present < 2)
            throw new InvalidOperationException($"The training data has one class only ('{train.Classes[(int)train.Labels[0]]}', {train.Count} rows) in label column '{_options.LabelColumnName}'; a classifier needs at least two.");
        if (validation is null)
            return;
        if (validation.Count == 0)
            throw new InvalidOperationException("The validation data has no rows. Pass null to train without.");
        if (!validation.Classes.SequenceEqual(train.Classes))
            throw new InvalidOperationException($"The validation data has the classes [{string.Join(", ", validation.Classes)}], the training data [{string.Join(", ", train.Classes)}]. Map both with one MapValueToKey.");
        if ((validation.BlockCount, validation.FeatureSize) != (train.BlockCount, train.FeatureSize))
            throw new InvalidOperationException($"The validation data has {validation.BlockCount} blocks of {validation.FeatureSize} values, the training data {train.BlockCount} of {train.FeatureSize}. Embed both with one encoder.");
    }
}
