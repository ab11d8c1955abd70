using System.Text.Json;
using MlNetSer.Json;

namespace MlNetSer.Results;

/// <summary>Puts the parts of one run together.</summary>
internal static class ResultParts
{
    public static SpeakerCrossValidationResult Merge(IReadOnlyList<SpeakerCrossValidationResult> parts)
    {
        if (parts.Count == 0)
            throw new InvalidOperationException("There are no parts to merge.");
        static string Run(SpeakerCrossValidationResult part) => JsonSerializer.Serialize(
            new
            {
                part.Protocol,
                part.Corpus,
                part.Pooled.Classes,
                part.LeftOutBefore,
                Audit = part.Audit with { NobodyValidated = null, Recordings = null }
            }, EvaluationJson.Line);
        if (parts.FirstOrDefault(part => Run(part) != Run(parts[0])) is { } stranger)
            throw new InvalidOperationException(
                $"The parts are of different runs: '{parts[0].ProtocolInWords}' and '{stranger.ProtocolInWords}', "
                + "with other folds, rows or classes. "
                + "Merge parts of one protocol and corpus.");
        var folds = parts.SelectMany(part => part.Folds).OrderBy(fold => fold.Fold.Number).ToList();
        int[] all = [.. parts[0].Audit.Folds.Select(fold => fold.Fold).Order()], got = [.. folds.Select(fold => fold.Fold.Number)];
        if (!all.SequenceEqual(got))
            throw new InvalidOperationException(
                $"The parts hold the folds {string.Join(", ", got)}; wanted is each of {string.Join(", ", all)} once.");
        return new SpeakerCrossValidationResult(parts[0].Pooled.Classes, folds,
            [.. parts.SelectMany(part => part.Predictions).OrderBy(row => row.Fold)], parts[0].Protocol, parts[0].Audit, parts[0].Corpus,
            Notes(parts.Select(part => part.Notes)), parts[0].LeftOutBefore);
    }

    /// <summary>The notes of all parts; those that differ follow one another.</summary>
    public static SortedDictionary<string, string> Notes(IEnumerable<IReadOnlyDictionary<string, string>> parts)
        => new(parts.SelectMany(notes => notes).GroupBy(note => note.Key, StringComparer.Ordinal)
        .ToDictionary(g => g.Key, g => string.Join(" | ", g.Select(note => note.Value).Distinct(StringComparer.Ordinal)),
        StringComparer.Ordinal), StringComparer.Ordinal);
}
