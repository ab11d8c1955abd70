using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.ML;
using MlNetSer.Json;

namespace MlNetSer.Protocols;

/// <summary>Runs the folds of one cross-validation, all checks first.</summary>
internal sealed class CrossValidationRun
{
    private readonly MLContext _ml = new();
    private readonly SpeakerCrossValidationOptions _options;
    private readonly FoldFit _fit;
    private readonly FoldedRows _folded;
    private readonly FoldFileAudit _audit;
    private readonly EvaluationProtocol _protocol;
    private readonly List<string> _classes;
    private readonly IReadOnlyList<string> _leftOut;
    private readonly SpeakerFold[] _wanted;
    private readonly KeptFolds? _kept;

    public CrossValidationRun(IDataView data, FoldFit fit, SpeakerCrossValidationOptions options)
    {
        (_options, _fit) = (options, fit);
        _classes = RowReader.ClassNames(data.Schema, options.Columns.Label);
        _folded = FoldedRows.Of(_ml, data, options);
        var (rows, file) = (_folded.Rows, _folded.File);
        if (rows.CountBy(row => row.Label).Count() < 2)
            throw new InvalidOperationException($"Label column '{options.Columns.Label}' has one class only in {rows.Count} rows; "
                + "there is nothing to tell apart.");
        _audit = file.Audit(rows, _folded.Corpus);
        _audit.ThrowIfInvalid(options.AllowSpeakerOverlap);
        _protocol = file.Protocol with { AllowSpeakerOverlap = options.AllowSpeakerOverlap };
        _leftOut = LeftOutAnnotation.Read(data.Schema);

        var numbers = options.FoldNumbers ?? [.. file.Folds.Select(fold => fold.Number)];
        if (numbers.Count == 0 || numbers.Except(file.Folds.Select(fold => fold.Number)).Any())
        {
            throw new InvalidOperationException($"The folds {string.Join(", ", numbers)} were asked for; "
                + $"there are {string.Join(", ", file.Folds.Select(fold => fold.Number))}.");
        }
        _wanted = [.. file.Folds.Where(fold => numbers.Contains(fold.Number))];
        _kept = options.ResumeFolder is { } folder ? new KeptFolds(folder, Setting(data.Schema), _folded.Kept) : null;
    }

