using System.Text.Json.Serialization;
using MlNetSer.Reporting;

namespace MlNetSer;

/// <summary>One fold: who trains, who validates, who is scored.</summary>
/// <param name="Number">Counted from 1.</param>
/// <param name="TrainSpeakers">Speakers to learn from.</param>
/// <param name="ValidationSpeakers">Speakers that choose the epoch.</param>
/// <param name="TestSpeakers">Speakers that are scored.</param>
public sealed record SpeakerFold(
    int Number,
    [property: JsonConverter(typeof(OneLine<IReadOnlyList<string>>))] IReadOnlyList<string> TrainSpeakers,
    [property: JsonConverter(typeof(OneLine<IReadOnlyList<string>>))] IReadOnlyList<string> ValidationSpeakers,
    [property: JsonConverter(typeof(OneLine<IReadOnlyList<string>>))] IReadOnlyList<string> TestSpeakers)
{
    /// <summary>The utterances of each side where the split is finer than speakers; null = all utterances of the speakers.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public FoldUtterances? Utterances { get; init; }

    /// <summary>Rows that stand on no side on purpose.</summary>
    [JsonConverter(typeof(OneLineEach<LeftOutRows>))]
    public IReadOnlyList<LeftOutRows> LeftOut { get; init; } = [];
}

/// <summary>The utterances of each side of a fold.</summary>
/// <param name="Train">Utterances to learn from.</param>
/// <param name="Validation">Utterances that choose the epoch.</param>
/// <param name="Test">Utterances that are scored.</param>
public sealed record FoldUtterances(IReadOnlyList<string> Train, IReadOnlyList<string> Validation, IReadOnlyList<string> Test);

/// <summary>Rows that were left out on purpose.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Count">How many.</param>
/// <param name="Examples">The first five names.</param>
public sealed record LeftOutRows(string Reason, int Count, [property: JsonConverter(typeof(OneLine<IReadOnlyList<string>>))] IReadOnlyList<string> Examples)
{
    internal static LeftOutRows Of(string reason, IReadOnlyCollection<string> names) => new(reason, names.Count, [.. names.Take(5)]);

    /// <inheritdoc/>
    public override string ToString() => $"{Count} rows left out: {Reason} ({string.Join(", ", Examples)}{(Count > Examples.Count ? ", ..." : "")})";
}

/// <summary>Makes and audits speaker folds from speakers and sessions alone; <see cref="FoldSplitter"/> does it for every protocol.</summary>
public static class SpeakerFolds
{
    /// <summary>One fold per speaker, in ordinal order: that speaker tests, one validates, the others train.</summary>
    /// <param name="rows">Speaker and session of each row; an empty session is an unknown one.</param>
    /// <param name="policy">Who validates.</param>
    /// <exception cref="InvalidOperationException">There are fewer than three speakers, or no session partners where they were asked for.</exception>
    public static IReadOnlyList<SpeakerFold> LeaveOneSpeakerOut(IEnumerable<(string Speaker, string Session)> rows, ValidationPolicy policy = ValidationPolicy.Auto)
        => FoldSplitter.Split(EvaluationProtocol.LeaveOneSpeakerOut(policy), [.. rows.Select((row, i) => new FoldRow($"{i + 1}", row.Speaker, Session: row.Session))]).Folds;

    /// <summary>Refuses a fold with a speaker on two sides, or with a side without rows.</summary>
    /// <exception cref="InvalidOperationException">The fold leaks, or a side of it is empty.</exception>
    public static void Audit(SpeakerFold fold, IReadOnlyDictionary<string, int> rowsPerSpeaker)
        => FoldAudit.Of(fold, [.. rowsPerSpeaker.SelectMany(speaker => Enumerable.Range(1, speaker.Value).Select(i => new FoldRow($"{speaker.Key} {i}", speaker.Key)))]).Refuse();
}
