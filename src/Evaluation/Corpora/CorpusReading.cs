using System.Globalization;
using System.Text;
using CsvHelper;
using MlNetSer.Text;

namespace MlNetSer;

/// <summary>Kinds of <see cref="CorpusFinding"/>.</summary>
public enum CorpusFindingKind
{
    /// <summary>
    /// Seen and not kept: another label or part than the policy keeps, a copy, a known fault of the release. Also a table beside the audio
    /// that a copy may lack.
    /// </summary>
    LeftOut,

    /// <summary>An utterance of the corpus whose audio is missing, or is not audio.</summary>
    Missing,

    /// <summary>An audio file that does not belong to an utterance of the corpus.</summary>
    Unexpected,

    /// <summary>Kept or passed over, but something about it is odd: look.</summary>
    Doubtful,

    /// <summary>A count that is not the published one.</summary>
    Count,

    /// <summary>A text that was read all the same: in another encoding than UTF-8, or with characters mended.</summary>
    Repaired,

    /// <summary>A recording that the same speaker has in another file, too; both are kept, as published.</summary>
    Identical,
}

/// <summary>Something that differs from the corpus as published.</summary>
public sealed record CorpusFinding
{
    /// <summary>What sort of difference.</summary>
    public required CorpusFindingKind Kind { get; init; }

    /// <summary>File (relative to the corpus' folder), utterance, line or count that differs.</summary>
    public required string Subject { get; init; }

    /// <summary>How it differs.</summary>
    public required string Reason { get; init; }
}

/// <summary>
/// A corpus as read from its folder: the utterances kept, and everything that was not or that differs from what was published.
/// </summary>
public sealed record CorpusReading
{
    /// <summary>The utterances kept, ordered by name.</summary>
    public required CorpusManifest Manifest { get; init; }

    /// <summary>Every difference, in order of kind, reason and subject; counts last, the whole before its parts.</summary>
    public required IReadOnlyList<CorpusFinding> Findings { get; init => field = ByValue.List(value); }

    /// <summary>Whether nothing differs but what the policy leaves out, texts that had to be mended, and recordings that a speaker has
    /// twice.</summary>
    public bool IsComplete
        => Findings.All(f => f.Kind is CorpusFindingKind.LeftOut or CorpusFindingKind.Repaired or CorpusFindingKind.Identical);

    /// <summary>Refuses a copy of the corpus that is not the published one.</summary>
    /// <exception cref="InvalidDataException">Something is missing, unexpected or doubtful, or a count differs; the message is the
    /// report.</exception>
    public void EnsureComplete()
    {
        if (!IsComplete)
            throw new InvalidDataException(
                $"'{Manifest.Source}' is not the corpus as published. Mend the copy, or use it knowingly.\n{this}");
    }

    /// <summary>Writes every finding as CSV: kind, subject, reason.</summary>
    public void SaveFindings(string path)
    {
        WholeFile.Write(path, stream =>
        {
            using var csv = new CsvWriter(new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" }, CultureInfo.InvariantCulture);
            csv.WriteRecords(Findings);
        });
    }

    /// <summary>
    /// What was kept, one line per kind and reason with its count and the first subjects, one line per count that differs.
    /// </summary>
    public override string ToString()
    {
        var classes = Manifest.Utterances.GroupBy(u => u.Label).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => $"{g.Key} {g.Count()}");
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture,
            $"{Manifest.Identity}: {Manifest.Utterances.Count} utterances of {Manifest.Speakers.Count} speakers "
            + $"({string.Join(", ", classes)})");
        foreach (var group in Findings.Where(f => f.Kind != CorpusFindingKind.Count).GroupBy(f => (f.Kind, f.Reason)))
            text.Append(
                CultureInfo.InvariantCulture,
                $"\n{group.Key.Kind}: {group.Key.Reason}: "
                + $"{group.Count()} ({string.Join(", ", group.Take(3).Select(f => f.Subject))}{(group.Count() > 3 ? ", ..." : "")})");
        foreach (var count in Findings.Where(f => f.Kind == CorpusFindingKind.Count))
            text.Append(CultureInfo.InvariantCulture, $"\nCount: {count.Subject}: {count.Reason}");
        return text.ToString();
    }
}
