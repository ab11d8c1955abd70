namespace MlNetSer;

/// <summary>How an encoder learns the length of each utterance.</summary>
public enum LengthType
{
    /// <summary>Frames or samples of each utterance, <c>[B]</c>, 64-bit.</summary>
    Int64,

    /// <summary>Frames or samples of each utterance, <c>[B]</c>, 32-bit.</summary>
    Int32,

    /// <summary>1 for what is real and 0 for padding, <c>[B, T]</c>, 64-bit: Hugging Face's <c>attention_mask</c>.</summary>
    Mask,
}
