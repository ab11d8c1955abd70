namespace MlNetSer;

/// <summary>What an encoder is fed with.</summary>
public enum EncoderInput
{
    /// <summary>Log-Mel filterbank features.</summary>
    Features,

    /// <summary>Samples of the waveform.</summary>
    Samples,
}

/// <summary>Order of a tensor's dimensions: B utterances, T frames, F features.</summary>
public enum TensorLayout
{
    /// <summary>Utterances, frames, features.</summary>
    BTF,

    /// <summary>Channels first, as NeMo has it.</summary>
    BFT,

    /// <summary>Frames first, as icefall's Conformer has it inside.</summary>
    TBF,
}

/// <summary>How an encoder is told the length of each utterance.</summary>
public enum LengthType
{
    /// <summary>Frames or samples of each utterance, <c>[B]</c>, 64-bit.</summary>
    Int64,

    /// <summary>Frames or samples of each utterance, <c>[B]</c>, 32-bit.</summary>
    Int32,

    /// <summary>1 for what is real and 0 for padding, <c>[B, T]</c>, 64-bit: Hugging Face's <c>attention_mask</c>.</summary>
    Mask,
}

/// <summary>Who normalises an encoder's input.</summary>
public enum EncoderNormalization
{
    /// <summary>Nobody: the encoder takes it raw.</summary>
    None,

    /// <summary>The encoder's own graph (WeNet's <c>global_cmvn</c>).</summary>
    InGraph,

    /// <summary>EmbedSpeech, by the statistics of a training corpus in a file.</summary>
    CmvnFile,

    /// <summary>The front end, by the utterance's own statistics.</summary>
    PerUtterance,
}

/// <summary>An input that is the same for every utterance.</summary>
/// <param name="Name">Name of the graph's input.</param>
/// <param name="Type">Int64, Int32, Float or Bool.</param>
/// <param name="Shape">Its sizes: empty = a scalar; a 0 makes an empty tensor, such as a cache with nothing in it.</param>
/// <param name="Value">The value of every element.</param>
public sealed record ConstantInput(string Name, string Type, IReadOnlyList<long> Shape, double Value = 0)
{
    /// <summary>Its sizes: empty = a scalar; a 0 makes an empty tensor, such as a cache with nothing in it.</summary>
    public IReadOnlyList<long> Shape { get; init => field = ByValue.List(value); } = ByValue.List(Shape);
}

/// <summary>One step that shortens time, as a convolution does: <c>(n + 2·padding − kernel) / stride + 1</c>.</summary>
/// <param name="Kernel">Frames that one output frame sees.</param>
/// <param name="Stride">Step from one output frame to the next.</param>
/// <param name="Padding">Frames added at each end.</param>
public sealed record TimeReduction(int Kernel, int Stride, int Padding = 0)
{
    internal long Apply(long frames) => Math.Max(0, (frames + 2 * Padding - Kernel + Stride) / Stride);
}
