using MlNetSer.Json;

namespace MlNetSer.Results;

/// <summary>Reads a cross-corpus result from its JSON: what was measured is taken, what follows from it is counted again.</summary>
internal static class CrossCorpusJson
{
    public const string Format = "mlnetser-cross-corpus/2";

    public static CrossCorpusResult Read(string json)
    {
        var stored = EvaluationJson.Read<Stored>(json, "The cross-corpus result");
        if (stored.Format != Format)
            throw new InvalidDataException($"The cross-corpus result has format '{stored.Format}'; wanted '{Format}'.");
        Check(stored);
        var classes = stored.Ensemble.Classes;
        var result = new CrossCorpusResult(classes, [.. stored.Folds.Select((fold, i) => Fold(stored, fold, i))], stored.Predictions)
        {
            Source = stored.Source,
            Protocol = stored.Setup,
            Target = stored.Target,
            LabelMap = stored.LabelMap,
            LeftOut = stored.LeftOut,
            LeftOutBefore = stored.LeftOutBefore ?? [],
            SpeakersAlsoInTraining = stored.SpeakersAlsoInTraining,
            Notes = new SortedDictionary<string, string>(stored.Notes, StringComparer.Ordinal),
        };
        return Math.Abs(result.MeanUar - stored.MeanUar) <= ResultJson.Rounding ? result : throw new InvalidDataException(
            $"The cross-corpus result says UAR {stored.MeanUar:R}, but its predictions give {result.MeanUar:R}. "
            + "The file was cut or edited.");
    }

    private static void Check(Stored stored)
    {
        if (stored.Folds.Count == 0 || stored.Predictions.Count == 0)
            throw new InvalidDataException($"The cross-corpus result has {stored.Folds.Count} models and {stored.Predictions.Count} "
                + "predictions; wanted is at least one of each. The file was cut or edited.");
        if (stored.Predictions.FirstOrDefault(row => row.Predicted.Count != stored.Folds.Count) is { } odd)
            throw new InvalidDataException(
                $"Utterance '{odd.Utterance}' has {odd.Predicted.Count} predictions for {stored.Folds.Count} models.");
        var count = stored.Ensemble.Classes.Count;
        bool IsClass(int position) => position >= 0 && position < count;
        if (stored.Predictions.FirstOrDefault(row => !IsClass(row.Truth) || !IsClass(row.Ensemble) || !row.Predicted.All(IsClass)
            || row.Probabilities.Count != count) is { } outside)
            throw new InvalidDataException(
                $"The cross-corpus result has {count} classes, but utterance '{outside.Utterance}' is {outside.Truth}, predicted "
                + $"{string.Join(", ", outside.Predicted)}, with {outside.Probabilities.Count} probabilities. The file was edited.");
    }

    private static CrossCorpusFold Fold(Stored stored, StoredFold fold, int at) => new()
    {
        Fold = fold.Fold,
        Matrix = ConfusionMatrix.Of(stored.Ensemble.Classes, stored.Predictions.Select(row => (row.Truth, row.Predicted[at]))),
        Validation = fold.Validation,
    };

    private sealed record Stored(string Format, string Source, EvaluationProtocol? Setup, double MeanUar, string Target,
        ResultJson.StoredMatrix Ensemble, Dictionary<string, string> LabelMap, LeftOutRows? LeftOut, List<string> SpeakersAlsoInTraining,
        Dictionary<string, string> Notes, List<StoredFold> Folds, List<CrossCorpusUtterance> Predictions,
        List<string>? LeftOutBefore = null);

    private sealed record StoredFold(SpeakerFold Fold, ValidationUse Validation = ValidationUse.NotRecorded);
}
