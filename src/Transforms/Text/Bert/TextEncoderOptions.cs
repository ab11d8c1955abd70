namespace MlNetSer;

/// <summary>How a <see cref="TextEncoder"/> reads text and which of its outputs counts.</summary>
public sealed class TextEncoderOptions
{
    /// <summary>
    /// Whether text becomes lower-case first. A cased model takes the upper-case transcripts of LibriSpeech or GigaSpeech encoders for a
    /// row of rare names: true helps there.
    /// </summary>
    /// <value>The default is null: yes where no piece of the vocabulary has an upper-case letter.</value>
    public bool? LowerCase { get; set; }

    /// <summary>Whether letters lose their accents.</summary>
    /// <value>The default is null: yes where no piece of the vocabulary has an upper-case letter, as BERT's uncased models were
    /// trained.</value>
    public bool? StripAccents { get; set; }

    /// <summary>
    /// Pieces that the model takes, [CLS] and [SEP] included. What a longer text has more is left out before [SEP], and counted.
    /// </summary>
    /// <value>At least 2, and no more than the model has positions for. The default is null: as many as that, or 512 (BERT) where the graph
    /// has no table called <c>position_embeddings</c>.</value>
    public int? MaxPieceCount { get; set; }

    /// <summary>
    /// Layer whose states are taken, as Hugging Face counts: 0 = the embeddings, 1 = the first block. The graph must have an output
    /// <c>hidden_states.N</c>, <c>hidden_states_N</c> or <c>layer_N</c>.
    /// </summary>
    /// <value>The default is null: <see cref="Output"/>.</value>
    public int? Layer { get; set; }

    /// <summary>
    /// Name of the output whose states are taken, <c>[batch, pieces, dimension]</c>; ignored where <see cref="Layer"/> is set.
    /// </summary>
    /// <value>The default is null: <c>last_hidden_state</c>, or else the first output of three dimensions.</value>
    public string? Output { get; set; }

    /// <exception cref="ArgumentException">At least one option is out of its range.</exception>
    internal void Check()
    {
        List<string> faults = [];
        if (MaxPieceCount < 2)
            faults.Add($"{nameof(MaxPieceCount)} is {MaxPieceCount}, but must be at least 2 ([CLS] and [SEP])");
        if (Layer < 0)
            faults.Add($"{nameof(Layer)} is {Layer}, but must be at least 0");
        if (faults.Count > 0)
            throw new ArgumentException($"{nameof(TextEncoderOptions)}: {string.Join("; ", faults)}.");
    }
}
