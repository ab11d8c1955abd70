namespace MlNetSer;

/// <summary>How the convolution module of a <see cref="ConformerOptions">Conformer</see> normalises.</summary>
public enum ConvolutionNorm
{
    /// <summary>Layer norm over the channels of each frame.</summary>
    Layer,

    /// <summary>Batch norm with the statistics of training.</summary>
    Batch,
}

/// <summary>
/// The sizes of a WeNet-style Conformer encoder; the defaults are those of the paper's encoders (WeNet's
/// <c>train_conformer_bidecoder.yaml</c>).
/// </summary>
public sealed record ConformerOptions
{
    private const double LargestModel = 2.1e9;

    /// <summary>Conformer blocks: N.</summary>
    /// <value>At least 1. The default is 12.</value>
    public int BlockCount { get; init; } = 12;

    /// <summary>Width of every block: d.</summary>
    /// <value>A multiple of twice <see cref="HeadCount"/>. The default is 512.</value>
    public int Dimension { get; init; } = 512;

    /// <summary>Attention heads.</summary>
    /// <value>At least 1. The default is 8.</value>
    public int HeadCount { get; init; } = 8;

    /// <summary>Width inside the feed-forward modules.</summary>
    /// <value>At least 1. The default is 2048.</value>
    public int FeedForwardSize { get; init; } = 2048;

    /// <summary>Frames that the depthwise convolution sees.</summary>
    /// <value>Odd, or any where <see cref="Causal"/>. The default is 31.</value>
    public int KernelSize { get; init; } = 31;

    /// <summary>Filterbank frames that become one encoder frame.</summary>
    /// <value>4, 6 or 8: WeNet's <c>conv2d</c>, <c>conv2d6</c>, <c>conv2d8</c>. The default is 4.</value>
    public int Subsampling { get; init; } = 4;

    /// <summary>Whether the depthwise convolution sees past frames only.</summary>
    /// <value>The default is false.</value>
    public bool Causal { get; init; }

    /// <summary>Norm of the convolution module.</summary>
    /// <value>The default is <see cref="ConvolutionNorm.Layer"/>.</value>
    public ConvolutionNorm ConvolutionNorm { get; init; }

    /// <summary>Mel bins of the input.</summary>
    /// <value>At least 20. The default is 80.</value>
    public int MelBinCount { get; init; } = 80;

    /// <summary>
    /// Whether each module's layer norm comes before it, or after its sum with the residual (WeNet's <c>normalize_before</c>).
    /// </summary>
    /// <value>The default is true.</value>
    public bool NormalizeBefore { get; init; } = true;

    /// <summary>Whether a norm follows the last block (WeNet's <c>after_norm</c>). Block outputs are taken before it.</summary>
    /// <value>The default is true.</value>
    public bool AfterNorm { get; init; } = true;

    /// <summary>Tokens of the CTC head, blank included; 0 = no head.</summary>
    /// <value>At least 0. The default is 0.</value>
    public int VocabularySize { get; init; }

    /// <summary>Encoder frames of an utterance of so many filterbank frames; below 1 it is too short.</summary>
    public int FrameCount(int filterbankFrames) => Subsampling switch
    {
        4 => Halved(Halved(filterbankFrames)),
        6 => Math.Max(0, (Halved(filterbankFrames) - 2) / 3),
        _ => Halved(Halved(Halved(filterbankFrames))),
    };

    /// <summary>Bytes of all weights as float32.</summary>
    internal double WeightBytes
    {
        get
        {
            double d = Dimension;
            var reduced = FrameCount(MelBinCount);   // bins are shortened as frames are
            var embed = (Subsampling switch { 4 => 9, 6 => 25, _ => 18 }) * d * d + reduced * d * d;
            var block = 4 * d * FeedForwardSize + 8 * d * d + d * KernelSize;
            return sizeof(float) * (embed + BlockCount * block + d * VocabularySize);
        }
    }

    private static int Halved(int frames) => Math.Max(0, (frames - 1) / 2);

    internal void Check()
    {
        List<string> faults = [];
        void Want(bool holds, string fault)
        {
            if (!holds)
                faults.Add(fault);
        }
        Want(BlockCount >= 1, $"{nameof(BlockCount)} is {BlockCount}, but must be at least 1");
        Want(HeadCount >= 1, $"{nameof(HeadCount)} is {HeadCount}, but must be at least 1");
        Want(HeadCount >= 1 && Dimension >= 1 && Dimension % (2 * HeadCount) == 0,
            $"{nameof(Dimension)} is {Dimension}, but must be a multiple of {2 * HeadCount} (twice {nameof(HeadCount)})");
        Want(FeedForwardSize >= 1, $"{nameof(FeedForwardSize)} is {FeedForwardSize}, but must be at least 1");
        Want(KernelSize >= 1 && (Causal || KernelSize % 2 == 1),
            $"{nameof(KernelSize)} is {KernelSize}, but must be odd where {nameof(Causal)} is false");
        Want(Subsampling is 4 or 6 or 8, $"{nameof(Subsampling)} is {Subsampling}, but must be 4, 6 or 8");
        Want(MelBinCount >= 20, $"{nameof(MelBinCount)} is {MelBinCount}, but must be at least 20");
        Want(VocabularySize >= 0, $"{nameof(VocabularySize)} is {VocabularySize}, but must be at least 0");
        // Protobuf's limit is 2 GB for a whole message; biases, norms and nodes need the rest.
        Want(faults.Count > 0 || WeightBytes <= LargestModel,
            $"{nameof(BlockCount)}, {nameof(Dimension)}, {nameof(FeedForwardSize)} and {nameof(VocabularySize)} make "
            + $"{WeightBytes / 1e9:N1} GB of weights, but an ONNX file holds at most 2 GB");
        if (faults.Count > 0)
            throw new ArgumentException($"{nameof(ConformerOptions)}: {string.Join("; ", faults)}.");
    }
}
