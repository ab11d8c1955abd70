using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MlNetSer.Kernels;

/// <summary>The weights of one GRU direction as PyTorch lays them out: gates reset, update, new stacked.</summary>
/// <param name="Input"><c>[3h, in]</c>.</param>
/// <param name="Hidden"><c>[3h, h]</c>.</param>
/// <param name="InputBias"><c>[3h]</c>.</param>
/// <param name="HiddenBias"><c>[3h]</c>.</param>
/// <param name="InputSize">in.</param>
/// <param name="HiddenSize">h.</param>
internal readonly unsafe record struct GruWeights(nint Input, nint Hidden, nint InputBias, nint HiddenBias, int InputSize, int HiddenSize)
{
    public MatrixRows InputRows => new((float*)Input, InputSize);
    public MatrixRows HiddenRows => new((float*)Hidden, HiddenSize);
}

/// <summary>One direction of one GRU layer over a packed batch, and its way back through time. Single-threaded.</summary>
/// <remarks>
/// <c>r = σ(W_ir x + b_ir + W_hr h' + b_hr)</c>, <c>z</c> likewise, <c>n = tanh(W_in x + b_in + r ∘ (W_hn h' + b_hn))</c>,
/// <c>h = (1 − z) ∘ n + z ∘ h'</c>, with h' the state before (0 at the start): PyTorch's <c>nn.GRU</c>. What depends on x alone is one
/// product over all frames; W_h is packed once for all steps; a backward pass gathers the gradients of W_i and W_h in one product each over
/// all frames.
/// </remarks>
internal sealed unsafe class GruDirection : IDisposable
{
    private readonly PackedSequences _sequences;
    private readonly bool _backwards;
    private readonly GruWeights _weights;
    private readonly int _h;
    private readonly NativeBuffer _gates;      // [rows, 3h]: r, z, n; on the way back the gradients before the functions
    private readonly NativeBuffer _hiddenNew;  // [rows, h]: W_hn h' + b_hn; on the way back its gradient

    public GruDirection(PackedSequences sequences, bool backwards, GruWeights weights)
    {
        (_sequences, _backwards, _weights, _h) = (sequences, backwards, weights, weights.HiddenSize);
        _gates = new NativeBuffer((long)sequences.RowCount * 3 * _h);
        _hiddenNew = new NativeBuffer((long)sequences.RowCount * _h);
    }

    public void Dispose()
    {
        _gates.Dispose();
        _hiddenNew.Dispose();
    }

    /// <param name="x">Packed rows of the input, <c>in</c> wide.</param>
    /// <param name="states">Packed rows that take the states, <c>h</c> wide.</param>
    public void Forward(MatrixRows x, MatrixRows states)
    {
        var h3 = 3 * _h;
        using (var input = PackedMatrix.FromColumns(_weights.InputRows, _weights.InputSize, h3))
            Gemm.Multiply(x, _sequences.RowCount, input, new MatrixRows(_gates.Data, h3), accumulate: false);

        using var hidden = PackedMatrix.FromColumns(_weights.HiddenRows, _h, h3);
        using var product = new NativeBuffer((long)_sequences.Order.Length * h3);
        using var zeros = NativeBuffer.Zeros(h3);
        for (var step = 0; step < _sequences.StepCount; step++)
        {
            var (t, before, carried) = Step(step);
            Gemm.Multiply(states.From(before), carried, hidden, new MatrixRows(product.Data, h3), accumulate: false);
            for (var i = 0; i < _sequences.Active(t); i++)
            {
                var row = _sequences.Offset(t) + i;
                GruGates.Forward(
                    _h,
                    (float*)_weights.InputBias,
                    (float*)_weights.HiddenBias,
                    _gates.Data + (long)row * h3,
                    i < carried ? product.Data + (long)i * h3 : zeros.Data,
                    i < carried ? states.Row(before + i) : zeros.Data,
                    states.Row(row),
                    _hiddenNew.Data + (long)row * _h);
            }
        }
    }

