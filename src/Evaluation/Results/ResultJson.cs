using MlNetSer.Json;

namespace MlNetSer.Results;

/// <summary>Reads a result from its JSON: what was measured is taken, what follows from it is counted again.</summary>
internal static class ResultJson
{
    public const string Format = "mlnetser-result/1";

    /// <summary>What a UAR may be off after a detour over text.</summary>
    public const double Rounding = 1e-9;

    public static SpeakerCrossValidationResult Read(string json)
    {
        var stored = EvaluationJson.Read<Stored>(json, "The result");
        if (stored.Format != Format)
            throw new InvalidDataException($"The result has format '{stored.Format}'; wanted '{Format}'.");
        var classes = stored.Pooled.Classes;
        Check(stored, classes.Count);
        var byFold = stored.Predictions.ToLookup(row => row.Fold);
        List<FoldResult> folds = [.. stored.Folds.Select(fold => Fold(fold, ScoredUtterance.Matrix(classes, byFold[fold.Fold.Number])))];
        if (folds.Find(fold => fold.Matrix.Total != fold.TestCount) is { } cut)
            throw new InvalidDataException(
                $"The result says that fold {cut.Fold.Number} has {cut.TestCount} test rows, but holds {cut.Matrix.Total} "
                + "predictions of it. The file was cut or edited.");
        var result = new SpeakerCrossValidationResult(classes, folds, stored.Predictions, stored.Setup, stored.Audit, stored.Corpus,
            new SortedDictionary<string, string>(stored.Notes, StringComparer.Ordinal), stored.LeftOutBefore);
        return Math.Abs(result.MeanUar - stored.MeanUar) <= Rounding ? result : throw new InvalidDataException(
            $"The result says UAR {stored.MeanUar:R}, but its predictions give {result.MeanUar:R}. The file was edited.");
    }

    private static void Check(Stored stored, int classCount)
    {
        if (stored.Folds.Count == 0 || stored.Predictions.Count == 0)
            throw new InvalidDataException($"The result has {stored.Folds.Count} folds and {stored.Predictions.Count} predictions; "
                + "wanted is at least one of each. The file was cut or edited.");
        bool IsClass(int position) => position >= 0 && position < classCount;
        if (stored.Predictions.Find(row => !IsClass(row.Truth) || !IsClass(row.Predicted)) is { } outside)
            throw new InvalidDataException(
                $"The result has classes 0 to {classCount - 1}, but utterance '{outside.Utterance}' is {outside.Truth}, predicted "
                + $"{outside.Predicted}.");
    }

    private static FoldResult Fold(StoredFold stored, ConfusionMatrix matrix) => new()
    {
        Fold = stored.Fold,
        FoldCount = stored.FoldCount,
        TrainCount = stored.TrainCount,
        ValidationCount = stored.ValidationCount,
        TestCount = stored.TestCount,
        Matrix = matrix,
        Seconds = stored.Seconds,
        ModelSummary = stored.Model,
        Validation = stored.Validation,
    };

    private sealed record Stored(string Format, string Corpus, EvaluationProtocol Setup, double MeanUar, StoredMatrix Pooled,
        Dictionary<string, string> Notes, FoldFileAudit Audit, List<StoredFold> Folds,
        List<ScoredUtterance> Predictions, List<string>? LeftOutBefore = null);

    internal sealed record StoredMatrix(List<string> Classes);

    private sealed record StoredFold(SpeakerFold Fold, int FoldCount, int TrainCount, int ValidationCount, int TestCount, double Seconds,
        string? Model, ValidationUse Validation = ValidationUse.NotRecorded);
}
