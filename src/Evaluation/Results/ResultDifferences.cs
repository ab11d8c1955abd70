using System.Text.Json;
using System.Text.Json.Nodes;
using MlNetSer.Json;

namespace MlNetSer.Results;

/// <summary>Compares two results value by value. Predictions are counted, not listed.</summary>
internal static class ResultDifferences
{
    public static IReadOnlyList<string> Between(SpeakerCrossValidationResult first, SpeakerCrossValidationResult second)
    {
        string Named(SpeakerCrossValidationResult result, int position) => result.Pooled.Classes[position];
        return
        [
            .. Facts(Facts(first), Facts(second)),
            .. Rows(first.Predictions, second.Predictions, row => row.Utterance,
                ("Predictions", (a, b) => Named(first, a.Predicted) == Named(second, b.Predicted)),
                ("Scores", (a, b) => (a.Scores ?? []).SequenceEqual(b.Scores ?? []))),
        ];
    }

    public static IReadOnlyList<string> Between(CrossCorpusResult first, CrossCorpusResult second)
    {
        string[] Named(CrossCorpusResult result, CrossCorpusUtterance row) =>
            [.. row.Predicted.Prepend(row.Ensemble).Select(position => result.Ensemble.Classes[position])];
        return
        [
            .. Facts(Json(first), Json(second)),
            .. Rows(first.Predictions, second.Predictions, row => row.Utterance,
                ("Predictions", (a, b) => Named(first, a).SequenceEqual(Named(second, b))),
                ("Probabilities", (a, b) => a.Probabilities.SequenceEqual(b.Probabilities))),
        ];
    }

    private static List<string> Facts(JsonObject first, JsonObject second)
    {
        List<string> lines = [];
        Walk("", first, second, lines);
        return lines;
    }

    private static IEnumerable<string> Rows<TRow>(IReadOnlyList<TRow> first, IReadOnlyList<TRow> second, Func<TRow, string> name,
        params IEnumerable<(string What, Func<TRow, TRow, bool> Same)> facts)
    {
        var others = second.GroupBy(name, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
        var shared = first.Where(row => others.ContainsKey(name(row))).ToList();
        foreach (var (what, same) in facts)
        {
            if (shared.Count(row => !same(row, others[name(row)])) is > 0 and var changed)
                yield return $"{what}: {changed} of {shared.Count} differ";
        }
        var (missing, added) = (first.Count - shared.Count, second.Count - shared.Count);
        if (missing + added > 0)
            yield return $"Utterances: {missing} only in the first, {added} only in the second";
    }

    /// <summary>Everything but the rows; the property has one name in every result.</summary>
    private static JsonObject Json<TResult>(TResult result)
    {
        var facts = JsonSerializer.SerializeToNode(result, EvaluationJson.File)!.AsObject();
        facts.Remove(nameof(SpeakerCrossValidationResult.Predictions));
        return facts;
    }

    private static JsonObject Facts(SpeakerCrossValidationResult result)
    {
        var facts = Json(result);
        facts.Remove("Protocol");   // in words; Setup says it value by value
        foreach (var fold in facts[nameof(result.Folds)]!.AsArray())
            fold!.AsObject().Remove(nameof(FoldResult.Seconds));
        return facts;
    }

    private static void Walk(string path, JsonNode? a, JsonNode? b, List<string> lines)
    {
        if (JsonNode.DeepEquals(a, b))
            return;
        var children = (a, b) switch
        {
            (JsonObject x, JsonObject y) => x.Select(p => p.Key).Union(y.Select(p => p.Key))
                .Select(key => ($"{path}.{key}", x[key], y[key])),
            (JsonArray x, JsonArray y) when x.Concat(y).Any(element => element is JsonObject or JsonArray) =>
            Enumerable.Range(0, Math.Max(x.Count, y.Count))
            .Select(i => ($"{path}[{i + 1}]", i < x.Count ? x[i] : null, i < y.Count ? y[i] : null)),
            _ => null,
        };
        if (children is null)
            lines.Add($"{path.TrimStart('.')}: {Text(a)} -> {Text(b)}");
        foreach (var (name, x, y) in children ?? [])
            Walk(name, x, y, lines);

        static string Text(JsonNode? node)
            => node is JsonValue value && value.TryGetValue<string>(out var text)
            ? text : node?.ToJsonString(EvaluationJson.Line) ?? "absent";
    }
}
