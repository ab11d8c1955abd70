using MlNetSer.Layers;
using MlNetSer.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSer.Tests.Kernels;

/// <summary>The fused kernel against the formula on padded tensors.</summary>
[Collection("libtorch")]
public sealed class AttentionPoolingTests
{
    [Theory]
    [InlineData(3, 7, 2)]
    [InlineData(1, 16, 8)]
    [InlineData(12, 40, 4)]
    public void Equals_the_padded_formula_forwards_and_backwards(int blockCount, int featureSize, int headCount)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(1);
        var lengths = tensor(new long[] { 5, 1, 9, 3 });
        Tensor[] start = [randn(blockCount, 18, featureSize), randn(headCount, featureSize), randn(headCount, featureSize)];
        var pull = randn(4, headCount, featureSize);

        float[][] Run(Func<Tensor, Tensor, Tensor, Tensor> pool)
        {
            var inputs = start.Select(s => s.clone().requires_grad_()).ToArray();
            var pooled = pool(inputs[0], inputs[1], inputs[2]);
            (pooled * pull).sum().backward();
            return [pooled.ToFloats(), .. inputs.Select(i => i.grad!.ToFloats())];
        }
        var ours = Run((x, blocks, frames) => AttentionPooling.Run(x, blocks, frames, lengths));
        var theirs = Run((x, blocks, frames) => AttentionPooling.OnPadded(
            Ragged.Pad(x, lengths), blocks, frames, Ragged.FrameMask(lengths, CPU)));

        for (var part = 0; part < ours.Length; part++)
        {
            for (var i = 0; i < ours[part].Length; i++)
                Assert.True(Math.Abs(theirs[part][i] - ours[part][i]) <= 1e-5 * Math.Max(1, theirs[part].Max(Math.Abs)),
                    $"part {part} [{i}]: expected {theirs[part][i]}, got {ours[part][i]}");
        }
    }
}
