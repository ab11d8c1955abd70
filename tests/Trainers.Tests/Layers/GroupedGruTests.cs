using MlNetSer.Kernels;
using MlNetSer.Layers;
using MlNetSer.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSer.Tests.Kernels;

/// <summary>GroupedGru against N <c>nn.GRU</c> modules with the same weights.</summary>
[Collection("libtorch")]
public sealed class GroupedGruTests
{
    private const double Tolerance = 1e-5;   // float32, sums of up to a few hundred terms

    [Theory]
    [InlineData(3, 2, 5, 7, 2, false)]     // sizes that no vector divides
    [InlineData(16, 24, 11, 5, 2, true)]
    [InlineData(1, 64, 9, 80, 2, true)]
    [InlineData(2, 20, 1, 4, 1, true)]     // one frame: no state before any
    [InlineData(2, 256, 6, 96, 2, true)]
    public void Equals_nn_GRU_forwards_and_backwards(int blockCount, int hidden, int frames, int inputSize, int layerCount, bool padded)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(1);
        var blocks = Enumerable.Range(0, blockCount).Select(_ => new BiGru(inputSize, hidden, layerCount, 0)).ToArray();
        var features = randn(7, blockCount, frames, inputSize);
        var lengths = tensor(Enumerable.Range(0, 7).Select(i => padded ? 1 + (i * 5L + 3) % frames : frames).ToArray());
        lengths[2] = frames;
        var mask = Ragged.FrameMask(lengths, CPU).view(7, 1, frames, 1);
        features = features.masked_fill(mask.logical_not(), 0);
        var pull = randn(7, blockCount, frames, 2 * hidden);

        (float[] States, float[] Input, float[][] Weights) Run(Func<Tensor, Tensor> network)
        {
            foreach (var block in blocks)
                block.zero_grad();
            var input = features.clone().requires_grad_();
            var states = network(input);
            (states * pull).sum().backward();
            return (states.ToFloats(), input.grad!.ToFloats(), [.. blocks.SelectMany(b => b.parameters()).Select(p => p.grad!.ToFloats())]);
        }
        var ours = Run(input => Ragged.Pad(GroupedGru.Run(blocks, Ragged.Pack(input, lengths), lengths), lengths));
        var theirs = Run(input => stack(input.unbind(1).Select((block, i) => blocks[i].call(block, lengths)).ToArray(), 1));

        Close(theirs.States, ours.States);
        Close(theirs.Input, ours.Input);
        foreach (var (wanted, got) in theirs.Weights.Zip(ours.Weights))
            Close(wanted, got);
        using var nothing = no_grad();
        Assert.Equal(ours.States, Ragged.Pad(GroupedGru.Run(blocks, Ragged.Pack(features, lengths), lengths), lengths).ToFloats());
    }

    [Fact]
    public void Thread_count_changes_no_bit()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(1);
        var blocks = Enumerable.Range(0, 3).Select(_ => new BiGru(10, 12, 2, 0.3)).ToArray();
        var (features, lengths) = (randn(3, 27, 10), tensor(new long[] { 9, 3, 5, 1, 9 }));
        var threads = Threads.Count;
        try
        {
            var results = new[] { 1, 2, 3 }.Select(count =>
            {
                Threads.Count = count;
                random.manual_seed(2);
                foreach (var block in blocks)
                    block.zero_grad();
                var input = features.clone().requires_grad_();
                GroupedGru.Run(blocks, input, lengths).sum().backward();
                return input.grad!.ToFloats().Concat(blocks.SelectMany(b => b.parameters()).SelectMany(p => p.grad!.ToFloats())).ToArray();
            }).ToArray();

            Assert.Equal(results[0], results[1]);
            Assert.Equal(results[0], results[2]);
        }
        finally
        {
            Threads.Count = threads;
        }
    }

    /// <summary>To <see cref="Tolerance"/>, relative to the largest value where that is above 1.</summary>
    private static void Close(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        var scale = Math.Max(1, expected.Max(Math.Abs));
        for (var i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= Tolerance * scale, $"[{i}]: expected {expected[i]}, got {actual[i]}");
    }
}
