using System.Text;

namespace MlNetSer.Encoders.Conformer;

/// <summary>Where the numbers of a Conformer come from, by WeNet's names.</summary>
internal interface IConformerWeights
{
    /// <param name="name">WeNet's state-dict key, such as <c>encoder.encoders.0.norm_ff.weight</c>.</param>
    /// <param name="shape">The shape that the graph needs.</param>
    float[] Get(string name, params long[] shape);
}

/// <summary>
/// Seeded start values: matrices uniform in ±√(3 / fan-in), so that variances are kept; norms 1 and 0; typical log-Mel statistics.
/// </summary>
/// <remarks>
/// A weight depends on the seed and its own name only. Nothing here was trained: frames keep what the input told, but no phonetics were
/// learned.
/// </remarks>
internal sealed class SeededWeights(int seed) : IConformerWeights
{
    // Speech at Kaldi's sample scale: log-Mel energies of about 10 ± 4.
    private const float TypicalMean = 10, TypicalDeviation = 4;

    public float[] Get(string name, params long[] shape)
    {
        var values = new float[shape.Aggregate(1L, (a, b) => a * b)];
        if (name.EndsWith("global_cmvn.mean", StringComparison.Ordinal))
        {
            Array.Fill(values, TypicalMean);
        }
        else if (name.EndsWith("global_cmvn.istd", StringComparison.Ordinal))
        {
            Array.Fill(values, 1 / TypicalDeviation);
        }
        else if (shape.Length == 1)
        {
            if (name.Contains("norm", StringComparison.Ordinal) && !name.EndsWith("bias", StringComparison.Ordinal)
                && !name.EndsWith("running_mean", StringComparison.Ordinal))
                Array.Fill(values, 1);
        }
        else
        {
            var random = new Random(Mixed(name));
            var bound = Math.Sqrt(3.0 * shape[0] / values.Length);   // fan-in = values of one output
            for (var i = 0; i < values.Length; i++)
                values[i] = (float)((2 * random.NextDouble() - 1) * bound);
        }
        return values;
    }

    /// <summary>FNV-1a of name and seed: the same on every machine, unlike <see cref="string.GetHashCode()"/>.</summary>
    private int Mixed(string name)
    {
        var hash = 2166136261u ^ (uint)seed;
        foreach (var b in Encoding.UTF8.GetBytes(name))
            hash = (hash ^ b) * 16777619u;
        return (int)hash;
    }
}
