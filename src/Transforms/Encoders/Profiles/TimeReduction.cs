namespace MlNetSer;

/// <summary>One step that shortens time, as a convolution does: <c>(n + 2·padding − kernel) / stride + 1</c>.</summary>
/// <param name="Kernel">Frames that one output frame sees.</param>
/// <param name="Stride">Step from one output frame to the next.</param>
/// <param name="Padding">Frames added at each end.</param>
public sealed record TimeReduction(int Kernel, int Stride, int Padding = 0)
{
    internal long Apply(long frames) => Math.Max(0, (frames + 2 * Padding - Kernel + Stride) / Stride);
}