    /// <summary>Goes back through time; afterwards <see cref="WeightGradients"/> and <see cref="InputGradient"/> can be asked.</summary>
    /// <param name="stateGradients">Packed rows, <c>h</c> wide.</param>
    /// <param name="states">What <see cref="Forward"/> wrote.</param>
    public void Backward(MatrixRows stateGradients, MatrixRows states)
    {
        var h3 = 3 * _h;
        using var hidden = PackedMatrix.FromRows(_weights.HiddenRows, h3, _h);
        using var carry = NativeBuffer.Zeros((long)_sequences.Order.Length * _h);
        using var product = new NativeBuffer((long)_sequences.Order.Length * h3);
        using var zeros = NativeBuffer.Zeros(_h);
        for (var step = _sequences.StepCount - 1; step >= 0; step--)
        {
            var (t, before, carried) = Step(step);
            for (var i = 0; i < _sequences.Active(t); i++)
            {
                var row = _sequences.Offset(t) + i;
                GruGates.Backward(
                    _h,
                    stateGradients.Row(row),
                    carry.Data + (long)i * _h,
                    i < carried ? states.Row(before + i) : zeros.Data,
                    _gates.Data + (long)row * h3,
                    _hiddenNew.Data + (long)row * _h,
                    product.Data + (long)i * h3);
            }
            Gemm.Multiply(new MatrixRows(product.Data, h3), carried, hidden, new MatrixRows(carry.Data, _h), accumulate: true);
        }
    }

    /// <summary>Overwrites the four gradients, shaped as the weights.</summary>
    public void WeightGradients(MatrixRows x, MatrixRows states, GruWeights into)
    {
        var (h2, h3) = (2 * _h, 3 * _h);
        using (var input = PackedMatrix.FromRows(x, _sequences.RowCount, _weights.InputSize))
            Gemm.MultiplyTransposed(new MatrixRows(_gates.Data, h3), h3, input, into.InputRows, accumulate: false);

        var (rows, before) = _sequences.Successions(_backwards);
        var (gateRows, newRows, stateRows) = (new long[rows.Length], new long[rows.Length], new long[rows.Length]);
        for (var i = 0; i < rows.Length; i++)
            (gateRows[i], newRows[i], stateRows[i]) = ((long)rows[i] * h3, (long)rows[i] * _h, states.Row(before[i]) - states.Data);
        fixed (long* gateAt = gateRows, newAt = newRows, stateAt = stateRows)
        {
            using var hidden = PackedMatrix.FromRows(new MatrixRows(states.Data, 0, stateAt), rows.Length, _h);
            Gemm.MultiplyTransposed(new MatrixRows(_gates.Data, 0, gateAt), h2, hidden, into.HiddenRows, accumulate: false);
            Gemm.MultiplyTransposed(new MatrixRows(_hiddenNew.Data, 0, newAt), _h, hidden,
                new MatrixRows((float*)into.Hidden + (long)h2 * _h, _h), accumulate: false);
        }

        Sum(_gates.Data, h3, (float*)into.InputBias, h3);
        new Span<float>((float*)into.InputBias, h2).CopyTo(new Span<float>((float*)into.HiddenBias, h2));   // r and z add both biases alike
        Sum(_hiddenNew.Data, _h, (float*)into.HiddenBias + h2, _h);
    }

    /// <summary>Writes, or adds, the gradients of the packed input rows from <paramref name="firstRow"/> on.</summary>
    public void InputGradient(MatrixRows into, int firstRow, int rowCount, bool accumulate)
    {
        using var input = PackedMatrix.FromRows(_weights.InputRows, 3 * _h, _weights.InputSize);
        Gemm.Multiply(new MatrixRows(_gates.Data + (long)firstRow * 3 * _h, 3 * _h), rowCount, input, into.From(firstRow), accumulate);
    }

    /// <summary>The frame of a step, the packed row of the state before it, and how many of its utterances have one.</summary>
    private (int Frame, int Before, int Carried) Step(int step)
    {
        if (!_backwards)
            return step == 0 ? (0, 0, 0) : (step, _sequences.Offset(step - 1), _sequences.Active(step));
        var t = _sequences.StepCount - 1 - step;
        return (t, _sequences.Offset(t + 1), _sequences.Active(t + 1));
    }

    /// <summary>Column sums, 32 columns at a time so that they stay in registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Sum(float* rows, int stride, float* into, int width)
    {
        var count = _sequences.RowCount;
        var j = 0;
        for (; j <= width - 32; j += 32)
        {
            Vector256<float> a = default, b = default, c = default, d = default;
            var row = rows + j;
            for (var i = 0; i < count; i++, row += stride)
            {
                a += Vector256.Load(row);
                b += Vector256.Load(row + 8);
                c += Vector256.Load(row + 16);
                d += Vector256.Load(row + 24);
            }
            a.Store(into + j);
            b.Store(into + j + 8);
            c.Store(into + j + 16);
            d.Store(into + j + 24);
        }
        for (; j < width; j++)
        {
            var sum = 0f;
            for (var i = 0; i < count; i++)
                sum += rows[(long)i * stride + j];
            into[j] = sum;
        }
    }
}
