using System.Globalization;

namespace MlNetSer.Corpora;

/// <summary>Applies a label policy to what a reader found, and compares all of it with the corpus' description.</summary>
internal static class CorpusCheck
{
    public static CorpusReading Read(CorpusDescription corpus, string policyName, CorpusFolder folder, IEnumerable<CorpusEntry> entries)
    {
        var policy = corpus.Policies[policyName];
        List<CorpusFinding> findings = [];
        var found = new SortedDictionary<string, CorpusEntry>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            if (!found.TryAdd(entry.Id, entry))
                findings.Add(Again(found[entry.Id], entry));
        }
        if (found.Values.All(entry => entry.File is null))
        {
            throw new InvalidDataException(found.Count == 0
                ? $"'{folder.Root}' holds no {corpus.Title}: looked for {corpus.Layout}. Give the folder that holds it as distributed; "
                + $"it comes from {corpus.Source}."
                : $"'{folder.Root}' holds the labels of {found.Count} utterances of {corpus.Title}, and the audio of none, such as "
                + $"'{found.First().Key}'. Put the audio there too: looked for {corpus.Layout}.");
        }

        List<Utterance> kept = [];
        foreach (var entry in found.Values)
        {
            if (Obstacle(corpus, policy, folder, entry) is { } obstacle)
                findings.Add(obstacle);
            else
                kept.Add(ToUtterance(corpus, policy, folder, entry));
        }
        findings.AddRange(folder.Findings);
        var accounted = findings.Select(f => f.Subject).Concat(found.Values.Select(e => e.File)).ToHashSet(StringComparer.Ordinal);
        findings.AddRange(Twins(folder, kept, [.. folder.AudioFiles.Where(file => !accounted.Contains(file))]));
        findings.AddRange(Counts(corpus, policy, [.. found.Values.Where(e => e.File is not null || corpus.KnownFaults.ContainsKey(e.Id))],
            kept));
        static string Unless(bool count, string key) => count ? "" : key;   // counts stay in their own order, the whole before its parts
        CorpusFinding[] ordered = [.. findings.OrderBy(f => f.Kind)
            .ThenBy(f => Unless(f.Kind == CorpusFindingKind.Count, f.Reason), StringComparer.Ordinal)
            .ThenBy(f => Unless(f.Kind == CorpusFindingKind.Count, f.Subject), StringComparer.Ordinal)];

