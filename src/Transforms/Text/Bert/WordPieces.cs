using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.ML.Tokenizers;

namespace MlNetSer.Text.Bert;

/// <summary>What travels through a saved model to the tokenizer.</summary>
internal sealed record WordPieceSettings
{
    // The resolver is named because single-file C# apps switch the implicit one off.
    private static readonly JsonSerializerOptions s_json = new() { TypeInfoResolver = new DefaultJsonTypeInfoResolver() };

    public required string[] Vocabulary { get; init; }
    public required bool LowerCase { get; init; }
    public required bool StripAccents { get; init; }
    public required int MaxPieceCount { get; init; }

    public static WordPieceSettings FromJson(string json) => JsonSerializer.Deserialize<WordPieceSettings>(json, s_json)!;

    public string ToJson() => JsonSerializer.Serialize(this, s_json);
}

/// <summary>BERT's word pieces: a text to ids, cut to what a model takes. Thread-safe.</summary>
internal sealed class WordPieces
{
    private static readonly string[] s_special = ["[UNK]", "[CLS]", "[SEP]", "[PAD]", "[MASK]"];

    private readonly BertTokenizer _tokenizer;
    private readonly WordPieceSettings _settings;

    public WordPieces(WordPieceSettings settings)
    {
        _settings = settings;
        _tokenizer = BertTokenizer.Create(new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', settings.Vocabulary))),
            new BertOptions { LowerCaseBeforeTokenization = false });
    }

    /// <summary>[CLS], the pieces of the text, [SEP]; and how many pieces were left out.</summary>
    public (long[] Ids, int Cut) Encode(string text)
    {
        var ids = _tokenizer.EncodeToIds(BertCleaning.Clean(text, _settings.LowerCase, _settings.StripAccents), addSpecialTokens: true,
            considerPreTokenization: true, considerNormalization: false);
        var cut = Math.Max(0, ids.Count - _settings.MaxPieceCount);
        return ([.. ids.Take(ids.Count - cut - 1), ids[^1]], cut);
    }

    /// <summary>Refuses a list of pieces that is not a BERT vocabulary.</summary>
    /// <exception cref="InvalidDataException">A special piece is missing, or a piece is there twice.</exception>
    public static void Check(IReadOnlyList<string> vocabulary, string source)
    {
        if (s_special.Except(vocabulary).ToArray() is { Length: > 0 } missing)
            throw new InvalidDataException(
                $"Vocabulary '{source}' has {vocabulary.Count:N0} pieces and lacks {string.Join(", ", missing)}. Wanted: "
                + "the vocab.txt of a BERT model, one piece in each line.");
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < vocabulary.Count; i++)
        {
            if (vocabulary[i].Length > 0 && !lines.TryAdd(vocabulary[i], i + 1))
                throw new InvalidDataException(
                    $"Vocabulary '{source}', line {i + 1}: '{vocabulary[i]}' is in line {lines[vocabulary[i]]} already. "
                    + "Ids are line numbers, so take the vocab.txt as it came with the model.");
        }
    }

    /// <summary>Whether every piece but the special ones is without upper-case letters.</summary>
    public static bool IsUncased(IEnumerable<string> vocabulary)
        => !vocabulary.Any(piece => !piece.StartsWith('[') && piece.Any(char.IsUpper));
}
