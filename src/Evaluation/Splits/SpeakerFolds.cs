namespace MlNetSer;

/// <summary>One fold: no speaker on two sides.</summary>
/// <param name="Number">Counted from 1.</param>
/// <param name="TrainSpeakers">Speakers to learn from.</param>
/// <param name="ValidationSpeakers">Speakers that choose the epoch.</param>
/// <param name="TestSpeakers">Speakers that are scored.</param>
public sealed record SpeakerFold(int Number, IReadOnlyList<string> TrainSpeakers, IReadOnlyList<string> ValidationSpeakers, IReadOnlyList<string> TestSpeakers);

/// <summary>Who validates while one speaker is left out.</summary>
public enum ValidationPolicy
{
    /// <summary>The session partner where every speaker has exactly one, else the next speaker in order.</summary>
    Auto,

    /// <summary>The other speaker of the test speaker's session (paper, §4.2.3).</summary>
    SessionPartner,

    /// <summary>The next speaker in ordinal order; the first after the last.</summary>
    NextSpeaker,
}

/// <summary>Makes and audits speaker folds.</summary>
public static class SpeakerFolds
{
    /// <summary>One fold per speaker, in ordinal order: that speaker tests, one validates, the others train.</summary>
    /// <param name="rows">Speaker and session of each row; an empty session is an unknown one.</param>
    /// <param name="policy">Who validates.</param>
    /// <exception cref="InvalidOperationException">There are fewer than three speakers, or no session partners where they were asked for.</exception>
    public static IReadOnlyList<SpeakerFold> LeaveOneSpeakerOut(IEnumerable<(string Speaker, string Session)> rows, ValidationPolicy policy = ValidationPolicy.Auto)
    {
        var sessions = rows.Distinct().GroupBy(row => row.Speaker, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Select(row => row.Session).ToList(), StringComparer.Ordinal);
        string[] speakers = [.. sessions.Keys.Order(StringComparer.Ordinal)];
        if (speakers.Length < 3)
            throw new InvalidOperationException($"The data has {speakers.Length} speaker(s) ({string.Join(", ", speakers)}); leaving one out for the test and one for validation needs at least three.");

        string? Partner(string speaker)
        {
            var others = speakers.Where(other => other != speaker && sessions[other].Any(s => s.Length > 0 && sessions[speaker].Contains(s))).ToList();
            return others.Count == 1 ? others[0] : null;
        }
        var partnered = speakers.All(speaker => Partner(speaker) is not null);
        if (policy == ValidationPolicy.SessionPartner && !partnered)
            throw new InvalidOperationException($"Speaker '{speakers.First(s => Partner(s) is null)}' has no single partner in its session. Fill the session column, or use {nameof(ValidationPolicy)}.{nameof(ValidationPolicy.NextSpeaker)}.");

        return [.. speakers.Select((test, i) =>
        {
            var validation = policy != ValidationPolicy.NextSpeaker && partnered ? Partner(test)! : speakers[(i + 1) % speakers.Length];
            return new SpeakerFold(i + 1, [.. speakers.Where(s => s != test && s != validation)], [validation], [test]);
        })];
    }

    /// <summary>Refuses a fold with a speaker on two sides, or with a side without rows.</summary>
    /// <exception cref="InvalidOperationException">The fold leaks, or a side of it is empty.</exception>
    public static void Audit(SpeakerFold fold, IReadOnlyDictionary<string, int> rowsPerSpeaker)
    {
        (string Name, IReadOnlyList<string> Speakers)[] sides = [("train", fold.TrainSpeakers), ("validation", fold.ValidationSpeakers), ("test", fold.TestSpeakers)];
        foreach (var (a, b) in new[] { (0, 1), (0, 2), (1, 2) })
        {
            if (sides[a].Speakers.Intersect(sides[b].Speakers).FirstOrDefault() is { } shared)
                throw new InvalidOperationException($"Fold {fold.Number} leaks: speaker '{shared}' is on the {sides[a].Name} side and on the {sides[b].Name} side. Every speaker may stand on one side only.");
        }
        foreach (var (name, speakers) in sides)
        {
            if (speakers.FirstOrDefault(speaker => !rowsPerSpeaker.TryGetValue(speaker, out var count) || count == 0) is { } absent)
                throw new InvalidOperationException($"Fold {fold.Number}: speaker '{absent}' on the {name} side has no rows. The data has: {string.Join(", ", rowsPerSpeaker.Keys.Order(StringComparer.Ordinal))}.");
            if (speakers.Count == 0)
                throw new InvalidOperationException($"Fold {fold.Number} has no speakers on the {name} side.");
        }
    }
}
