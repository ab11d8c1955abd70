using Microsoft.ML;

namespace MlNetSer.Experiments;

/// <summary>Options of <see cref="StoreFilling"/>.</summary>
public sealed class StoreFillingOptions
{
    /// <summary>The corpus.</summary>
    /// <value>A manifest, <c>NAME=FOLDER</c> or <c>NAME:POLICY=FOLDER</c>.</value>
    public required string Corpus { get; set; }

    /// <summary>The encoder.</summary>
    /// <value>An ONNX file, a WeNet folder, or a name of <see cref="PublicEncoders"/>.</value>
    public required string Encoder { get; set; }

    /// <summary>What the encoder wants: a profile's name or a JSON file.</summary>
    /// <value>The default is null: as the encoder tells.</value>
    public string? Profile { get; set; }

    /// <summary>Whether the encoder runs in 8 bits.</summary>
    /// <value>The default is false.</value>
    public bool Int8 { get; set; }

    /// <summary>Blocks to keep, from 1.</summary>
    /// <value>The default is none: all.</value>
    public IReadOnlyList<int> Blocks { get; set; } = [];

    /// <summary>The store's folder.</summary>
    public required string Folder { get; set; }

    /// <summary>The share of the utterances that this process embeds.</summary>
    /// <value>The default is all.</value>
    public Part Part { get; set; } = Part.Whole;

    /// <summary>Utterances embedded at the same time.</summary>
    /// <value>The default is 0: as many as the machine has cores.</value>
    public int ThreadCount { get; set; }
}

/// <summary>Fills an embedding store with a corpus, or with one part of it.</summary>
public static class StoreFilling
{
    /// <summary>Embeds what the store lacks.</summary>
    /// <returns>Utterances that were embedded, and those of the corpus.</returns>
    /// <exception cref="ArgumentException">The options do not go together.</exception>
    /// <exception cref="InvalidDataException">The corpus or the encoder is damaged, or the store is of another encoder.</exception>
    /// <exception cref="IOException">A file is missing or cannot be written.</exception>
    public static (int Embedded, int Total) Run(StoreFillingOptions options, IProgress<ExperimentProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var encoder = EncoderSource.Read(options.Encoder, options.Profile, tokens: null, options.Int8).Speech;
        var corpus = CorpusSource.ReadAsDistributed(options.Corpus)?.Manifest ?? CorpusManifest.Load(options.Corpus);
        corpus.EnsureFiles();
        var ml = new MLContext();
        var speech = corpus.ToDataView(ml);
        using var features = ml.Transforms.LoadAudio("Waveform", "AudioPath")
            .Append(ml.Transforms.EmbedSpeech("Embedding", encoder, blocks: [.. options.Blocks])).Fit(speech);
        var embedded = features.Transform(speech).FillEmbeddingStore(options.Folder, options.Part.Number - 1, options.Part.Count,
            options: new EmbeddingStoreOptions { ThreadCount = options.ThreadCount > 0 ? options.ThreadCount : Environment.ProcessorCount },
            progress: new RunProgress([], progress), cancellationToken: cancellationToken);
        return (embedded, corpus.Utterances.Count);
    }
}
