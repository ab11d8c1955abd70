using System.Security.Cryptography;
using Microsoft.ML;

namespace MlNetSer.Experiments;

/// <summary>What a result needs to know of the text features T.</summary>
/// <param name="Name">Name of the text encoder.</param>
/// <param name="Hash">SHA-256 over model, vocabulary and options.</param>
/// <param name="Tokens">SHA-256 of the token file by which each encoder recognises the words; null = the corpora's own transcripts are
/// read.</param>
/// <param name="Words">Start of a SHA-256 over those transcripts; null = they are recognised.</param>
internal sealed record TextFacts(string Name, string Hash, IReadOnlyList<string>? Tokens, string? Words);

/// <summary>Text features of a corpus: a text encoder's states for the words that were recognised, or for the corpus' own.</summary>
internal sealed record TextSource(string Name, TextEncoder Encoder)
{
    private const string Own = "Text", Recognized = "Transcript";

    public static TextSource? Read(string? bert, string? vocabulary) => (bert, vocabulary) switch
    {
        (null, null) => null,
        (null, _) => throw new ArgumentException("--vocab was given without --bert. It is the word pieces of a text encoder: give both."),
        _ => new(ShortName.Of(Path.GetFileNameWithoutExtension(bert)),
            TextEncoder.FromFile(bert, vocabulary ?? Path.Combine(Path.GetDirectoryName(Path.GetFullPath(bert))!, "vocab.txt"))),
    };

    public TextFacts Facts(IEnumerable<CorpusSource> corpora, IReadOnlyCollection<EncoderSource> encoders)
    {
        string[]? tokens = encoders.Any(encoder => encoder.Tokens is not null) ? [.. encoders.Select(encoder => encoder.Tokens?.Hash ?? "")]
            : null;
        var words = string.Concat(corpora.SelectMany(corpus => corpus.Manifest.Utterances).Select(u => $"{u.Id}\t{u.Text}\n"));
        return new(Name, Encoder.Hash, tokens, encoders.All(encoder => encoder.Tokens is not null) ? null
            : Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(words)))[..16]);
    }

    /// <summary>Refuses a corpus that does not say its words, where they are not recognised.</summary>
    /// <exception cref="ArgumentException">Utterances have no text, or all have codes instead of words.</exception>
    public static void Check(CorpusSource corpus, EncoderSource encoder)
    {
        if (encoder.Tokens is null && corpus.Manifest.Utterances.Count(u => u.Text.Length == 0) is > 0 and var without)
            throw new ArgumentException($"{without} of the {corpus.Manifest.Utterances.Count} utterances of {corpus.Facts.Name} have no "
                + $"text for the text encoder. Recognise the words with --tokens, or fill the manifest's column text.");
        if (encoder.Tokens is null && corpus.TextsAreCodes)
            throw new ArgumentException($"The texts of {corpus.Facts.Name} are codes, such as '{corpus.Manifest.Utterances[0].Text}', "
                + $"and no words that a text encoder could read. Recognise the words with --tokens, or write them into the manifest's "
                + $"column text.");
    }

    /// <summary>The rows with the column <see cref="SystemRow.Text"/>, from a store on disk. Where nothing was recognised, the corpus' own
    /// words count.</summary>
    public IDataView AddTo(MLContext ml, IDataView rows, IReadOnlyList<RecognizedUtterance>? recognized, string folder,
        IProgress<EmbeddingProgress> progress, ICollection<IDisposable> pipelines, CancellationToken cancellationToken)
    {
        var words = recognized is null ? Own : Recognized;
        if (recognized is not null)
        {
            var heard = recognized.ToDictionary(line => line.Utterance, line => line.Hypothesis, StringComparer.Ordinal);
            var mapping = ml.Transforms.CustomMapping<Named, Said>((row, said) => said.Transcript = heard[row.Utterance],
                contractName: null);
            rows = mapping.Fit(rows).Transform(rows);
        }
        var pipeline = ml.Transforms.EmbedText(SystemRow.Text, words, Encoder).Fit(rows);
        pipelines.Add((IDisposable)pipeline);
        var options = new EmbeddingStoreOptions { ColumnName = SystemRow.Text, KeyColumnNames = [words] };
        var embedded = pipeline.Transform(rows).Cached(folder, null, options, progress, cancellationToken);
        pipelines.Add(embedded);
        return embedded;
    }

    private sealed class Named
    {
        public string Utterance { get; set; } = "";
    }

    private sealed class Said
    {
        public string Transcript { get; set; } = "";
    }
}
