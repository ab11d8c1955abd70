using System.Text.Json.Serialization;
using MlNetSer.Json;

namespace MlNetSer;

/// <summary>One fold: who trains, who validates, who is scored.</summary>
public sealed record SpeakerFold
{
    /// <summary>Counted from 1.</summary>
    public required int Number { get; init; }

    /// <summary>Speakers to learn from.</summary>
    [JsonConverter(typeof(OneLine<IReadOnlyList<string>>))]
    public required IReadOnlyList<string> TrainSpeakers { get; init => field = ByValue.List(value); }

    /// <summary>Speakers whose rows are kept for choosing the epoch; a result says whether that happened.</summary>
    [JsonConverter(typeof(OneLine<IReadOnlyList<string>>))]
    public required IReadOnlyList<string> ValidationSpeakers { get; init => field = ByValue.List(value); }

    /// <summary>Speakers that are scored.</summary>
    [JsonConverter(typeof(OneLine<IReadOnlyList<string>>))]
    public required IReadOnlyList<string> TestSpeakers { get; init => field = ByValue.List(value); }

    /// <summary>The utterances of each side where the split is finer than speakers; null = all utterances of the speakers.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public FoldUtterances? Utterances { get; init; }

    /// <summary>Rows that are on no side on purpose.</summary>
    [JsonConverter(typeof(OneLineEach<LeftOutRows>))]
    public IReadOnlyList<LeftOutRows> LeftOut { get; init => field = ByValue.List(value); } = ByValue.List<LeftOutRows>([]);

    internal FoldSide Train => new("train", TrainSpeakers, Utterances?.Train);

    internal FoldSide Validation => new("validation", ValidationSpeakers, Utterances?.Validation);

    internal FoldSide Test => new("test", TestSpeakers, Utterances?.Test);
}
