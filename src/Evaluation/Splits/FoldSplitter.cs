namespace MlNetSer;

/// <summary>The one maker of folds: the same protocol and rows give the same folds, on every machine.</summary>
internal static class FoldSplitter
{
    /// <summary>Divides rows as a protocol says.</summary>
    /// <param name="protocol">How.</param>
    /// <param name="rows">What: the rows that the protocol's filter keeps.</param>
    /// <exception cref="InvalidOperationException">There are too few speakers, sessions or rows, or the protocol asks for what the data
    /// does not have.</exception>
    public static FoldFile Split(EvaluationProtocol protocol, IReadOnlyList<FoldRow> rows)
    {
        ArgumentNullException.ThrowIfNull(protocol);
        ArgumentNullException.ThrowIfNull(rows);
        var speakers = new SpeakerTable(rows);
        var groups = protocol.Split switch
        {
            SplitKind.LeaveOneSpeakerOut => LeaveOneSpeakerOut(speakers),
            SplitKind.LeaveOneSessionOut => LeaveOneSessionOut(speakers),
            SplitKind.SpeakerGroups => Groups(speakers, protocol.GroupCount),
            SplitKind.FixedSplit => [],
            _ => throw new InvalidOperationException(
            "Imported folds are read from their file, not made. Give the file itself as SpeakerCrossValidationOptions.Folds."),
        };
        protocol = protocol with { Validation = Resolve(protocol, speakers) };
        IReadOnlyList<SpeakerFold> folds = protocol.Split == SplitKind.FixedSplit
            ? [FixedSplit.Make(protocol, rows)]
            : [.. groups.Select((_, i) => OneFold(protocol, speakers, groups, i))];
        return new FoldFile { Protocol = protocol, RowCount = rows.Count, Folds = TextDisjoint.Apply(protocol, folds, rows) };
    }

    /// <summary>Speakers for the validation, drawn from those that would train.</summary>
    /// <exception cref="InvalidOperationException">Nobody would be left to train.</exception>
    internal static string[] Draw(EvaluationProtocol protocol, int fold, IReadOnlyList<string> candidates)
    {
        if (protocol.ValidationSpeakerCount < 1 || protocol.ValidationSpeakerCount >= candidates.Count)
            throw new InvalidOperationException(
                $"Fold {fold}: {protocol.ValidationSpeakerCount} validation speaker(s) cannot be drawn from the {candidates.Count} that "
                + $"would train ({string.Join(", ", candidates.Take(5))}); wanted are at least one of each.");
        var pool = candidates.ToArray();
        new Random(unchecked(protocol.Seed * 1_000_003 + fold)).Shuffle(pool);
        return [.. pool.Take(protocol.ValidationSpeakerCount).Order(StringComparer.Ordinal)];
    }

