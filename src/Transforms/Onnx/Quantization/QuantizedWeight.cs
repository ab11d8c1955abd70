using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using MlNetSer.Onnx.Proto;

namespace MlNetSer.Onnx.Quantization;

/// <summary>
/// A matrix <c>[inputs, outputs]</c> in 8 bits with one scale per output: w ≈ q · scale, q in [−127, 127], scale = max |w| / 127.
/// </summary>
/// <remarks>Symmetric: no zero point, so a weight of 0 stays 0.</remarks>
internal sealed record QuantizedWeight(sbyte[] Values, float[] Scales, long Inputs, long Outputs)
{
    private const float Largest = 127;

    /// <param name="matrix">Row-major <c>[inputs, outputs]</c>.</param>
    /// <param name="inputs">Rows.</param>
    /// <param name="outputs">Columns.</param>
    public static QuantizedWeight Of(ReadOnlySpan<float> matrix, long inputs, long outputs)
    {
        var width = (int)outputs;
        var (peaks, row) = (new float[width], new float[width]);
        for (var i = 0; i < inputs; i++)
        {
            TensorPrimitives.Abs(matrix.Slice(i * width, width), row);
            TensorPrimitives.Max(peaks, row, peaks);
        }
        float[] scales = [.. peaks.Select(peak => peak > 0 ? peak / Largest : 1)];

        var values = new sbyte[matrix.Length];
        for (var i = 0; i < inputs; i++)
        {
            TensorPrimitives.Divide(matrix.Slice(i * width, width), scales, row);
            TensorPrimitives.Round(row, row);   // to even
            TensorPrimitives.ConvertTruncating<float, sbyte>(row, values.AsSpan(i * width, width));
        }
        return new QuantizedWeight(values, scales, inputs, outputs);
    }

    /// <summary>A tensor's float values, wherever the format keeps them.</summary>
    public static ReadOnlySpan<float> Floats(TensorProto tensor)
        => tensor.HasRawData ? MemoryMarshal.Cast<byte, float>(tensor.RawData.Span) : tensor.FloatData.ToArray();
}
