using MlNetSer.Modules;
using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSer.Tests.Kernels;

[Collection("libtorch")]
public sealed class FastDropoutTests
{
    [Fact]
    public void Zeroes_the_asked_share_scales_the_rest_and_lets_the_same_values_through_backwards()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(1);
        var input = ones(500, 203).requires_grad_();

        var output = FastDropout.Run(input, 0.3, training: true);
        output.sum().backward();

        var values = output.ToFloats();
        Assert.Equal(values, input.grad!.ToFloats());
        Assert.All(values, v => Assert.True(v == 0 || Math.Abs(v - 1 / 0.7) < 1e-6));
        Assert.Equal(0.3, values.Count(v => v == 0) / (double)values.Length, 0.005);   // 101,500 draws: three deviations are 0.0043
        for (var column = 0; column < 203; column++)
            Assert.InRange(Enumerable.Range(0, 500).Count(row => values[row * 203 + column] == 0), 100, 200);   // 150 ± 10
    }

    [Fact]
    public void Follows_the_seed()
    {
        using var scope = NewDisposeScope();
        float[] Draw(long seed)
        {
            random.manual_seed(seed);
            return FastDropout.Run(ones(10, 20), 0.5, training: true).ToFloats();
        }

        Assert.Equal(Draw(1), Draw(1));
        Assert.NotEqual(Draw(1), Draw(2));
    }

    [Fact]
    public void Outside_training_it_is_the_input()
        => Assert.Equal([1f, 1f], FastDropout.Run(ones(2), 0.9, training: false).ToFloats());
}
