using MlNetSer.Kernels;
using MlNetSer.Layers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MlNetSer.Training;

/// <summary>Adam over a network's parameters: our kernel on a CPU, tensor operations elsewhere.</summary>
/// <remarks>
/// Not TorchSharp's own <c>optim.Adam</c>: it hands numbers to libtorch as <see cref="TorchSharp.Scalar"/> objects that nothing keeps
/// alive, and under load a finaliser frees one while libtorch still reads it ("Expected false to be true", seen in 0.107.0). Here every
/// such object lives to the end of its call.
/// </remarks>
internal sealed class AdamOptimizer : IDisposable
{
    private readonly (Parameter Weight, Tensor Mean, Tensor Square)[] _slots;
    private int _step;

    public AdamOptimizer(IEnumerable<Parameter> parameters)
        => _slots = [.. parameters.Select(p => (p, zeros_like(p).DetachFromDisposeScope(), zeros_like(p).DetachFromDisposeScope()))];

    /// <summary>Forgets the gradients.</summary>
    public void ZeroGradients()
    {
        foreach (var (weight, _, _) in _slots)
        {
            using var gradient = weight.grad;
            gradient?.zero_();
        }
    }

    /// <summary>Moves every parameter that has a gradient.</summary>
    public void Step(double learningRate)
    {
        var (rate, scale) = AdamStep.Correction(learningRate, ++_step);
        using var mode = no_grad();
        foreach (var (weight, mean, square) in _slots)
        {
            using var gradient = weight.grad;
            if (gradient is null)
                continue;
            if (Ragged.TakenByKernels(weight))
                OnCpu(weight, gradient, mean, square, rate, scale);
            else
                OnTensors(weight, gradient, mean, square, rate, scale);
        }
    }

    public void Dispose()
    {
        foreach (var (_, mean, square) in _slots)
        {
            mean.Dispose();
            square.Dispose();
        }
    }

    private static unsafe void OnCpu(Tensor weight, Tensor gradient, Tensor mean, Tensor square, float rate, float scale)
    {
        const int Part = 1 << 16;
        using var dense = gradient.contiguous();
        var (w, g, m, v, length) = ((nint)weight.Pointer(), (nint)dense.Pointer(), (nint)mean.Pointer(), (nint)square.Pointer(),
            weight.numel());
        Threads.For((int)((length + Part - 1) / Part), part =>
        {
            var from = (long)part * Part;
            AdamStep.Apply((float*)w + from, (float*)g + from, (float*)m + from, (float*)v + from, Math.Min(Part, length - from), rate,
                scale);
        });
    }

    internal static void OnTensors(Tensor weight, Tensor gradient, Tensor mean, Tensor square, float rate, float scale)
    {
        using var scope = NewDisposeScope();
        using Scalar keep1 = AdamStep.Beta1, take1 = 1 - AdamStep.Beta1, keep2 = AdamStep.Beta2, take2 = 1 - AdamStep.Beta2, s = scale,
            epsilon = AdamStep.Epsilon, r = -rate;
        mean.mul_(keep1).add_(gradient, take1);
        square.mul_(keep2).addcmul_(gradient, gradient, take2);
        weight.addcdiv_(mean, square.sqrt().mul_(s).add_(epsilon), r);
    }
}
