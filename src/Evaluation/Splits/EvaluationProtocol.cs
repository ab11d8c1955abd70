using System.Text.Json.Serialization;
using MlNetSer.Reporting;

namespace MlNetSer;

/// <summary>How rows are divided into folds.</summary>
public enum SplitKind
{
    /// <summary>One fold per speaker (paper, §4.2.3).</summary>
    LeaveOneSpeakerOut,

    /// <summary>One fold per session.</summary>
    LeaveOneSessionOut,

    /// <summary>Speakers in k groups of about the same number of rows, one fold per group.</summary>
    SpeakerGroups,

    /// <summary>One fold, by a column that the corpus brings.</summary>
    FixedSplit,

    /// <summary>Folds that came from elsewhere.</summary>
    Imported,
}

/// <summary>Which training rows are left out because the test says the same.</summary>
public enum TextOverlap
{
    /// <summary>All training rows stay (paper).</summary>
    Allowed,

    /// <summary>Training and validation rows whose script occurs in the test are left out.</summary>
    ScriptDisjoint,

    /// <summary>Training and validation rows whose sentence occurs in the test are left out; case and punctuation do not count.</summary>
    SentenceDisjoint,
}

/// <summary>Keeps the rows whose text column has one of some values, such as the improvised ones.</summary>
/// <param name="Column">Name of the column.</param>
/// <param name="Values">What is kept; <c>impro*</c> = all that begins so.</param>
public sealed record RowFilter(string Column, IReadOnlyList<string> Values)
{
    /// <summary>What is kept; <c>impro*</c> = all that begins so.</summary>
    [JsonConverter(typeof(OneLine<IReadOnlyList<string>>))]
    public IReadOnlyList<string> Values { get; init => field = ByValue.List(value); } = ByValue.List(Values);

    /// <summary>Whether a row with this value takes part.</summary>
    internal bool Keeps(string value)
        => Values.Any(wanted => wanted.EndsWith('*') ? value.StartsWith(wanted[..^1], StringComparison.Ordinal) : value == wanted);
}

/// <summary>The column of a fixed split and its values.</summary>
/// <param name="Column">Name of the column.</param>
/// <param name="Train">Value of the training rows; case does not count.</param>
/// <param name="Validation">Value of the validation rows.</param>
/// <param name="Test">Value of the test rows. Rows with any other value stand on no side.</param>
public sealed record SplitColumn(string Column, string Train = "train", string Validation = "validation", string Test = "test");

/// <summary>
/// How a score comes about: who is tested, who validates, what is left out. A result carries it; two of them can be compared line by line.
/// </summary>
public sealed record EvaluationProtocol
{
    /// <summary>How rows are divided.</summary>
    public SplitKind Split { get; init; }

    /// <summary>Who validates. Folds carry what <see cref="ValidationPolicy.Auto"/> came to.</summary>
    public ValidationPolicy Validation { get; init; }

    /// <summary>Speakers that <see cref="ValidationPolicy.RandomSpeakers"/> draws; ignored otherwise.</summary>
    /// <value>At least 1. The default is 1.</value>
    public int ValidationSpeakerCount { get; init; } = 1;

    /// <summary>Groups of <see cref="SplitKind.SpeakerGroups"/>; ignored otherwise.</summary>
    /// <value>At least 3. The default is 5.</value>
    public int GroupCount { get; init; } = 5;

    /// <summary>Start of the random numbers of <see cref="ValidationPolicy.RandomSpeakers"/>; ignored otherwise.</summary>
    /// <value>The default is 1.</value>
    public int Seed { get; init; } = 1;

    /// <summary>The column of <see cref="SplitKind.FixedSplit"/>; null otherwise.</summary>
    public SplitColumn? Column { get; init; }

    /// <summary>Which rows take part; null = all.</summary>
    public RowFilter? Filter { get; init; }

    /// <summary>Whether training may hold what the test says.</summary>
    public TextOverlap Texts { get; init; }

    /// <summary>
    /// Groups of scripts or sentences that each fold's test is divided into, one fold for each; ignored where <see cref="Texts"/> are
    /// allowed. Where all speakers say the same, as in IEMOCAP and EMO-DB, only a divided test leaves something to train on.
    /// </summary>
    /// <value>At least 1. The default is 1: the test stays whole.</value>
    public int TextGroupCount { get; init; } = 1;

    /// <summary>Whether a speaker may stand on two sides. Only a caller can say so: a fold file that says so is not believed.</summary>
    public bool AllowSpeakerOverlap { get; init; }