    /// <summary>Names in groups of about as many rows: the largest first, each to the group that has the fewest so far.</summary>
    internal static string[][] Balance(IReadOnlyDictionary<string, int> rowCounts, int count)
    {
        var groups = Enumerable.Range(0, count).Select(_ => new List<string>()).ToArray();
        var sizes = new int[count];
        foreach (var (name, rows) in rowCounts.OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key, StringComparer.Ordinal))
        {
            var smallest = Array.IndexOf(sizes, sizes.Min());
            groups[smallest].Add(name);
            sizes[smallest] += rows;
        }
        return [.. groups.Select(group => group.Order(StringComparer.Ordinal).ToArray())];
    }

    private static string[][] LeaveOneSpeakerOut(SpeakerTable speakers) => speakers.Names.Length >= 3
        ? [.. speakers.Names.Select(name => new[] { name })]
        : throw new InvalidOperationException(
        $"The data has {speakers.Names.Length} speaker(s) ({string.Join(", ", speakers.Names)}); "
        + "leaving one out for the test and one for validation needs at least three.");

    private static string[][] LeaveOneSessionOut(SpeakerTable speakers)
    {
        var sessions = speakers.Names.GroupBy(speakers.OneSession, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal)
            .ToList();
        return sessions.Count >= 3
            ? [.. sessions.Select(g => g.ToArray())]
            : throw new InvalidOperationException(
            $"The data has {sessions.Count} session(s) ({string.Join(", ", sessions.Select(g => g.Key))}); "
            + "leaving one out for the test and one for validation needs at least three.");
    }

    private static string[][] Groups(SpeakerTable speakers, int count)
    {
        if (count < 3 || count > speakers.Names.Length)
            throw new InvalidOperationException(
                $"{speakers.Names.Length} speaker(s) cannot be divided into {count} groups; "
                + $"wanted are 3 (training, validation, test) to {speakers.Names.Length} groups.");
        return Balance(speakers.Names.ToDictionary(name => name, speakers.RowCount, StringComparer.Ordinal), count);
    }

    private static ValidationPolicy Resolve(EvaluationProtocol protocol, SpeakerTable speakers)
    {
        ValidationPolicy[] possible = protocol.Split switch
        {
            SplitKind.LeaveOneSpeakerOut => [ValidationPolicy.SessionPartner, ValidationPolicy.NextSpeaker, ValidationPolicy.NextSession,
                ValidationPolicy.RandomSpeakers],
            SplitKind.LeaveOneSessionOut => [ValidationPolicy.NextSession, ValidationPolicy.RandomSpeakers],
            SplitKind.SpeakerGroups => [ValidationPolicy.NextGroup, ValidationPolicy.RandomSpeakers],
            _ => [ValidationPolicy.Auto, ValidationPolicy.RandomSpeakers],
        };
        if (protocol.Validation == ValidationPolicy.Auto)
            return possible[0] == ValidationPolicy.SessionPartner && speakers.Names.Any(name => speakers.Partner(name) is null)
                ? ValidationPolicy.NextSpeaker : possible[0];
        return possible.Contains(protocol.Validation)
            ? protocol.Validation
            : throw new InvalidOperationException(
            $"Validation policy {protocol.Validation} does not go with {protocol.Split}; wanted is {string.Join(", ", possible)}.");
    }

    private static SpeakerFold OneFold(EvaluationProtocol protocol, SpeakerTable speakers, string[][] groups, int i)
    {
        var test = groups[i];
        var next = groups[(i + 1) % groups.Length];
        List<LeftOutRows> leftOut = [];
        string[] others = [.. speakers.Names.Except(test, StringComparer.Ordinal)];
        string[] validation;
        switch (protocol.Validation)
        {
            case ValidationPolicy.SessionPartner:
                validation = [speakers.Partner(test[0]) ?? throw new InvalidOperationException($"Speaker '{test[0]}' has no single "
                    + "partner in its session. "
                    + $"Fill the session column, or use {nameof(ValidationPolicy)}.{nameof(ValidationPolicy.NextSpeaker)}.")];
                break;
            case ValidationPolicy.NextSession when protocol.Split == SplitKind.LeaveOneSpeakerOut:
                var session = speakers.OneSession(test[0]);
                validation = speakers.NextSession(session);
                string[] partners = [.. others.Where(name => speakers.OneSession(name) == session)];
                if (partners.Length > 0)
                    leftOut.Add(LeftOutRows.Of($"speakers {string.Join(", ", partners)} share the test speaker's session",
                        speakers.Rows(partners)));
                others = [.. others.Except(partners, StringComparer.Ordinal)];
                break;
            case ValidationPolicy.RandomSpeakers:
                validation = Draw(protocol, i + 1, others);
                break;
            default:
                validation = next;
                break;
        }
        return new SpeakerFold
        {
            Number = i + 1,
            TrainSpeakers = [.. others.Except(validation, StringComparer.Ordinal)],
            ValidationSpeakers = validation,
            TestSpeakers = test,
            LeftOut = leftOut,
        };
    }
}
