namespace MlNetSer;

/// <summary>The speakers of some rows, their sessions and row counts.</summary>
internal sealed class SpeakerTable
{
    private readonly Dictionary<string, List<FoldRow>> _rows;
    private readonly Dictionary<string, string[]> _sessions;

    public SpeakerTable(IReadOnlyList<FoldRow> rows)
    {
        _rows = rows.GroupBy(row => row.Speaker, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.ToList(), StringComparer.Ordinal);
        _sessions = _rows.ToDictionary(entry => entry.Key, entry => entry.Value.Select(row => row.Session)
            .Where(session => session.Length > 0).Distinct(StringComparer.Ordinal).ToArray(), StringComparer.Ordinal);
        Names = [.. _rows.Keys.Order(StringComparer.Ordinal)];
    }

    /// <summary>In ordinal order.</summary>
    public string[] Names { get; }

    public int RowCount(string speaker) => _rows[speaker].Count;

    public string[] Rows(IEnumerable<string> speakers) => [.. speakers.SelectMany(speaker => _rows[speaker]).Select(row => row.Utterance)];

    /// <summary>The one other speaker of the same session; null where there is none, or more than one.</summary>
    public string? Partner(string speaker)
    {
        var others = Names.Where(other => other != speaker && _sessions[other].Intersect(_sessions[speaker], StringComparer.Ordinal).Any())
            .Take(2).ToArray();
        return others.Length == 1 ? others[0] : null;
    }

    /// <exception cref="InvalidOperationException">The speaker has no session, or several.</exception>
    public string OneSession(string speaker) => _sessions[speaker] switch
    {
        [var one] => one,
        [] => throw new InvalidOperationException(
        $"Speaker '{speaker}' has no session. Fill the session column, or leave speakers out instead of sessions."),
        var several => throw new InvalidOperationException(
        $"Speaker '{speaker}' is in the sessions {string.Join(", ", several)}: leaving one of them out would leave the speaker on two "
        + "sides. Leave speakers out instead."),
    };

    /// <summary>The speakers of the session after this one, in ordinal order; of the first after the last.</summary>
    public string[] NextSession(string session)
    {
        string[] sessions = [.. Names.Select(OneSession).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (sessions.Length < 3)
            throw new InvalidOperationException(
                $"The data has {sessions.Length} session(s) ({string.Join(", ", sessions)}); "
                + "one for the test and one for validation leave none to train. Wanted are at least three.");
        var next = sessions[(Array.IndexOf(sessions, session) + 1) % sessions.Length];
        return [.. Names.Where(name => OneSession(name) == next)];
    }
}
