namespace MlNetSer.Experiments;

/// <summary>Options of an <see cref="Experiment"/>.</summary>
public sealed class ExperimentOptions
{
    /// <summary>Corpora.</summary>
    /// <value>One, or two for both directions of transfer. Each is a manifest, <c>NAME=FOLDER</c>, <c>NAME:POLICY=FOLDER</c>, or
    /// <c>synthetic</c> (the default).</value>
    public IReadOnlyList<string> Corpora { get; set; } = ["synthetic"];

    /// <summary>Encoders.</summary>
    /// <value>One or two. Each is an ONNX file, a WeNet folder, a name of <see cref="PublicEncoders"/>, or <c>untrained</c> (the
    /// default).</value>
    public IReadOnlyList<string> Encoders { get; set; } = ["untrained"];

    /// <summary>What each encoder wants: a profile's name, a JSON file, or <c>auto</c>.</summary>
    /// <value>One for each encoder, or none. The default is none: as the encoders tell.</value>
    public IReadOnlyList<string> Profiles { get; set; } = [];

    /// <summary>Whether encoders run in 8 bits.</summary>
    /// <value>The default is false.</value>
    public bool Int8 { get; set; }

    /// <summary>Token files of the encoders' CTC heads, or <c>auto</c>: the corpora are recognised.</summary>
    /// <value>One for each encoder, or none. The default is none.</value>
    public IReadOnlyList<string> Tokens { get; set; } = [];

    /// <summary>A BERT-style text encoder in ONNX, for the systems over text.</summary>
    /// <value>A path. The default is null: no such systems.</value>
    public string? TextEncoder { get; set; }

    /// <summary>The text encoder's word pieces.</summary>
    /// <value>A path. The default is null: vocab.txt beside it.</value>
    public string? Vocabulary { get; set; }

    /// <summary>Systems to run, such as <c>a</c>, <c>e5</c>, <c>a+e5</c>, <c>cta</c>, <c>cta-rnn</c>.</summary>
    /// <value>Names. The default is none: every one of the paper's; <see cref="ChooseSystem"/> changes that.</value>
    public IReadOnlyList<string> Systems { get; set; } = [];

    /// <summary>Whether <see cref="SystemChoice"/> names the system and the sizes that are not given.</summary>
    /// <value>The default is false: all systems, at the paper's sizes.</value>
    public bool ChooseSystem { get; set; }

    /// <summary>Whether the paper's tables and Figure 2 are written.</summary>
    /// <value>The default is true.</value>
    public bool PaperTables { get; set; } = true;

    /// <summary>How the folds are made: <c>speaker</c>, <c>session</c>, <c>groups:N</c>, or a fold file.</summary>
    /// <value>The default is null: leave one speaker out.</value>
    public string? Protocol { get; set; }

    /// <summary>Seeds; each is a run of its own.</summary>
    /// <value>The default is 1.</value>
    public IReadOnlyList<int> Seeds { get; set; } = [1];

    /// <summary>Blocks that stand for the paper's 2, 6 and 12 of 12.</summary>
    /// <value>Three in rising order, or none. The default is none: in proportion.</value>
    public IReadOnlyList<int> Blocks { get; set; } = [];

    /// <summary>Epochs of each training.</summary>
    /// <value>At least 1. The default is null: 50 (paper), 2 where <see cref="Quick"/>.</value>
    public int? Epochs { get; set; }

    /// <summary>GRU units of each direction.</summary>
    /// <value>At least 1. The default is null: 256 (paper), 16 where <see cref="Quick"/>.</value>
    public int? HiddenSize { get; set; }

    /// <summary>Attention heads.</summary>
    /// <value>At least 1. The default is null: 8 (paper), 2 where <see cref="Quick"/>.</value>
    public int? HeadCount { get; set; }

    /// <summary>Units of each attention head.</summary>
    /// <value>At least 1. The default is null: 64 (paper), 8 where <see cref="Quick"/>.</value>
    public int? HeadSize { get; set; }

    /// <summary>A thinned version: three blocks, small networks, two epochs.</summary>
    /// <value>The default is false.</value>
    public bool Quick { get; set; }

    /// <summary>Threads of a training. The numbers do not depend on it.</summary>
    /// <value>The default is 0: all processors of the machine.</value>
    public int ThreadCount { get; set; }

    /// <summary>Folder for jobs, runs, tables, figures and the report. What is whole there is not run again.</summary>
    /// <value>The default is <c>experiment</c>.</value>
    public string OutputFolder { get; set; } = "experiment";

    /// <summary>Folder for embeddings, which several experiments may share.</summary>
    /// <value>The default is null: <c>store</c> in the output folder.</value>
    public string? StoreFolder { get; set; }

    /// <summary>The share of the jobs that this process runs.</summary>
    /// <value>The default is all.</value>
    public Part Part { get; set; } = Part.Whole;

    /// <summary>What the records say of the command that was run.</summary>
    /// <value>The default is empty.</value>
    public string Command { get; set; } = "";
}
