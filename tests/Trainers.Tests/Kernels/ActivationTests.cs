using System.Runtime.Intrinsics;
using MlNetSer.Kernels;

namespace MlNetSer.Tests.Kernels;

/// <summary>Gate functions against double precision.</summary>
public sealed class ActivationTests
{
    private const double Tolerance = 3e-7;   // two roundings of single precision

    private static IEnumerable<float> Points() => Enumerable.Range(-20_000, 40_001).Select(i => i / 200f);   // −100 to 100

    [Fact]
    public void Sigmoids_and_tanh_are_right_to_single_precision()
    {
        foreach (var x in Points())
        {
            var other = 100 - MathF.Abs(x);   // what stands beside a value must not matter
            var (a, b) = Activation.Sigmoids(Vector256.Create(x), Vector256.Create(other));
            var (wideA, wideB) = Activation.Sigmoids(Vector512.Create(x), Vector512.Create(other));

            Assert.Equal(1 / (1 + Math.Exp(-x)), a[0], Tolerance);
            Assert.Equal(1 / (1 + Math.Exp(-other)), b[0], Tolerance);
            Assert.Equal(Math.Tanh(x), Activation.Tanh(Vector256.Create(x))[0], Tolerance);
            Assert.Equal((a[0], b[0], Activation.Tanh(Vector256.Create(x))[0]),
                (wideA[0], wideB[0], Activation.Tanh(Vector512.Create(x))[0]));
        }
    }

    [Fact]
    public void Exp_is_right_to_single_precision_within_its_clamp()
    {
        foreach (var x in Points())
            Assert.Equal(1, Activation.Exp(Vector256.Create(x))[0] / Math.Exp(Math.Clamp(x, -87, 87)), Tolerance);
    }
}
