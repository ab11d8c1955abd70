using System.Runtime.Intrinsics;
using MlNetSer.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSer.Modules;

/// <summary>Dropout whose mask is drawn by all threads at once and never stored; its seed comes from torch's generator, so a training remains a function of its seed.</summary>
internal sealed class FastDropout : autograd.SingleTensorFunction<FastDropout>
{
    public override string Name => nameof(FastDropout);

    /// <summary>The input itself where the rate is 0 or the network is not training.</summary>
    public static Tensor Run(Tensor input, double rate, bool training)
    {
        if (!training || rate == 0)
            return input;
        if (input.device_type != DeviceType.CPU || !Vector256.IsHardwareAccelerated)
            return nn.functional.dropout(input, rate, true);
        using var seed = randint(long.MaxValue, 1, dtype: ScalarType.Int64);
        return apply(input, rate, seed.item<long>());
    }

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        ctx.save_data("rate", vars[1]);
        ctx.save_data("seed", vars[2]);
        return Masked((Tensor)vars[0], (double)vars[1], (long)vars[2]);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        => [Masked(grad_output, (double)ctx.get_data("rate"), (long)ctx.get_data("seed")), null!, null!];

    private static unsafe Tensor Masked(Tensor input, double rate, long seed)
    {
        using var from = input.contiguous();
        var to = empty(from.shape);
        var (source, target, width) = ((nint)from.Pointer(), (nint)to.Pointer(), (int)from.shape[^1]);
        Parallelism.For((int)(from.numel() / width), 64, row => SeededDropout.Apply((float*)source + (long)row * width, (float*)target + (long)row * width, width, rate, (ulong)seed, row));
        return to;
    }
}
