namespace MlNetSer;

/// <summary>McNemar's test on the utterances that one of two systems got right and the other did not.</summary>
/// <remarks>
/// It takes utterances for independent, which those of one speaker are not: read it beside the interval by speaker. It looks at accuracy,
/// not at UAR.
/// </remarks>
public sealed record McNemar
{
    /// <summary>Utterances that only the first got right: b.</summary>
    public required int OnlyFirst { get; init; }

    /// <summary>Utterances that only the second got right: c.</summary>
    public required int OnlySecond { get; init; }

    /// <summary>Two-sided binomial p: min(1, 2 Σ_{k ≤ min(b, c)} C(b + c, k) / 2^(b + c)).</summary>
    public required double ExactP { get; init; }

    /// <summary>(|b − c| − 1)² / (b + c), with the continuity correction; 0 where b = c.</summary>
    public required double ChiSquared { get; init; }

    /// <summary>Its p at one degree of freedom.</summary>
    public required double ChiSquaredP { get; init; }

    /// <summary>The test of two counts.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A count is negative.</exception>
    public static McNemar Test(int onlyFirst, int onlySecond)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(onlyFirst);
        ArgumentOutOfRangeException.ThrowIfNegative(onlySecond);
        var (n, difference) = (onlyFirst + onlySecond, Math.Abs(onlyFirst - onlySecond));
        var chiSquared = difference == 0 ? 0 : Math.Pow(difference - 1, 2) / n;
        return new McNemar
        {
            OnlyFirst = onlyFirst,
            OnlySecond = onlySecond,
            ExactP = Exact(n, Math.Min(onlyFirst, onlySecond)),
            ChiSquared = chiSquared,
            ChiSquaredP = ComplementaryError(Math.Sqrt(chiSquared / 2)),
        };
    }

    private static double Exact(int n, int fewer)
    {
        // In logarithms: 2^-n is below the smallest double from n = 1,075 on.
        var (logTerm, sum) = (-n * Math.Log(2), 0.0);
        for (var k = 0; k <= fewer; k++)
        {
            sum += Math.Exp(logTerm);
            logTerm += Math.Log(n - k) - Math.Log(k + 1);
        }
        return Math.Min(1, 2 * sum);
    }

    /// <summary>erfc(x) = 2/√π ∫_x^∞ exp(−t²) dt for x ≥ 0: Maclaurin series of erf below 2, Laplace's continued fraction above.</summary>
    internal static double ComplementaryError(double x)
    {
        if (x < 2)
        {
            var (term, sum) = (x, x);
            for (var n = 1; Math.Abs(term) > 1e-17 * Math.Abs(sum); n++)
            {
                term *= -x * x / n;
                sum += term / (2 * n + 1);
            }
            return 1 - 2 / Math.Sqrt(Math.PI) * sum;
        }
        var fraction = x;
        for (var k = 60; k > 0; k--)
            fraction = x + k / 2.0 / fraction;
        return Math.Exp(-x * x) / Math.Sqrt(Math.PI) / fraction;
    }
}
