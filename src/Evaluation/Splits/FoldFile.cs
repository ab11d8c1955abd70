using System.Text.Json;
using MlNetSer.Json;
using MlNetSer.Text;

namespace MlNetSer;

/// <summary>Folds as data: made once by one splitter, kept in a file, read by people and by every run.</summary>
public sealed record FoldFile
{
    /// <summary>How they came about, <see cref="ValidationPolicy.Auto"/> resolved.</summary>
    public required EvaluationProtocol Protocol { get; init; }

    /// <summary>Rows that were divided, after the protocol's filter.</summary>
    public required int RowCount { get; init; }

    private const string CurrentFormat = "mlnetser-folds/1";

    /// <summary>The folds, in order.</summary>
    public required IReadOnlyList<SpeakerFold> Folds { get; init => field = ByValue.List(value); }

    /// <summary>Name and version of the format.</summary>
    public string Format { get; init; } = CurrentFormat;

    /// <summary>Identity of the corpus that was divided; empty = unknown.</summary>
    public string Corpus { get; init; } = "";

    /// <summary>Entries of an imported file that the data does not have.</summary>
    [System.Text.Json.Serialization.JsonConverter(typeof(OneLineEach<LeftOutRows>))]
    public IReadOnlyList<LeftOutRows> NotInData { get; init => field = ByValue.List(value); } = ByValue.List<LeftOutRows>([]);

    /// <summary>What the folds share between their sides, and what they miss.</summary>
    /// <param name="rows">The rows that they divide, after the protocol's filter.</param>
    /// <param name="corpus">Identity of the rows' corpus; empty = unknown.</param>
    public FoldFileAudit Audit(IReadOnlyList<FoldRow> rows, string corpus = "") => FoldFileAudit.Of(this, rows, corpus);

    /// <summary>The whole as JSON: speakers on one line per side, utterances one a line.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, EvaluationJson.File);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The text is not such JSON, or of another version.</exception>
    public static FoldFile FromJson(string json) => Checked(EvaluationJson.Read<FoldFile>(json, "The fold file"), "The fold file");

    /// <summary>Writes it to a file. The file is complete or unchanged, even if the process is killed.</summary>
    public void Save(string path) => WholeFile.Write(path, ToJson() + "\n");

    /// <summary>Reads it from a file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not a fold file, or of another version.</exception>
    public static FoldFile Load(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no fold file at '{path}'. FoldFile.Save writes one.", path);
        return Checked(EvaluationJson.Read<FoldFile>(StrictText.Read(path, $"Fold file '{path}'"), $"Fold file '{path}'"),
            $"Fold file '{path}'");
    }

    private static FoldFile Checked(FoldFile file, string what) => file switch
    {
        { Format: not CurrentFormat } => throw new InvalidDataException($"{what} has format '{file.Format}'; wanted '{CurrentFormat}'."),
        { Folds.Count: 0 } => throw new InvalidDataException($"{what} has no folds."),
        _ => file,
    };
}
