namespace MlNetSer.Experiments;

/// <summary>Options of <see cref="ModelTraining"/>.</summary>
public sealed class TrainingOptions
{
    /// <summary>The corpus.</summary>
    /// <value>A manifest, <c>NAME=FOLDER</c>, <c>NAME:POLICY=FOLDER</c>, or <c>synthetic</c> (the default).</value>
    public string Corpus { get; set; } = "synthetic";

    /// <summary>The encoder.</summary>
    /// <value>An ONNX file, a WeNet folder, a name of <see cref="PublicEncoders"/>, or <c>untrained</c> (the default).</value>
    public string Encoder { get; set; } = "untrained";

    /// <summary>What the encoder wants: a profile's name or a JSON file.</summary>
    /// <value>The default is null: as the encoder tells.</value>
    public string? Profile { get; set; }

    /// <summary>Whether the encoder runs in 8 bits.</summary>
    /// <value>The default is false.</value>
    public bool Int8 { get; set; }

    /// <summary>The system.</summary>
    /// <value>A name such as <c>cta</c>. The default is null: <see cref="SystemChoice"/> names it.</value>
    public string? System { get; set; }

    /// <summary>Epochs.</summary>
    /// <value>At least 1. The default is null: <see cref="SystemChoice"/> says how many.</value>
    public int? Epochs { get; set; }

    /// <summary>GRU units of each direction.</summary>
    /// <value>At least 1. The default is null: <see cref="SystemChoice"/> says how many.</value>
    public int? HiddenSize { get; set; }

    /// <summary>Attention heads.</summary>
    /// <value>At least 1. The default is null: <see cref="SystemChoice"/> says how many.</value>
    public int? HeadCount { get; set; }

    /// <summary>Units of each attention head.</summary>
    /// <value>At least 1. The default is null: <see cref="SystemChoice"/> says how many.</value>
    public int? HeadSize { get; set; }

    /// <summary>Seed for weights, shuffling and dropout.</summary>
    /// <value>The default is 1.</value>
    public int Seed { get; set; } = 1;

    /// <summary>Threads.</summary>
    /// <value>The default is 0: as many as the machine has.</value>
    public int ThreadCount { get; set; }

    /// <summary>A thinned version: a small synthetic corpus.</summary>
    /// <value>The default is false.</value>
    public bool Quick { get; set; }

    /// <summary>The model's zip file.</summary>
    /// <value>The default is <c>model.zip</c>.</value>
    public string ModelPath { get; set; } = "model.zip";

    /// <summary>Folder for embeddings and, where it is made, the synthetic corpus.</summary>
    /// <value>The default is null: <c>store</c> beside the model.</value>
    public string? StoreFolder { get; set; }

    /// <summary>The evaluation whose figures the model's card shows.</summary>
    /// <value>An output folder of an <see cref="Experiment"/>. The default is null: none.</value>
    public string? EvaluationFolder { get; set; }
}
