namespace MlNetSer;

/// <summary>Names of the columns that an evaluation reads. The defaults are those of <see cref="CorpusManifest.ToDataView"/>.</summary>
public sealed class EvaluationColumns
{
    /// <summary>Key column with the classes.</summary>
    /// <value>The default is <c>Label</c>.</value>
    public string Label { get; set; } = "Label";

    /// <summary>Text column with the speakers.</summary>
    /// <value>The default is <c>Speaker</c>.</value>
    public string Speaker { get; set; } = "Speaker";

    /// <summary>Text column with the sessions; used where the data has it.</summary>
    /// <value>The default is <c>Session</c>.</value>
    public string Session { get; set; } = "Session";

    /// <summary>Text column with the scripts or scenarios; used where the data has it.</summary>
    /// <value>The default is <c>Script</c>.</value>
    public string Script { get; set; } = "Script";

    /// <summary>Text column with what is said; used where the data has it.</summary>
    /// <value>The default is <c>Text</c>.</value>
    public string Text { get; set; } = "Text";

    /// <summary>Text column with the utterances' names; used where the data has it.</summary>
    /// <value>The default is <c>Utterance</c>.</value>
    public string Utterance { get; set; } = "Utterance";

    /// <summary>Text column with the sides of the corpus' own split; read for a <see cref="SplitKind.FixedSplit"/> that names no
    /// column.</summary>
    /// <value>The default is <c>Split</c>.</value>
    public string Split { get; set; } = "Split";

    /// <summary>Text column with the identity of the corpus: name, label policy, count, fingerprint; used where the data has it.</summary>
    /// <value>The default is <c>Corpus</c>.</value>
    public string Corpus { get; set; } = "Corpus";

    /// <summary>Text column with the paths of the recordings; used where the data has it, to find rows with the same recording.</summary>
    /// <value>The default is <c>AudioPath</c>.</value>
    public string AudioPath { get; set; } = "AudioPath";

    internal EvaluationColumns Copy() => (EvaluationColumns)MemberwiseClone();
}
