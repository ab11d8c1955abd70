using System.Runtime.Intrinsics;
using MlNetSer.Filterbank;

namespace MlNetSer.Tests.Filterbank;

public sealed class LaneMathTests
{
    [Fact]
    public void Logarithms_agree_with_double_precision_from_the_floor_to_the_largest_number()
    {
        for (var x = LogMelFilterbank.Floor; float.IsFinite(x); x *= 1.0003f)
        {
            var exact = Math.Log(x);
            Assert.Equal(exact, Log(x), 1e-7 * Math.Max(1, Math.Abs(exact)));
        }
    }

    [Theory]
    [InlineData(1f, 0f)]
    [InlineData(float.PositiveInfinity, float.PositiveInfinity)]
    [InlineData(float.NaN, float.NaN)]
    public void One_infinity_and_what_is_no_number_are_exact(float x, float log) => Assert.Equal(log, Log(x));

    private static float Log(float x) => LaneMath.Log(Vector512.Create(x)).GetElement(15);
}
