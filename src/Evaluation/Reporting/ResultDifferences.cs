using System.Text.Json;
using System.Text.Json.Nodes;

namespace MlNetSer.Reporting;

/// <summary>Compares two results value by value. Predictions are counted, not listed.</summary>
internal static class ResultDifferences
{
    public static IReadOnlyList<string> Between(SpeakerCrossValidationResult first, SpeakerCrossValidationResult second)
    {
        List<string> lines = [];
        Walk("", Facts(first), Facts(second), lines);
        var others = second.Predictions.GroupBy(row => row.Utterance, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
        string Named(SpeakerCrossValidationResult result, int position) => result.Pooled.Classes[position];
        var shared = first.Predictions.Where(row => others.ContainsKey(row.Utterance)).ToList();
        var changed = shared.Count(row => Named(first, row.Predicted) != Named(second, others[row.Utterance].Predicted));
        if (changed > 0)
            lines.Add($"Predictions: {changed} of {shared.Count} differ");
        var rescored = shared.Count(row => !(row.Scores ?? []).SequenceEqual(others[row.Utterance].Scores ?? []));
        if (rescored > 0)
            lines.Add($"Scores: {rescored} of {shared.Count} differ");
        var (missing, added) = (first.Predictions.Count - shared.Count, second.Predictions.Count - shared.Count);
        if (missing + added > 0)
            lines.Add($"Utterances: {missing} only in the first, {added} only in the second");
        return lines;
    }

    private static JsonObject Facts(SpeakerCrossValidationResult result)
    {
        var facts = JsonSerializer.SerializeToNode(result, EvaluationJson.File)!.AsObject();
        facts.Remove(nameof(result.Predictions));
        facts.Remove(nameof(result.Protocol));   // Setup says it value by value
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
            (JsonObject x, JsonObject y) => x.Select(p => p.Key).Union(y.Select(p => p.Key)).Select(key => ($"{path}.{key}", x[key], y[key])),
            (JsonArray x, JsonArray y) when x.Concat(y).Any(element => element is JsonObject or JsonArray) => Enumerable.Range(0, Math.Max(x.Count, y.Count)).Select(i => ($"{path}[{i + 1}]", i < x.Count ? x[i] : null, i < y.Count ? y[i] : null)),
            _ => null,
        };
        if (children is null)
            lines.Add($"{path.TrimStart('.')}: {Text(a)} -> {Text(b)}");
        foreach (var (name, x, y) in children ?? [])
            Walk(name, x, y, lines);

        static string Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : node?.ToJsonString(EvaluationJson.Line) ?? "absent";
    }
}