        var reading = new CorpusReading { Manifest = new CorpusManifest(folder.Root, corpus.Name, policyName, kept), Findings = ordered };
        return kept.Count > 0 ? reading : throw new InvalidDataException(
            $"'{folder.Root}' holds {corpus.Title}, but nothing of it is kept under the policy '{policyName}'.\n{reading}");
    }

    /// <summary>An utterance that comes a second time: harmless where it says the same, and to be looked at where it does not.</summary>
    private static CorpusFinding Again(CorpusEntry first, CorpusEntry again)
    {
        var subject = again.File is { } file && file != first.File ? file : again.Id;
        (string What, string First, string Again)[] facts =
            [("label", first.Label, again.Label), ("perceived label", first.Perceived, again.Perceived),
            ("speaker", first.Speaker, again.Speaker), ("side", first.Split, again.Split)];
        return facts.FirstOrDefault(fact => fact.First != fact.Again) is { What: { } what } other
            ? new CorpusFinding
            {
                Kind = CorpusFindingKind.Doubtful,
                Subject = subject,
                Reason = $"{what} '{other.First}' of '{first.Id}', and again '{other.Again}'; the first is taken",
            }
            : new CorpusFinding
            {
                Kind = CorpusFindingKind.LeftOut,
                Subject = subject,
                Reason = subject == again.Id
            ? "its label occurs twice" : "its utterance has been read already",
            };
    }

    private static CorpusFinding? Obstacle(CorpusDescription corpus, LabelPolicy policy, CorpusFolder folder, CorpusEntry entry)
    {
        CorpusFinding LeftOut(string reason)
            => new() { Kind = CorpusFindingKind.LeftOut, Subject = entry.File ?? entry.Id, Reason = reason };
        var label = LabelUnder(policy, entry);
        if (corpus.KnownFaults.TryGetValue(entry.Id, out var known))
            return LeftOut($"known fault: {known}");
        if (entry.File is null)
            return new CorpusFinding { Kind = CorpusFindingKind.Missing, Subject = entry.Id, Reason = "no such file" };
        if (policy.Parts.Count > 0 && !policy.Parts.Contains(entry.Part))
            return LeftOut($"part '{entry.Part}' is not in the policy");
        if (!policy.Labels.ContainsKey(label))
        {
            var meaning = corpus.Labels.TryGetValue(label, out var meant) ? meant.Meaning
                : policy.Perceived ? "perceived" : "unknown to the corpus' description";
            return LeftOut($"label '{label}' ({meaning}) is not in the policy");
        }
        return AudioHeader.Fault(Path.Combine(folder.Root, entry.File)) is { } fault
            ? new CorpusFinding { Kind = CorpusFindingKind.Missing, Subject = entry.File, Reason = fault } : null;
    }

    private static Utterance ToUtterance(CorpusDescription corpus, LabelPolicy policy, CorpusFolder folder, CorpusEntry entry)
    {
        var speaker = corpus.Speakers.GetValueOrDefault(entry.Speaker);
        static string Or(string first, string? second) => first.Length > 0 ? first : second ?? "";
        return new Utterance
        {
            Path = Path.GetFullPath(entry.File!, folder.Root),
            Id = entry.Id,
            Speaker = entry.Speaker,
            Label = policy.Labels[LabelUnder(policy, entry)],
            Session = Or(entry.Session, speaker?.Session),
            Text = Or(entry.Text, corpus.Scripts.GetValueOrDefault(entry.Script)),
            Gender = Or(entry.Gender, speaker?.Gender),
            Script = entry.Script,
            Split = entry.Split,
        };
    }

    /// <summary>Files that are not utterances, and recordings with the bytes of another: a speaker may have one twice, two speakers
    /// never.</summary>
    private static IEnumerable<CorpusFinding> Twins(CorpusFolder folder, List<Utterance> kept, string[] strays)
    {
        string[] hashes = SameRecordings.Of([.. kept.Select(utterance => utterance.Path),
            .. strays.Select(file => Path.Combine(folder.Root, file))]);
        foreach (var (file, hash) in strays.Zip(hashes[kept.Count..]))
        {
            yield return hash.Length > 0 && Array.IndexOf(hashes, hash) is var at && at < kept.Count
                ? new CorpusFinding { Kind = CorpusFindingKind.LeftOut, Subject = file, Reason = $"a copy of '{kept[at].Id}'" }
                : new CorpusFinding
                {
                    Kind = CorpusFindingKind.Unexpected,
                    Subject = file,
                    Reason = "neither its name nor a label makes it an utterance of this corpus",
                };
        }
        foreach (var twins in kept.Zip(hashes).Where(pair => pair.Second.Length > 0).GroupBy(pair => pair.Second, pair => pair.First))
        {
            var first = twins.First();
            foreach (var other in twins.Skip(1))
            {
                var file = Path.GetRelativePath(folder.Root, other.Path).Replace('\\', '/');
                yield return other.Speaker == first.Speaker
                    ? new CorpusFinding
                    {
                        Kind = CorpusFindingKind.Identical,
                        Subject = file,
                        Reason = $"the same recording as '{first.Id}'",
                    }
                    : new CorpusFinding
                    {
                        Kind = CorpusFindingKind.Doubtful,
                        Subject = file,
                        Reason = $"the same recording as '{first.Id}' of another speaker, '{first.Speaker}'",
                    };
            }
        }
    }

    private static string LabelUnder(LabelPolicy policy, CorpusEntry entry) => policy.Perceived ? entry.Perceived : entry.Label;

    private static IEnumerable<CorpusFinding> Counts(
        CorpusDescription corpus, LabelPolicy policy, CorpusEntry[] found, List<Utterance> kept)
    {
        List<(string What, int? Expected, int Found)> counts =
        [
            ("utterances", corpus.UtteranceCount, found.Length),
            ("speakers", corpus.SpeakerCount, found.Select(e => e.Speaker).Distinct().Count()),
            .. corpus.Labels.Select(l => ($"label '{l.Key}'", l.Value.Count, found.Count(e => e.Label == l.Key))),
            .. corpus.Parts.Select(p => ($"part '{p.Key}'", (int?)p.Value, found.Count(e => e.Part == p.Key))),
            .. corpus.Splits.Select(s => ($"split '{s.Key}'", (int?)s.Value, found.Count(e => e.Split == s.Key))),
            .. policy.Classes.Select(c => ($"class '{c.Key}'", (int?)c.Value, kept.Count(u => u.Label == c.Key))),
        ];
        foreach (var (name, speaker) in corpus.Speakers)
        {
            CorpusEntry[] spoken = [.. found.Where(e => e.Speaker == name)];
            counts.Add(($"speaker '{name}'", speaker.UtteranceCount, spoken.Length));
            counts.AddRange(speaker.Labels.Select(l => ($"speaker '{name}', label '{l.Key}'", (int?)l.Value,
                spoken.Count(e => e.Label == l.Key))));
        }
        if (corpus.Speakers.Count > 0)
            counts.AddRange(found.GroupBy(e => e.Speaker).Where(g => !corpus.Speakers.ContainsKey(g.Key))
                .Select(g => ($"speaker '{g.Key}'", (int?)0, g.Count())));
        return counts.Where(c => c.Expected is { } expected && expected != c.Found)
            .Select(c => new CorpusFinding
            {
                Kind = CorpusFindingKind.Count,
                Subject = c.What,
                Reason = string.Create(CultureInfo.InvariantCulture, $"{c.Found} found, {c.Expected} published"),
            });
    }
}
