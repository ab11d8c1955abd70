using MlNetSer.Kernels;

namespace MlNetSer.Tests.Kernels;

public sealed unsafe class SeededDropoutTests
{
    private static float[] Draw(ulong seed, int rows = 500, int width = 203, double rate = 0.3)
    {
        var values = new float[rows * width];
        Array.Fill(values, 1);
        fixed (float* data = values)
        {
            for (var row = 0; row < rows; row++)
                SeededDropout.Apply(data + row * width, data + row * width, width, rate, seed, row);
        }
        return values;
    }

    [Fact]
    public void Zeroes_the_asked_share_everywhere_and_scales_the_rest()
    {
        var values = Draw(seed: 1);

        Assert.All(values, v => Assert.True(v == 0 || Math.Abs(v - 1 / 0.7) < 1e-6));
        Assert.Equal(0.3, values.Count(v => v == 0) / (double)values.Length, 0.005);   // 101,500 draws: three deviations are 0.0043
        for (var column = 0; column < 203; column++)
            Assert.InRange(Enumerable.Range(0, 500).Count(row => values[row * 203 + column] == 0), 100, 200);   // 150 ± 10
    }

    [Fact]
    public void Is_a_function_of_seed_and_row()
    {
        Assert.Equal(Draw(1), Draw(1));
        Assert.NotEqual(Draw(1), Draw(2));
        Assert.NotEqual(Draw(1)[..203], Draw(1)[203..406]);
    }
}