    public SpeakerCrossValidationResult Run(IProgress<FoldResult>? progress, CancellationToken cancellationToken)
    {
        List<FoldResult> results = [];
        List<ScoredUtterance> predictions = [];
        try
        {
            foreach (var fold in _wanted)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var part = Known(fold) ?? Run(fold, cancellationToken);
                results.AddRange(part.Folds);
                predictions.AddRange(part.Predictions);
                progress?.Report(results[^1]);
            }
        }
        catch (OperationCanceledException error) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(Ended(results.Count), error, cancellationToken);
        }
        return Result(results, predictions);
    }

    private SpeakerCrossValidationResult Run(SpeakerFold fold, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var sides = _folded.Sides(_ml, fold);
        WatchedRows train = new(sides.Train), validation = new(sides.Validation), test = new(sides.Test);
        var model = _fit.Train(train, validation, cancellationToken);
        var (modelClasses, rows) = ModelScorer.Score(model, test, _options.Columns);
        var scored = ToClasses(rows, modelClasses, fold);
        var matrix = ScoredUtterance.Matrix(_classes, scored);
        var counts = _audit.Folds.First(counted => counted.Fold == fold.Number);
        var result = new FoldResult
        {
            Fold = fold,
            FoldCount = _folded.File.Folds.Count,
            TrainCount = counts.TrainCount,
            ValidationCount = counts.ValidationCount,
            TestCount = matrix.Total,
            Matrix = matrix,
            Seconds = clock.Elapsed.TotalSeconds,
            ModelSummary = _options.DescribeModel?.Invoke(model),
            Validation = _fit.Use(validation),
        };
        var part = Result([result], scored);
        _kept?.Keep(fold, part, train.Columns.Concat(validation.Columns).Concat(test.Columns), _options.ModelFitted is null ? null : model);
        HandOver(result, model);
        return part;
    }

    private SpeakerCrossValidationResult? Known(SpeakerFold fold)
    {
        if (_kept?.Find(fold, withModel: _options.ModelFitted is not null) is not { } known)
            return null;
        if (_options.ModelFitted is not null)
            HandOver(known.Result.Folds[0], _ml.Model.Load(known.ModelPath, out _));
        return known.Result;
    }

    private void HandOver(FoldResult result, ITransformer model)
    {
        if (_options.ModelFitted is { } take)
            take(new FoldModel
            {
                Fold = result.Fold,
                Model = model,
                Corpus = _folded.Corpus,
                Protocol = _protocol,
                Validation = result.Validation,
            });
        else
            (model as IDisposable)?.Dispose();
    }

    private SpeakerCrossValidationResult Result(IReadOnlyList<FoldResult> folds, IReadOnlyList<ScoredUtterance> predictions)
        => new(_classes, folds, predictions, _protocol, _audit, _folded.Corpus,
            new SortedDictionary<string, string>(_options.Notes, StringComparer.Ordinal), _leftOut);

    private string Ended(int finished) => $"Ended after {finished} of {_wanted.Length} folds. " + (_kept is not null
        ? $"They are kept in '{_options.ResumeFolder}': the same call with the same folder goes on from there."
        : $"They are lost. Set {nameof(SpeakerCrossValidationOptions)}.{nameof(SpeakerCrossValidationOptions.ResumeFolder)} to keep "
            + "finished folds.");

    private List<ScoredUtterance> ToClasses(List<ScoredRow> scored, List<string> modelClasses, SpeakerFold fold)
    {
        // Names of rows that have none are positions in the whole data, not in the fold.
        var test = FoldSides.Of(fold, _folded.Rows).Test;
        int[] order = [.. _classes.Select(name => modelClasses.IndexOf(name))];
        if (modelClasses.Except(_classes).FirstOrDefault() is { } unknown)
            throw new InvalidOperationException($"Fold {fold.Number}: the model gives class '{unknown}', which the data does not have "
                + $"({string.Join(", ", _classes)}).");
        return [.. scored.Select((row, i) => new ScoredUtterance
        {
            Utterance = test[i].Utterance,
            Speaker = row.Speaker,
            Fold = fold.Number,
            Truth = _classes.IndexOf(row.Truth),
            Predicted = _classes.IndexOf(row.Predicted),
            Scores = row.Scores is null ? null : [.. order.Select(at => at < 0 ? 0 : row.Scores[at])],
        })];
    }

    /// <summary>Everything that the folds' results depend on, but the values of the columns that training reads: those are compared one by
    /// one.</summary>
    /// <exception cref="ArgumentException">Nothing says what trains.</exception>
    private SortedDictionary<string, string> Setting(DataViewSchema schema)
    {
        if (_fit.Description is null && _options.Notes.Count == 0)
        {
            throw new ArgumentException($"{nameof(SpeakerCrossValidationOptions.ResumeFolder)} is set, but nothing says what trains, so "
                + "folds of other options could pass for this run's. "
                + $"Put options and seed into {nameof(SpeakerCrossValidationOptions)}.{nameof(SpeakerCrossValidationOptions.Notes)}: "
                + "Notes[\"options\"] = trainer.Options.ToString().");
        }
        static string Json<T>(T value) => JsonSerializer.Serialize(value, EvaluationJson.Line);
        var rows = string.Join('\n', _folded.Rows.Select(row => Json(row with { Recording = "" })));
        return new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["classes"] = Json(_classes),
            ["columns"] = string.Join("; ", schema.Where(column => !column.IsHidden).Select(column => $"{column.Name}: {column.Type}")),
            ["corpus"] = _folded.Corpus,
            ["fold count"] = Json(_folded.File.Folds.Count),
            ["left out"] = Json(_leftOut),
            ["notes"] = Json(_options.Notes),
            ["protocol"] = Json(_protocol),
            ["rows"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(rows))),
            ["trainer"] = _fit.Description ?? "as the notes say",
            ["uses validation"] = Json(_fit.TakesValidation && _fit.SaysItUses),
        };
    }
}
