using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSer.Layers;

/// <summary>
/// Ragged batches: the real frames of B utterances behind each other, <c>[N, R, D]</c> with lengths <c>[B]</c> on the CPU, <c>R = Σ
/// lengths</c>.
/// </summary>
internal static class Ragged
{
    /// <summary>True where our kernels take a tensor; elsewhere networks pad and use TorchSharp's own layers.</summary>
    public static bool TakenByKernels(Tensor tensor)
        => tensor.device_type == DeviceType.CPU && tensor.dtype == ScalarType.Float32 && Vector256.IsHardwareAccelerated;

    /// <summary><c>[B, N, m, D]</c> -> <c>[N, R, D]</c>.</summary>
    public static Tensor Pack(Tensor padded, Tensor lengths)
    {
        using var scope = NewDisposeScope();
        var (b, n, m, d) = (padded.shape[0], padded.shape[1], padded.shape[2], padded.shape[3]);
        return padded.transpose(0, 1).reshape(n, b * m, d).index_select(1, Rows(lengths, m, padded.device)).MoveToOuterDisposeScope();
    }

    /// <summary><c>[N, R, D]</c> -> <c>[B, N, m, D]</c>, m the longest; padding is 0.</summary>
    public static Tensor Pad(Tensor ragged, Tensor lengths)
    {
        using var scope = NewDisposeScope();
        var (n, d, b, m) = (ragged.shape[0], ragged.shape[2], lengths.shape[0], lengths.max().item<long>());
        var flat = zeros(n, b * m, d, device: ragged.device, dtype: ragged.dtype).index_copy(1, Rows(lengths, m, ragged.device), ragged);
        return flat.view(n, b, m, d).transpose(0, 1).MoveToOuterDisposeScope();
    }

    /// <summary><c>[B, m]</c>, true where the frame is real.</summary>
    public static Tensor FrameMask(Tensor lengths, Device device)
    {
        using var scope = NewDisposeScope();
        return (arange(lengths.max().item<long>()).unsqueeze(0) < lengths.unsqueeze(1)).to(device).MoveToOuterDisposeScope();
    }

    /// <summary>The first element of a contiguous tensor on the CPU. Valid as long as the tensor is.</summary>
    public static unsafe float* Pointer(this Tensor tensor)
        => (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));

    /// <summary>The same storage under a handle of our own, that no scope disposes of and autograd does not follow.</summary>
    public static Tensor Keep(this Tensor tensor) => tensor.detach().DetachFromDisposeScope();

    private static Tensor Rows(Tensor lengths, long m, Device device)
        => tensor(lengths.data<long>().ToArray().SelectMany((length, b) => Enumerable.Range(0, (int)length).Select(t => b * m + t))
        .ToArray(), device: device);
}
