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
        OwnOptions = options.Copy();   // what was checked is what runs
    }

    /// <summary>The options this trainer was made with: a copy, so that changing it changes no trainer.</summary>
    public abstract SpeechTrainerOptions Options { get; }

    /// <summary>The trainer's own options, which do not change.</summary>
    private protected SpeechTrainerOptions OwnOptions { get; }

    private protected abstract SpeechNetwork CreateNetwork(IReadOnlyList<StreamShape> streams, int classCount);

    /// <inheritdoc/>
    public SpeechClassifier Fit(IDataView input) => Fit(input, null, null, default);

    /// <summary>The form that <c>CrossValidateBySpeaker(data, trainer)</c> finds and calls, and that <c>trainer.Fit</c> as a method group
    /// means.</summary>
    /// <inheritdoc cref="Fit(IDataView, IDataView, IProgress{TrainingProgress}, CancellationToken)"/>
    public SpeechClassifier Fit(IDataView train, IDataView? validation, CancellationToken cancellationToken)
        => Fit(train, validation, null, cancellationToken);

    /// <summary>Trains on one view and keeps the epoch with the lowest loss on the other.</summary>
    /// <param name="train">Rows to learn from.</param>
    /// <param name="validation">Rows that choose the epoch and steer the learning rate; null = the last epoch is kept and the training loss
    /// steers.</param>
    /// <param name="progress">Told after each epoch.</param>
    /// <param name="cancellationToken">Stops at the next batch.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidOperationException">There are no rows, or fewer than two classes in them, or rows of different
    /// encoders.</exception>
    public SpeechClassifier Fit(IDataView train, IDataView? validation, IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(train);
        TrainerSchema.CheckTogether(train.Schema, validation?.Schema, OwnOptions);
        var device = TrainingDevice.Choose(OwnOptions.Device);
        using var rows = Utterances.Read(train, OwnOptions, cancellationToken);
        using var validationRows = validation is null ? null : Utterances.Read(validation, OwnOptions, cancellationToken);
        CheckRows(rows, validationRows);
        TrainerSchema.CheckSequenceCounts(OwnOptions, column => rows.Streams[column].ColumnBlockCount);
        using var turn = new TrainingTurn(OwnOptions, device);
        using var scope = NewDisposeScope();
        using var network = CreateNetwork([.. rows.Streams.Select(s => s.Shape)], rows.Classes.Count);
        network.to(device);
        var report = new TrainingLoop(OwnOptions, device).Run(network, rows, validationRows, progress, cancellationToken);
        report = report with { StoredCount = rows.StoredCount + (validationRows?.StoredCount ?? 0) };
        var scoring = ScoringGraph.Write(GetType().Name, network, rows.Streams, rows.Classes, OwnOptions.AttentionColumn is not null);
        return new SpeechClassifier(scoring, rows.Classes, OwnOptions, report);
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        TrainerSchema.Check(inputSchema, OwnOptions);
        return SpeechClassifier.OutputSchema(inputSchema, OwnOptions);
    }

    private void CheckRows(Utterances train, Utterances? validation)
    {
        if (train.Count == 0)
            throw new InvalidOperationException("The training data has no rows. Check the filter that made it.");
        var present = train.Labels.Distinct().Count();
        if (present < 2)
            throw new InvalidOperationException($"The training data has one class only ('{train.Classes[(int)train.Labels[0]]}', "
                + $"{train.Count} rows) in label column '{OwnOptions.LabelColumnName}'; a classifier needs at least two.");
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
