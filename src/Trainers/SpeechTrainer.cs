using Microsoft.ML;
using MlNetSer.Export;
using MlNetSer.Networks;
using MlNetSer.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSer;

/// <summary>
/// What every trainer of the paper shares: read the rows, train, export to ONNX, hand back a transformer that scores through it.
/// </summary>
public abstract class SpeechTrainer : IEstimator<SpeechClassifier>
{
    private protected SpeechTrainer(SpeechTrainerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        Own = options.Copy();   // what was checked is what runs
    }

    /// <summary>The options this trainer was made with: a copy, so that changing it changes no trainer.</summary>
    public SpeechTrainerOptions Options => Own.Copy();

    /// <summary>The trainer's own options, which do not change.</summary>
    private protected SpeechTrainerOptions Own { get; }

    private protected abstract SpeechNetwork CreateNetwork(IReadOnlyList<StreamShape> streams, int classCount);

    /// <inheritdoc/>
    public SpeechClassifier Fit(IDataView input) => Fit(input, null, null, default);

    /// <summary>The form that <c>CrossValidateBySpeaker(data, trainer)</c> finds and calls; so does <c>trainer.Fit</c> as a method
    /// group.</summary>
    /// <inheritdoc cref="Fit(IDataView, IDataView, IProgress{TrainingProgress}, CancellationToken)"/>
    public SpeechClassifier Fit(IDataView train, IDataView? validation, CancellationToken cancellation)
        => Fit(train, validation, null, cancellation);

    /// <summary>Trains on one view and keeps the epoch with the lowest loss on the other.</summary>
    /// <param name="train">Rows to learn from.</param>
    /// <param name="validation">Rows that choose the epoch and steer the learning rate; null = the last epoch is kept and the training loss
    /// steers.</param>
    /// <param name="progress">Told after each epoch.</param>
    /// <param name="cancellation">Stops at the next batch.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidOperationException">There are no rows, or fewer than two classes in them, or rows that do not belong
    /// together.</exception>
    public SpeechClassifier Fit(IDataView train, IDataView? validation, IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(train);
        TrainerSchema.CheckTogether(train.Schema, validation?.Schema, Own);
        var device = TrainingDevice.Choose(Own.Device);
        using var rows = Utterances.Read(train, Own, cancellation);
        using var validationRows = validation is null ? null : Utterances.Read(validation, Own, cancellation);
        CheckRows(rows, validationRows);
        TrainerSchema.CheckSequenceCounts(Own, column => rows.Streams[column].ColumnBlockCount);
        lock (TrainingDevice.OneAtATime)
        {
            using var precision = device.type == DeviceType.CUDA ? new TensorFloat32(Own.MixedPrecision) : null;
            using var scope = NewDisposeScope();
            random.manual_seed(Own.Seed);
            using var network = CreateNetwork([.. rows.Streams.Select(s => s.Shape)], rows.Classes.Count);
            network.to(device);
            var report = new TrainingLoop(Own, device).Run(network, rows, validationRows, progress, cancellation);
            report = report with { StoredCount = rows.StoredCount + (validationRows?.StoredCount ?? 0) };
            var scoring = ScoringGraph.Write(GetType().Name, network, rows.Streams, rows.Classes, Own.AttentionColumn is not null);
            return new SpeechClassifier(scoring, rows.Classes, Own, report);
        }
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        TrainerSchema.Check(inputSchema, Own);
        return SpeechClassifier.OutputSchema(inputSchema, Own);
    }

    private void CheckRows(Utterances train, Utterances? validation)
    {
        if (train.Count == 0)
            throw new InvalidOperationException("The training data has no rows. Check the filter that made it.");
        var present = train.Labels.Distinct().Count();
        if (present < 2)
            throw new InvalidOperationException($"The training data has one class only ('{train.Classes[(int)train.Labels[0]]}', "
                + $"{train.Count} rows) in label column '{Own.LabelColumnName}'; a classifier needs at least two.");
        if (validation is null)
            return;
        if (validation.Count == 0)
            throw new InvalidOperationException("The validation data has no rows. Pass null to train without.");
        if (!validation.Classes.SequenceEqual(train.Classes))
            throw new InvalidOperationException(
                $"The validation data has the classes [{string.Join(", ", validation.Classes)}], the training data "
                + $"[{string.Join(", ", train.Classes)}]. Map both with one MapValueToKey.");
        foreach (var (own, other) in train.Streams.Zip(validation.Streams))
        {
            if (own.Shape != other.Shape)
                throw new InvalidOperationException(
                    $"Column '{own.Column.Name}' has {other.Shape.BlockCount} blocks of {other.Shape.FeatureSize} values in the "
                    + $"validation data, {own.Shape.BlockCount} of {own.Shape.FeatureSize} in the training data. "
                    + "Embed both with one encoder.");
        }
    }
}
