using System.Text.Json;
using MlNetSer.Json;

namespace MlNetSer.Results;

/// <summary>Puts the models of one run together that scored the same target in different processes.</summary>
internal static class CrossCorpusParts
{
    public static CrossCorpusResult Merge(IReadOnlyList<CrossCorpusResult> parts)
    {
        if (parts.Count == 0)
            throw new InvalidOperationException("There are no parts to merge.");
        var (first, run) = (parts[0], Run(parts[0]));
        if (parts.FirstOrDefault(part => Run(part) != run) is { } stranger)
            throw new InvalidOperationException(
                $"The parts are of different runs: '{first.Source}' on '{first.Target}' and '{stranger.Source}' on '{stranger.Target}', "
                + "with other protocols, rows, classes or label maps. Merge models of one run on one target.");
        var models = parts.SelectMany(part => part.Folds.Select((fold, at) => (Part: part, fold.Fold, Whole: fold, At: at)))
            .OrderBy(model => model.Fold.Number).ToList();
        if (models.GroupBy(model => model.Fold.Number).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new InvalidOperationException($"Fold {twice.Key} is in {twice.Count()} parts; wanted is each once.");

        // The mean of every model's probabilities: a part counts once for each of its models.
        var predictions = first.Predictions.Select((row, i) =>
        {
            double[] probabilities = [.. row.Probabilities.Select(
                (_, c) => models.Average(model => model.Part.Predictions[i].Probabilities[c]))];
            return row with
            {
                Ensemble = Array.IndexOf(probabilities, probabilities.Max()),
                Predicted = [.. models.Select(model => model.Part.Predictions[i].Predicted[model.At])],
                Probabilities = probabilities,
            };
        }).ToList();
        return new CrossCorpusResult(first.Ensemble.Classes, [.. models.Select(model => model.Whole)], predictions)
        {
            Source = first.Source,
            Protocol = first.Protocol,
            Target = first.Target,
            LabelMap = first.LabelMap,
            LeftOut = first.LeftOut,
            LeftOutBefore = first.LeftOutBefore,
            SpeakersAlsoInTraining =
                [.. parts.SelectMany(part => part.SpeakersAlsoInTraining).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            Notes = ResultParts.Notes(parts.Select(part => part.Notes)),
        };
    }

    private static string Run(CrossCorpusResult part) => JsonSerializer.Serialize(new
    {
        part.Source,
        part.Protocol,
        part.Target,
        part.Ensemble.Classes,
        part.LabelMap,
        part.LeftOut,
        part.LeftOutBefore,
        Rows = part.Predictions.Select(row => $"{row.Utterance}\t{row.Speaker}\t{row.Truth}"),
    }, EvaluationJson.Line);
}
