using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSer.Layers;

/// <summary>
/// Memory of the large tensors of a training step, used again in the next one: fresh memory costs a page fault for every 4 KB.
/// </summary>
/// <remarks>
/// A step asks for the same tensors in the same order as the one before, in other lengths; each place grows to the largest that was asked
/// for. It serves the thread that began the step until <see cref="End"/> or <see cref="Dispose"/>; the training loop owns it.
/// </remarks>
internal sealed class StepMemory : IDisposable
{
    [ThreadStatic]
    private static StepMemory? s_current;

    private readonly List<Tensor> _places = [];
    private int _taken;

    /// <summary>Undefined values: out of the memory of this thread's step, or fresh where there is none.</summary>
    public static Tensor Empty(params long[] shape) => s_current is { } memory ? memory.Take(shape) : empty(shape);

    /// <summary>Begins a step on this thread. Nothing of the step before may be in use any more.</summary>
    public void Begin() => (s_current, _taken) = (this, 0);

    /// <summary>Ends the step: what is asked for now is fresh again.</summary>
    public static void End() => s_current = null;

    public void Dispose()
    {
        End();
        _places.ForEach(place => place.Dispose());
    }

    private Tensor Take(long[] shape)
    {
        var count = shape.Aggregate(1L, (product, size) => product * size);
        if (_taken == _places.Count)
            _places.Add(Fresh(count));
        if (_places[_taken].numel() < count)
        {
            _places[_taken].Dispose();
            _places[_taken] = Fresh(count);
        }
        using var part = _places[_taken++].narrow(0, 0, count);
        using var shaped = part.view(shape);
        return shaped.detach();   // no view to autograd
    }

    private static Tensor Fresh(long count) => empty(count).DetachFromDisposeScope();
}
