using System.Text.Json.Serialization;
using MlNetSer.Reporting;

namespace MlNetSer;

/// <summary>One fold: who trains, who validates, who is scored.</summary>
/// <param name="Number">Counted from 1.</param>
/// <param name="TrainSpeakers">Speakers to learn from.</param>
/// <param name="ValidationSpeakers">Speakers whose rows are kept for choosing the epoch.</param>
/// <param name="TestSpeakers">Speakers that are scored.</param>
public sealed record SpeakerFold(
    int Number, IReadOnlyList<string> TrainSpeakers, IReadOnlyList<string> ValidationSpeakers, IReadOnlyList<string> TestSpeakers)
{
    /// <summary>Speakers to learn from.</summary>
    [JsonConverter(typeof(OneLine<IReadOnlyList<string>>))]
    public IReadOnlyList<string> TrainSpeakers { get; init => field = ByValue.List(value); } = ByValue.List(TrainSpeakers);

    /// <summary>Speakers whose rows are kept for choosing the epoch; a result says whether that happened.</summary>
    [JsonConverter(typeof(OneLine<IReadOnlyList<string>>))]
    public IReadOnlyList<string> ValidationSpeakers { get; init => field = ByValue.List(value); } = ByValue.List(ValidationSpeakers);

    /// <summary>Speakers that are scored.</summary>
    [JsonConverter(typeof(OneLine<IReadOnlyList<string>>))]
    public IReadOnlyList<string> TestSpeakers { get; init => field = ByValue.List(value); } = ByValue.List(TestSpeakers);

    /// <summary>The utterances of each side where the split is finer than speakers; null = all utterances of the speakers.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public FoldUtterances? Utterances { get; init; }

    /// <summary>Rows that stand on no side on purpose.</summary>
    [JsonConverter(typeof(OneLineEach<LeftOutRows>))]
    public IReadOnlyList<LeftOutRows> LeftOut { get; init => field = ByValue.List(value); } = ByValue.List<LeftOutRows>([]);
}

/// <summary>The utterances of each side of a fold.</summary>
/// <param name="Train">Utterances to learn from.</param>
/// <param name="Validation">Utterances that choose the epoch.</param>
/// <param name="Test">Utterances that are scored.</param>
public sealed record FoldUtterances(IReadOnlyList<string> Train, IReadOnlyList<string> Validation, IReadOnlyList<string> Test)
{
    /// <summary>Utterances to learn from.</summary>
    public IReadOnlyList<string> Train { get; init => field = ByValue.List(value); } = ByValue.List(Train);

    /// <summary>Utterances that choose the epoch.</summary>
    public IReadOnlyList<string> Validation { get; init => field = ByValue.List(value); } = ByValue.List(Validation);

    /// <summary>Utterances that are scored.</summary>
    public IReadOnlyList<string> Test { get; init => field = ByValue.List(value); } = ByValue.List(Test);
}

/// <summary>Rows that were left out on purpose.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Count">How many.</param>
/// <param name="Examples">The first five names.</param>
public sealed record LeftOutRows(string Reason, int Count, IReadOnlyList<string> Examples)
{
    /// <summary>The first five names.</summary>
    [JsonConverter(typeof(OneLine<IReadOnlyList<string>>))]
    public IReadOnlyList<string> Examples { get; init => field = ByValue.List(value); } = ByValue.List(Examples);

    internal static LeftOutRows Of(string reason, IReadOnlyCollection<string> names) => new(reason, names.Count, [.. names.Take(5)]);

    /// <inheritdoc/>
    public override string ToString()
        => $"{Count} rows left out: {Reason} ({string.Join(", ", Examples)}{(Count > Examples.Count ? ", ..." : "")})";
}

/// <summary>
/// Makes and audits speaker folds from speakers and sessions alone; <see cref="FoldSplitter"/> does it for every protocol.
/// </summary>
public static class SpeakerFolds
{
    /// <summary>One fold per speaker, in ordinal order: that speaker tests, one validates, the others train.</summary>
    /// <param name="rows">Speaker and session of each row; an empty session is an unknown one.</param>
    /// <param name="policy">Who validates.</param>
    /// <exception cref="InvalidOperationException">There are fewer than three speakers, or no session partners where they were asked
    /// for.</exception>
    public static IReadOnlyList<SpeakerFold> LeaveOneSpeakerOut(
        IEnumerable<(string Speaker, string Session)> rows, ValidationPolicy policy = ValidationPolicy.Auto)
        => FoldSplitter.Split(EvaluationProtocol.LeaveOneSpeakerOut(policy),
        [.. rows.Select((row, i) => new FoldRow($"{i + 1}", row.Speaker, Session: row.Session))]).Folds;

    /// <summary>Refuses a fold with a speaker on two sides, or with a side without rows.</summary>
    /// <exception cref="InvalidOperationException">The fold leaks, or a side of it is empty.</exception>
    public static void Audit(SpeakerFold fold, IReadOnlyDictionary<string, int> rowsPerSpeaker)
        => FoldAudit.Of(fold, [.. rowsPerSpeaker.SelectMany(
        speaker => Enumerable.Range(1, speaker.Value).Select(i => new FoldRow($"{speaker.Key} {i}", speaker.Key)))]).Refuse();
}
