using Microsoft.ML;

namespace MlNetSer;

/// <summary>Transforms from speech to text, and from text to features, under <c>MLContext.Transforms</c>.</summary>
public static class SpeechTextCatalog
{
    /// <summary>Recognises speech by the CTC head of an encoder.</summary>
    /// <param name="transforms">The catalog.</param>
    /// <param name="outputColumnName">Text column to make; confidence, tokens and their times come with it
    /// (<see cref="TranscribeSpeechEstimator"/>).</param>
    /// <param name="inputColumnName">Column with filterbank features, frames x bins.</param>
    /// <param name="encoder">An encoder with a CTC head.</param>
    /// <param name="tokens">The tokens of that head.</param>
    /// <param name="beamWidth">1 = greedy search; more = prefix beam search.</param>
    /// <exception cref="ArgumentException">The encoder has no CTC head, or another number of tokens.</exception>
    public static TranscribeSpeechEstimator TranscribeSpeech(
        this TransformsCatalog transforms, string outputColumnName, string inputColumnName, SpeechEncoder encoder, CtcTokens tokens,
        int beamWidth = 1)
        => transforms.TranscribeSpeech(outputColumnName, inputColumnName, encoder, tokens,
        new TranscribeSpeechOptions { BeamWidth = beamWidth });

    /// <summary>Recognises speech by the CTC head of an encoder, with every option.</summary>
    /// <param name="transforms">The catalog.</param>
    /// <param name="outputColumnName">Text column to make; confidence, tokens and their times come with it
    /// (<see cref="TranscribeSpeechEstimator"/>).</param>
    /// <param name="inputColumnName">Column with filterbank features, frames x bins.</param>
    /// <param name="encoder">An encoder with a CTC head.</param>
    /// <param name="tokens">The tokens of that head.</param>
    /// <param name="options">Options.</param>
    /// <exception cref="ArgumentException">The encoder has no CTC head, or another number of tokens; or an option is out of its
    /// range.</exception>
    public static TranscribeSpeechEstimator TranscribeSpeech(
        this TransformsCatalog transforms, string outputColumnName, string inputColumnName, SpeechEncoder encoder, CtcTokens tokens,
        TranscribeSpeechOptions options)
        => new(transforms, outputColumnName, inputColumnName, encoder, tokens, options, embedding: null);

    /// <summary>
    /// Embeds and recognises speech in one run of the encoder: <c>EmbedSpeech</c> and <c>TranscribeSpeech</c> at the price of one, in time
    /// and in the saved model.
    /// </summary>
    /// <param name="transforms">The catalog.</param>
    /// <param name="embeddingColumnName">Column to make, blocks x frames x dimension; its shape comes with it as
    /// <c>(name).Shape</c>.</param>
    /// <param name="transcriptColumnName">Text column to make, and those that come with it.</param>
    /// <param name="inputColumnName">Column with filterbank features, frames x bins.</param>
    /// <param name="encoder">An encoder with a CTC head.</param>
    /// <param name="tokens">The tokens of that head.</param>
    /// <param name="options">Options; null = the defaults.</param>
    /// <param name="blocks">Blocks to keep, counted from 1, in this order; none = all.</param>
    /// <exception cref="ArgumentException">The encoder has no CTC head, or another number of tokens; or an option is out of its
    /// range.</exception>
    public static TranscribeSpeechEstimator EmbedAndTranscribeSpeech(this TransformsCatalog transforms,
        string embeddingColumnName, string transcriptColumnName, string inputColumnName, SpeechEncoder encoder, CtcTokens tokens,
        TranscribeSpeechOptions? options = null, params int[]? blocks)
        => new(transforms, transcriptColumnName, inputColumnName, encoder, tokens, options
        ?? new TranscribeSpeechOptions(), (embeddingColumnName, blocks is { Length: > 0 } ? blocks : null));

    /// <summary>Turns text into the states of a BERT-style encoder, one for each word piece.</summary>
    /// <param name="transforms">The catalog.</param>
    /// <param name="outputColumnName">Column to make, pieces x dimension; <c>(name).Shape</c> and <c>(name).Cut</c>, the pieces left out,
    /// come with it.</param>
    /// <param name="inputColumnName">Text column: a corpus' own words, or a transcript.</param>
    /// <param name="encoder">The encoder.</param>
    /// <param name="warnings">Hears of every text that is cut, with the count so far; null = <c>(name).Cut</c> alone tells. A saved model
    /// does not keep it.</param>
    public static EmbedTextEstimator EmbedText(this TransformsCatalog transforms, string outputColumnName, string inputColumnName,
        TextEncoder encoder, IProgress<TextCut>? warnings = null)
        => new(transforms, outputColumnName, inputColumnName, encoder, warnings);
}
