using System.Globalization;
using System.Text.Json;

namespace MlNetSer.Encoders.WeNet;

/// <summary>
/// Mean and inverse deviation of each Mel bin over a training corpus: WeNet's <c>global_cmvn</c>, in JSON or in Kaldi's text form.
/// </summary>
/// <remarks>mean = Σx / n, istd = 1 / √max(Σx² / n − mean², 1e-20) (wenet/utils/cmvn.py).</remarks>
internal sealed record GlobalCmvn(float[] Mean, float[] InverseDeviation)
{
    private const double VarianceFloor = 1e-20;
    private const int LargestFile = 4 << 20;

    /// <exception cref="InvalidDataException">The file has neither form, or another number of bins.</exception>
    public static GlobalCmvn Load(string path, int melBinCount)
    {
        if (new FileInfo(path).Length is > LargestFile and var size)
            throw new InvalidDataException($"'{path}' has {size:N0} bytes; a global_cmvn file has at most {LargestFile:N0}.");
        var text = File.ReadAllText(path).Trim();
        if (text.StartsWith("\0B", StringComparison.Ordinal))
            throw new InvalidDataException(
                $"'{path}' is in Kaldi's binary form. Write it as text: compute-cmvn-stats --binary=false, or copy-matrix --binary=false.");
        var (sums, squares, count) = text.StartsWith('{') ? FromJson(text, path) : FromKaldi(text, path);
        if (sums.Length != melBinCount || squares.Length != melBinCount)
            throw new InvalidDataException(
                $"'{path}' has statistics of {sums.Length} and {squares.Length} bins, but the encoder takes {melBinCount}. "
                + "It belongs to another model.");
        if (!(count > 0))
            throw new InvalidDataException($"'{path}' counts {count} frames; wanted more than 0.");
        float[] means = [.. sums.Select(sum => (float)(sum / count))];
        float[] deviations = [.. sums.Zip(squares, (sum, square) =>
            (float)(1 / Math.Sqrt(Math.Max(square / count - sum / count * (sum / count), VarianceFloor))))];
        if (!means.Concat(deviations).All(float.IsFinite))
            throw new InvalidDataException($"'{path}' has a number that is not finite. It is damaged.");
        return new GlobalCmvn(means, deviations);
    }

    private static (double[] Sums, double[] Squares, double Count) FromJson(string text, string path)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            double[] Numbers(string name) => [.. json.RootElement.GetProperty(name).EnumerateArray().Select(v => v.GetDouble())];
            return (Numbers("mean_stat"), Numbers("var_stat"), json.RootElement.GetProperty("frame_num").GetDouble());
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InvalidDataException(
                $"'{path}' is not a global_cmvn file: {error.Message} Wanted: mean_stat, var_stat and frame_num.", error);
        }
    }

    /// <summary>[ sums, frame count, newline, sums of squares, 0 ].</summary>
    private static (double[] Sums, double[] Squares, double Count) FromKaldi(string text, string path)
    {
        double[] numbers;
        try
        {
            numbers = [.. text.Split((char[])['[', ']', ' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries)
                .Select(v => double.Parse(v, CultureInfo.InvariantCulture))];
        }
        catch (FormatException error)
        {
            throw new InvalidDataException($"'{path}' is neither the JSON nor the Kaldi text form of global_cmvn: {error.Message}", error);
        }
        var width = numbers.Length / 2;
        if (numbers.Length % 2 != 0 || width < 2)
            throw new InvalidDataException(
                $"'{path}' has {numbers.Length} numbers; Kaldi's text form of global_cmvn has two rows of one per bin and one more.");
        return (numbers[..(width - 1)], numbers[width..^1], numbers[width - 1]);
    }
}
