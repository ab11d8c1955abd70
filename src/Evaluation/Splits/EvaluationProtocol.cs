using System.Text.Json;
using System.Text.Json.Serialization;
using MlNetSer.Json;

namespace MlNetSer;

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

    /// <summary>Seed of the drawing of <see cref="ValidationPolicy.RandomSpeakers"/>; ignored otherwise.</summary>
    /// <value>The default is 1.</value>
    public int Seed { get; init; } = 1;

    /// <summary>The column of <see cref="SplitKind.FixedSplit"/>; null = <see cref="EvaluationColumns.Split"/>, with the values that
    /// <see cref="MlNetSer.SplitColumn"/> has by default. Ignored otherwise.</summary>
    [JsonPropertyName("Column")]   // the name in files that exist
    public SplitColumn? SplitColumn { get; init; }

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

    /// <summary>Whether the run allowed a speaker on two sides. <see cref="SpeakerCrossValidationOptions.AllowSpeakerOverlap"/> sets it; it
    /// is ignored in a protocol or fold file that a run is given.</summary>
    [JsonInclude]
    public bool AllowSpeakerOverlap { get; internal init; }

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
    /// <param name="column">The column and its values; null = <see cref="EvaluationColumns.Split"/>.</param>
    /// <param name="validation">Who validates.</param>
    public static EvaluationProtocol FixedSplit(SplitColumn? column = null, ValidationPolicy validation = ValidationPolicy.Auto)
        => new() { Split = SplitKind.FixedSplit, SplitColumn = column, Validation = validation };

    /// <summary>The whole as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, EvaluationJson.File);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The text is not such JSON.</exception>
    public static EvaluationProtocol FromJson(string json) => EvaluationJson.Read<EvaluationProtocol>(json, "The protocol");

    /// <summary>The protocol in words.</summary>
    public override string ToString() => InWords([]);

    /// <summary>The protocol in words, as it was carried out in some folds.</summary>
    internal string InWords(IReadOnlyCollection<ValidationUse> folds) => ProtocolWords.Of(this, folds);
}
