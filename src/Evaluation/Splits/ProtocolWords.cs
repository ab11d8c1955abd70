namespace MlNetSer;

/// <summary>Says a protocol in words, one part after another.</summary>
internal static class ProtocolWords
{
    /// <param name="protocol">The protocol.</param>
    /// <param name="folds">What became of the validation rows of each fold that was run; empty = none was.</param>
    public static string Of(EvaluationProtocol protocol, IReadOnlyCollection<ValidationUse> folds)
        => string.Join("; ", [Split(protocol), Validation(protocol, folds), .. Restrictions(protocol)]);

    private static string Split(EvaluationProtocol protocol) => protocol.Split switch
    {
        SplitKind.LeaveOneSpeakerOut => "Leave one speaker out",
        SplitKind.LeaveOneSessionOut => "Leave one session out",
        SplitKind.SpeakerGroups => $"Leave one of {protocol.GroupCount} speaker groups out",
        SplitKind.FixedSplit => protocol.SplitColumn is { } column
            ? $"Fixed split by column {column.Name} ({column.Train}, {column.Validation}, {column.Test})" : "Fixed split",
        _ => $"Folds from {protocol.Source ?? "elsewhere"}",
    };

    private static string Validation(EvaluationProtocol protocol, IReadOnlyCollection<ValidationUse> folds)
    {
        var planned = Planned(protocol);
        if (ValidationWords.NobodyValidated(folds) is { } nobody)
            return folds.All(ValidationWords.IsWithout) ? $"{nobody} ({Reserved(protocol)})" : $"{planned}, but {nobody}";
        return folds.Contains(ValidationUse.NotRecorded) ? $"{planned} (whether the fit used the rows was not recorded)" : planned;
    }

    private static string Planned(EvaluationProtocol protocol) => protocol.Validation switch
    {
        ValidationPolicy.SessionPartner => "the session partner validates",
        ValidationPolicy.NextSpeaker => "the next speaker validates",
        ValidationPolicy.NextSession => "the next session validates",
        ValidationPolicy.NextGroup => "the next group validates",
        ValidationPolicy.RandomSpeakers => $"{Drawn(protocol)} validate",
        _ => "its own validation rows validate",
    };

    private static string Reserved(EvaluationProtocol protocol) => protocol.Validation switch
    {
        ValidationPolicy.SessionPartner => "those of the session partner",
        ValidationPolicy.NextSpeaker => "those of the next speaker",
        ValidationPolicy.NextSession => "those of the next session",
        ValidationPolicy.NextGroup => "those of the next group",
        ValidationPolicy.RandomSpeakers => $"those of {Drawn(protocol)}",
        _ => "its own validation rows",
    };

    private static string Drawn(EvaluationProtocol protocol)
        => $"{protocol.ValidationSpeakerCount} speaker(s) drawn from training by seed {protocol.Seed}";

    private static IEnumerable<string> Restrictions(EvaluationProtocol protocol)
    {
        if (protocol.Filter is { } filter)
            yield return $"only {filter.Column} = {string.Join(" or ", filter.Values)}";
        if (protocol.Texts == TextOverlap.ScriptDisjoint)
            yield return "scripts of the test left out of training and validation";
        if (protocol.Texts == TextOverlap.SentenceDisjoint)
            yield return "sentences of the test left out of training and validation";
        if (protocol.Texts != TextOverlap.Allowed && protocol.TextGroupCount > 1)
            yield return $"the test of each fold divided into {protocol.TextGroupCount} by what is said";
        if (protocol.AllowSpeakerOverlap)
            yield return "speakers on two sides allowed";
    }
}
