using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML;
using MlNetSer.Json;
using MlNetSer.Protocols;

namespace MlNetSer.Sweeps;

/// <summary>A sweep for each test fold, on the speakers that are not in it, and one that chooses the winner.</summary>
internal sealed class NestedSweep<TOptions>(IDataView data, TOptions start,
    Func<TOptions, Func<IDataView, IDataView, CancellationToken, ITransformer>> fit, SweepOptions options) where TOptions : class, new()
{
    private readonly MLContext _ml = new();
    private readonly SweepSpace _space = options.Space ?? SweepSpace.Of<TOptions>();

    public SweepResult<TOptions> Run(IProgress<SweepProgress>? progress, CancellationToken cancellationToken)
    {
        var points = Points();
        var tests = TestFolds();
        using var log = new SweepLog(options.LogPath, Identity(tests));
        List<SweepStudy> studies = [];
        List<SpeakerCrossValidationResult> results = [];
        Func<CancellationToken, ITransformer>? refit = null;
        SpeakerFold?[] folds = [.. tests?.Folds ?? [], .. tests?.Folds.Count == 1 ? Array.Empty<SpeakerFold?>() : [null]];
        foreach (var fold in folds)
        {
            var seen = Seen(fold, tests);
            var runner = new SpeakerTrialRunner<TOptions>(seen, fit, options.ForTrials());
            var study = new StudyRunner<TOptions>(fold, runner, log, options.Shard, progress).Run(points, start, cancellationToken);
            studies.Add(study);
            if (study.Winner is not { } winner)
                continue;
            var best = points[winner.Number - 1].Apply(start);
            if (fold is not null)
                results.Add(Test(tests! with { Folds = [fold] }, winner, points.Count, best, log, progress, cancellationToken));
            refit = stop => Refit(seen, runner.Folds.Folds[0], best, stop);
        }
        var nested = results.Count > 0 && results.Count == tests!.Folds.Count ? Join(results, tests) : null;
        var last = studies[^1].Winner;
        return new SweepResult<TOptions>(studies, nested, last is null
            ? null : points[last.Number - 1].Apply(start), last is null ? null : refit, Description(points.Count), options.Shard);
    }

    private List<SweepPoint> Points()
    {
        IEnumerable<SweepPoint> found = _space.Options.Count > 0
            ? options.Search == SweepSearch.Grid ? _space.Grid(options.GridSteps) : _space.Random(options.Seed)
            : throw new ArgumentException(
            $"There is nothing to sweep: {typeof(TOptions).Name} has no property with [Range], [Choice] or [BooleanChoice]. "
            + $"Name some in {nameof(SweepOptions)}.{nameof(SweepOptions.Space)}.");
        if (options.IncludeStart)
            found = found.Prepend(SweepPoint.Of(start, _space));
        List<SweepPoint> points = [.. found.Distinct().Take(options.Trials + 1)];
        if (options.Search == SweepSearch.Grid && points.Count > options.Trials)
            throw new ArgumentException(
                $"The grid has {found.Distinct().Count()} points, but {nameof(SweepOptions)}.{nameof(SweepOptions.Trials)} is "
                + $"{options.Trials}. Raise it, lower {nameof(SweepOptions.GridSteps)}, or leave options out with "
                + $"{nameof(SweepSpace.Only)}.");
        points.ForEach(point => point.Apply(start));   // a value that its property cannot take is refused before any work
        return [.. points.Take(options.Trials)];
    }

    private FoldFile? TestFolds()
    {
        if (options.TestFoldCount == 0)
            return null;
        var speakers = RowReader.TextColumn(data, options.Columns.Speaker).Distinct().Count();
        if (options.Outer is null && speakers < 4)
            throw new InvalidOperationException(
                $"The data has {speakers} speaker(s); a sweep with a test needs at least four: "
                + "one to train, one to choose the epoch, one to compare trials, one to test. "
                + $"Set {nameof(SweepOptions.TestFoldCount)} = 0 to go without a test.");
        var file = _ml.MulticlassClassification.MakeSpeakerFolds(
            data, Plain(protocol: options.Outer ?? EvaluationProtocol.SpeakerGroups(Math.Min(5, speakers))));
        return file with { Folds = [.. file.Folds.Take(options.TestFoldCount ?? file.Folds.Count)] };
    }

    /// <summary>The rows that train and validate in a test fold; all rows where there is no test.</summary>
    private IDataView Seen(SpeakerFold? test, FoldFile? file)
    {
        var rows = RowSelection.Filter(_ml, data, file?.Protocol.Filter);
        return test is null ? rows : RowSelection.Side(_ml, rows, options.Columns, test.Train + test.Validation);
    }

    private SpeakerCrossValidationOptions Plain(EvaluationProtocol? protocol = null, FoldFile? folds = null)
        => new() { Columns = options.Columns, Protocol = protocol, Folds = folds };

    private SpeakerCrossValidationResult Test(FoldFile file, SweepTrial winner, int trialCount, TOptions best, SweepLog log,
        IProgress<SweepProgress>? progress, CancellationToken cancellationToken)
    {
        var study = file.Folds[0].Number;
        if (log.Of(study, winner.Number, SweepLineKind.Test).FirstOrDefault()?.TestOutcome is { } known)
            return SpeakerCrossValidationResult.FromJson(known.ToJsonString(EvaluationJson.Line));
        var plan = Plain(folds: file);
        (plan.FitUsesValidation, plan.DescribeModel) = (options.FitUsesValidation, options.DescribeModel);
        foreach (var (name, fact) in options.Notes)
            plan.Notes[name] = fact;
        plan.Notes["options"] = JsonSerializer.Serialize(best, EvaluationJson.Line);
        var result = _ml.MulticlassClassification.CrossValidateBySpeaker(data, fit(best), plan, cancellationToken: cancellationToken);
        log.Add(new SweepLine(SweepLineKind.Test)
        {
            Study = study,
            Trial = winner.Number,
            Values = new(winner.Values.ToDictionary(), StringComparer.Ordinal),
            TestOutcome = JsonNode.Parse(result.ToJson())
        });
        progress?.Report(new SweepProgress
        {
            TestFold = study,
            Trial = winner.Number,
            TrialCount = trialCount,
            Fold = 0,
            FoldCount = winner.Score.Folds.Count,
            Uar = result.MeanUar,
        });
        return result;
    }

    /// <summary>Trains the winner on the training and test side of the sweep's first fold; who chose the epoch there does so
    /// again.</summary>
    private ITransformer Refit(IDataView seen, SpeakerFold fold, TOptions best, CancellationToken cancellationToken)
    {
        var kept = RowSelection.Filter(_ml, seen, options.Inner?.Filter);
        IDataView Side(FoldSide side) => RowSelection.Side(_ml, kept, options.Columns, side);
        return fit(best)(Side(fold.Train + fold.Test), Side(fold.Validation), cancellationToken);
    }

    /// <summary>The tests of all folds as one result.</summary>
    private SpeakerCrossValidationResult Join(List<SpeakerCrossValidationResult> parts, FoldFile tests)
    {
        var notes = new SortedDictionary<string, string>(options.Notes, StringComparer.Ordinal);
        foreach (var (part, fold) in parts.Zip(tests.Folds))
            notes.Add($"options of fold {fold.Number}", part.Notes["options"]);
        return new SpeakerCrossValidationResult(parts[0].Pooled.Classes,
            [.. parts.SelectMany(part => part.Folds).Select(fold => fold with { FoldCount = tests.Folds.Count })],
            [.. parts.SelectMany(part => part.Predictions)], tests.Protocol,
            tests.Audit(_ml.MulticlassClassification.ReadFoldRows(data, Plain(folds: tests))), parts[0].Corpus, notes,
            LeftOutAnnotation.Read(data.Schema));
    }

    private SortedDictionary<string, string> Identity(FoldFile? tests)
    {
        var rows = _ml.MulticlassClassification.ReadFoldRows(data, Plain());
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(
            string.Join('\n', rows.Select(row => $"{row.Utterance}\t{row.Speaker}\t{row.Label}"))));
        return new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["format"] = "mlnetser-sweep/2",
            ["options class"] = typeof(TOptions).FullName!,
            ["start"] = JsonSerializer.Serialize(start, EvaluationJson.Line),
            ["start is a trial"] = options.IncludeStart.ToString(),
            ["search"] = options.Search == SweepSearch.Grid
            ? $"grid of {options.GridSteps} steps" : string.Create(CultureInfo.InvariantCulture, $"random, seed {options.Seed}"),
            ["space"] = _space.ToString(),
            ["stopping"] = options.Stopping?.ToString() ?? "never",
            ["inner folds"] = options.Inner?.ToString() ?? "by default",
            ["test folds"] = tests?.Protocol.ToString() ?? "none",
            ["features"] = options.FeatureIdentity ?? "not named",
            ["rows"] = $"{rows.Count}, SHA-256 {Convert.ToHexStringLower(hash)[..16]}",
        };
    }

    private string Description(int trialCount)
    {
        var search = options.Search == SweepSearch.Grid ? FormattableString.Invariant($"grid of {options.GridSteps} steps")
            : FormattableString.Invariant($"random search, seed {options.Seed}");
        var start = options.IncludeStart ? ", the first is the start" : "";
        return FormattableString.Invariant($"{search}; {trialCount} trials of {typeof(TOptions).Name}{start}; {_space}");
    }
}
