namespace MlNetSer.Reporting;

/// <summary>Reads a result from its JSON: what was measured is taken, what follows from it is counted anew.</summary>
internal static class ResultJson
{
    public const string Format = "mlnetser-result/1";

    /// <summary>What a UAR may be off after a detour over text.</summary>
    public const double Rounding = 1e-9;

    public static SpeakerCrossValidationResult Read(string json)
    {
        const string what = "The result";
        var stored = EvaluationJson.Read<Stored>(json, what);
        if (stored.Format != Format)
            throw new InvalidDataException($"{what} has format '{stored.Format}'; wanted '{Format}'.");
        var classes = stored.Pooled.Classes;
        if (stored.Predictions.FirstOrDefault(row => row.Truth < 0 || row.Truth >= classes.Count || row.Predicted < 0
            || row.Predicted >= classes.Count) is { } outside)
            throw new InvalidDataException(
                $"{what} has classes 0 to {classes.Count - 1}, but utterance '{outside.Utterance}' is {outside.Truth}, predicted "
                + $"{outside.Predicted}.");
        var byFold = stored.Predictions.ToLookup(row => row.Fold);
        var folds = stored.Folds
            .Select(fold => new FoldResult(fold.Fold, fold.FoldCount, fold.TrainCount, fold.ValidationCount, fold.TestCount,
            ConfusionMatrix.Of(classes, byFold[fold.Fold.Number]), fold.Seconds)
            {
                Model = fold.Model,
                Validation = fold.Validation
            }).ToList();
        if (folds.FirstOrDefault(fold => fold.Matrix.Total != fold.TestCount) is { } short_)
            throw new InvalidDataException(
                $"{what} says that fold {short_.Fold.Number} has {short_.TestCount} test rows, but holds {short_.Matrix.Total} "
                + "predictions of it. The file was cut or edited.");
        var result = new SpeakerCrossValidationResult(classes, folds, stored.Predictions, stored.Setup, stored.Audit, stored.Corpus,
            new SortedDictionary<string, string>(stored.Notes, StringComparer.Ordinal), stored.LeftOutBefore);
        return Math.Abs(result.MeanUar - stored.MeanUar) <= Rounding
            ? result
            : throw new InvalidDataException(
            $"{what} says UAR {stored.MeanUar:R}, but its predictions give {result.MeanUar:R}. The file was edited.");
    }

    private sealed record Stored(string Format, string Corpus, EvaluationProtocol Setup, double MeanUar, StoredMatrix Pooled,
        Dictionary<string, string> Notes, FoldFileAudit Audit, List<StoredFold> Folds,
        List<ScoredUtterance> Predictions, List<string>? LeftOutBefore = null);

    internal sealed record StoredMatrix(List<string> Classes);

    private sealed record StoredFold(SpeakerFold Fold, int FoldCount, int TrainCount, int ValidationCount, int TestCount, double Seconds,
        string? Model,
        ValidationUse Validation = ValidationUse.NotRecorded);
}
