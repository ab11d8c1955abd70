using System.Globalization;
using System.Numerics.Tensors;

namespace MlNetSer.Composition;

/// <summary>Refuses numbers that no computation should go on with.</summary>
internal static class FiniteValues
{
    /// <param name="values">The numbers.</param>
    /// <param name="what">What they are, as a sentence begins.</param>
    /// <exception cref="InvalidDataException">One is infinite or not a number.</exception>
    public static void Check(ReadOnlySpan<float> values, string what)
    {
        if (values.IsEmpty || float.IsFinite(TensorPrimitives.MaxMagnitude(values)))   // NaN where one is NaN
            return;
        var at = 0;
        while (float.IsFinite(values[at]))
            at++;
        throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{what} {Holds(values[at], at)}"));
    }

    /// <summary>The sentence for a value that is not finite, from its verb on: the same for a store and for a prediction.</summary>
    public static string Holds(float value, long position)
        => string.Create(CultureInfo.InvariantCulture,
            $"holds {value} at position {position}; every value must be finite. Listen to that file, or leave it out.");
}
