using System.Globalization;
using MlNetSer.Corpora;
using MlNetSer.Text;

namespace MlNetSer;

/// <summary>What <see cref="CorpusManifest.Check"/> found, before anything was computed.</summary>
public sealed record ManifestCheck
{
    /// <summary>The manifest.</summary>
    public required string Source { get; init; }

    internal const int Shown = 20;
    private const int LeastSpeakers = 3;

    /// <summary>What stops a speaker-independent evaluation.</summary>
    public required IReadOnlyList<string> Faults { get; init => field = ByValue.List(value); }

    /// <summary>What should be looked at.</summary>
    public required IReadOnlyList<string> Notes { get; init => field = ByValue.List(value); }

    /// <summary>Every file that is missing, empty or not fetched.</summary>
    public required IReadOnlyList<CorpusFinding> Unusable { get; init => field = ByValue.List(value); }

    /// <summary>Whether nothing stops a speaker-independent evaluation.</summary>
    public bool IsValid => Faults.Count == 0;

    /// <summary>Refuses a manifest that cannot be evaluated.</summary>
    /// <exception cref="InvalidDataException">There are <see cref="Faults"/>; the message has all of them, and the first twenty
    /// files.</exception>
    public void ThrowIfInvalid()
    {
        if (!IsValid)
            throw new InvalidDataException($"Manifest '{Source}' cannot be evaluated.\n{string.Join("\n", Faults)}");
    }

    /// <summary>Faults, then notes, one a line.</summary>
    public override string ToString()
        => IsValid && Notes.Count == 0 ? $"Manifest '{Source}': nothing found" : string.Join("\n", [.. Faults, .. Notes]);

    internal static ManifestCheck Of(CorpusManifest manifest, IReadOnlyList<string> wantedClasses)
    {
        var utterances = manifest.Utterances;
        List<string> faults = [], notes = [];
        List<CorpusFinding> unusable = [.. utterances
            .Select(u => (u.Path, Fault: File.Exists(u.Path) ? AudioHeader.Emptiness(u.Path) : "no such file"))
            .Where(file => file.Fault is not null).Select(file => new CorpusFinding
            {
                Kind = CorpusFindingKind.Missing,
                Subject = file.Path,
                Reason = file.Fault!,
            })];
        if (unusable.Count > 0)
            faults.Add($"{unusable.Count} of the {utterances.Count} audio files are missing: "
                + $"{List(unusable.Select(file => $"{file.Subject} ({file.Reason})"))}. "
                + "Put them there, or leave their rows out.");
        if (manifest.Speakers.Count < LeastSpeakers)
            faults.Add($"There are {manifest.Speakers.Count} speaker(s) ({string.Join(", ", manifest.Speakers)}); training, validation and "
                + $"test need one each, so at least three.");
        if (manifest.Classes.Count < 2)
            faults.Add($"There is one class only ('{manifest.Classes[0]}', {utterances.Count} rows); there is nothing to tell apart.");
        if (wantedClasses.Except(manifest.Classes, StringComparer.Ordinal).ToArray() is { Length: > 0 } absent)
            faults.Add($"Classes that were asked for are absent: {string.Join(", ", absent)}; there are "
                + $"{string.Join(", ", manifest.Classes)}.");
        notes.AddRange(utterances.GroupBy(u => u.Label, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => (g.Key, Speakers: g.Select(u => u.Speaker).Distinct(StringComparer.Ordinal).ToArray()))
            .Where(label => label.Speakers is [_])
            .Select(label => $"class '{label.Key}' is that of one speaker only ('{label.Speakers[0]}'): whoever tests it cannot have "
            + $"learned it"));
        notes.AddRange(NearTwins.Of("speakers", utterances.Select(u => u.Speaker)));
        notes.AddRange(NearTwins.Of("labels", utterances.Select(u => u.Label)));
        string[] hashes = SameRecordings.Of([.. utterances.Select(u => u.Path)]);
        var twins = IdenticalRecordings.Of([.. utterances.Zip(hashes,
            (u, hash) => new FoldRow { Utterance = u.Id, Speaker = u.Speaker, Label = u.Label, Recording = hash })]);
        faults.AddRange(twins.UnderTwoSpeakers is { } leak ? [leak] : Array.Empty<string>());
        notes.AddRange(twins.Found is { } found ? [found] : Array.Empty<string>());
        return new ManifestCheck { Source = manifest.Source, Faults = faults, Notes = notes, Unusable = unusable };
    }

    private static string List(IEnumerable<string> names)
    {
        string[] all = [.. names];
        return string.Join(", ", all.Take(Shown))
            + (all.Length > Shown ? string.Create(CultureInfo.InvariantCulture, $", and {all.Length - Shown} more") : "");
    }
}