    /// <summary>Where imported folds came from; null otherwise.</summary>
    public string? Source { get; init; }

    /// <summary>Each speaker in turn is the test: 10 folds on IEMOCAP, 12 on MSP-IMPROV.</summary>
    public static EvaluationProtocol LeaveOneSpeakerOut(ValidationPolicy validation = ValidationPolicy.Auto)
        => new() { Validation = validation };

    /// <summary>Each session in turn is the test: 5 folds on IEMOCAP, 6 on MSP-IMPROV.</summary>
    public static EvaluationProtocol LeaveOneSessionOut(ValidationPolicy validation = ValidationPolicy.Auto)
        => new() { Split = SplitKind.LeaveOneSessionOut, Validation = validation };

    /// <summary>For corpora with many speakers, such as CREMA-D: k groups, the next group validates.</summary>
    public static EvaluationProtocol SpeakerGroups(int groupCount, ValidationPolicy validation = ValidationPolicy.Auto)
        => new() { Split = SplitKind.SpeakerGroups, GroupCount = groupCount, Validation = validation };

    /// <summary>The split that the corpus brings, such as MELD's and MSP-Podcast's.</summary>
    public static EvaluationProtocol FixedSplit(SplitColumn column, ValidationPolicy validation = ValidationPolicy.Auto)
        => new() { Split = SplitKind.FixedSplit, Column = column, Validation = validation };

    private string Reserved => Validation switch
    {
        ValidationPolicy.SessionPartner => "those of the session partner",
        ValidationPolicy.NextSpeaker => "those of the next speaker",
        ValidationPolicy.NextSession => "those of the next session",
        ValidationPolicy.NextGroup => "those of the next group",
        ValidationPolicy.RandomSpeakers => $"those of {ValidationSpeakerCount} speaker(s) drawn from training by seed {Seed}",
        _ => "its own validation rows",
    };

    /// <summary>The whole as JSON.</summary>
    public string ToJson() => System.Text.Json.JsonSerializer.Serialize(this, EvaluationJson.File);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The text is not such JSON.</exception>
    public static EvaluationProtocol FromJson(string json) => EvaluationJson.Read<EvaluationProtocol>(json, "The protocol");

    /// <summary>The protocol in words.</summary>
    public override string ToString() => InWords([]);

    /// <summary>The protocol in words, as it was carried out in some folds.</summary>
    internal string InWords(IReadOnlyCollection<ValidationUse> folds)
    {
        var split = Split switch
        {
            SplitKind.LeaveOneSpeakerOut => "Leave one speaker out",
            SplitKind.LeaveOneSessionOut => "Leave one session out",
            SplitKind.SpeakerGroups => $"Leave one of {GroupCount} speaker groups out",
            SplitKind.FixedSplit => $"Fixed split by column {Column?.Column} ({Column?.Train}, {Column?.Validation}, {Column?.Test})",
            _ => $"Folds from {Source ?? "elsewhere"}",
        };
        var validation = Validation switch
        {
            ValidationPolicy.SessionPartner => "the session partner validates",
            ValidationPolicy.NextSpeaker => "the next speaker validates",
            ValidationPolicy.NextSession => "the next session validates",
            ValidationPolicy.NextGroup => "the next group validates",
            ValidationPolicy.RandomSpeakers => $"{ValidationSpeakerCount} speaker(s) drawn from training by seed {Seed} validate",
            _ => "its own validation rows validate",
        };
        var without = folds.Count(ValidationWords.IsWithout);
        if (ValidationWords.NobodyValidated(folds) is { } nobody)
            validation = without == folds.Count ? $"{nobody} ({Reserved})" : $"{validation}, but {nobody}";
        else if (folds.Contains(ValidationUse.NotRecorded))
            validation += " (whether the fit used the rows was not recorded)";
        string[] more =
        [
            .. Filter is { } filter ? [$"only {filter.Column} = {string.Join(" or ", filter.Values)}"] : Array.Empty<string>(),
            .. Texts switch
            {
                TextOverlap.ScriptDisjoint => ["scripts of the test left out of training and validation"],
                TextOverlap.SentenceDisjoint => ["sentences of the test left out of training and validation"],
                _ => Array.Empty<string>(),
            },
            .. Texts != TextOverlap.Allowed && TextGroupCount > 1
            ? [$"the test of each fold divided into {TextGroupCount} by what is said"] : Array.Empty<string>(),
            .. AllowSpeakerOverlap ? ["speakers on two sides allowed"] : Array.Empty<string>(),
        ];
        return string.Join("; ", [split, validation, .. more]);
    }
}
