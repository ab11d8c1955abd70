using MlNetSer.Layers;
using MlNetSer.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSer.Tests.Layers;

[Collection("libtorch")]   // others count the tensors of the process
public sealed class StepMemoryTests
{
    [Fact]
    public void Tensors_of_one_step_never_overlap_and_the_next_step_uses_their_memory_again()
    {
        using var scope = NewDisposeScope();
        using var memory = new StepMemory();
        long Address(Tensor tensor) { unsafe { return (long)tensor.Pointer(); } }

        memory.Begin();
        var (first, second) = (StepMemory.Empty(2, 50), StepMemory.Empty(3, 10));
        first.fill_(1);
        second.fill_(2);
        Assert.Equal([2, 50], first.shape);
        Assert.All(first.data<float>(), value => Assert.Equal(1, value));
        var (firstAt, secondAt) = (Address(first), Address(second));

        memory.Begin();
        Assert.Equal(firstAt, Address(StepMemory.Empty(4, 20)));      // shorter
        Assert.Equal(secondAt, Address(StepMemory.Empty(1, 7)));
        var third = StepMemory.Empty(100);
        Assert.DoesNotContain(Address(third), new[] { firstAt, secondAt });

        memory.Begin();
        var grown = StepMemory.Empty(10, 1000);                        // longer than any before
        grown.fill_(3);
        Assert.Equal(10_000, grown.numel());
        StepMemory.End();
        Assert.NotEqual(Address(grown), Address(StepMemory.Empty(10, 1000)));   // outside a step memory is fresh
    }

    [Fact]
    public void Gradients_are_the_same_in_memory_that_is_used_again()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(1);
        var network = new CtaRnn(3, 8, 4, new NetworkSizes(8, 2, 2, 4, 0));
        using var memory = new StepMemory();
        float[] Gradient(int length, bool reuse)
        {
            if (reuse)
                memory.Begin();
            using var step = NewDisposeScope();
            random.manual_seed(length);
            network.zero_grad();
            network.call([new Sequences(randn(3, length + 5, 8), tensor(new long[] { length, 5 }))]).sum().backward();
            StepMemory.End();
            return [.. network.parameters().SelectMany(p => p.grad!.data<float>().ToArray())];
        }

        foreach (var length in new[] { 7, 20, 4, 21 })
            Assert.Equal(Gradient(length, reuse: false), Gradient(length, reuse: true));
    }
}
