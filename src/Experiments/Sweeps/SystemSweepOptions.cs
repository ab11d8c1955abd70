namespace MlNetSer.Experiments;

/// <summary>Options of <see cref="SystemSweep"/>.</summary>
public sealed class SystemSweepOptions
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

    /// <summary>The system.</summary>
    /// <value>A name such as <c>e5</c>. The default is null: <see cref="SystemChoice"/> names it.</value>
    public string? System { get; set; }

    /// <summary>Trials in all. A larger number goes on from the log of a smaller one.</summary>
    /// <value>At least 1. The default is 20.</value>
    public int Trials { get; set; } = 20;

    /// <summary>Epochs of each training.</summary>
    /// <value>At least 1. The default is 15.</value>
    public int Epochs { get; set; } = 15;

    /// <summary>Test folds of the nested estimate, of five.</summary>
    /// <value>0 to 5. The default is null: all.</value>
    public int? TestFoldCount { get; set; }

    /// <summary>Seed for weights, shuffling, dropout and trials.</summary>
    /// <value>The default is 1.</value>
    public int Seed { get; set; } = 1;

    /// <summary>Threads of a training.</summary>
    /// <value>The default is 0: as many as the machine has.</value>
    public int ThreadCount { get; set; }

    /// <summary>This process's share of the trials.</summary>
    /// <value>The default is all.</value>
    public Part Part { get; set; } = Part.Whole;

    /// <summary>Folder for the log, the embeddings, the tables and the model.</summary>
    /// <value>The default is <c>sweep-output</c>.</value>
    public string OutputFolder { get; set; } = "sweep-output";

    /// <summary>A very small corpus, two epochs and six trials.</summary>
    /// <value>The default is false.</value>
    public bool Quick { get; set; }
}
