using MlNetSer.Kernels;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MlNetSer.Layers;

/// <summary>N equal, independent Bi-GRUs as one operation: ragged <c>[N, R, in] -> [N, R, 2·hidden]</c>.</summary>
/// <remarks>
/// On a CPU it runs our kernels (<see cref="GruStack"/>); elsewhere <c>nn.GRU</c> block by block. Both give the same numbers to 1e-5
/// (tested).
/// </remarks>
internal sealed class GroupedGru : autograd.MultiTensorFunction<GroupedGru>
{
    private const int WeightsPerDirection = 4;

    public override string Name => nameof(GroupedGru);

    /// <param name="blocks">One module for each of the N blocks.</param>
    /// <param name="features"><c>[N, R, in]</c>.</param>
    /// <param name="lengths"><c>[B]</c>.</param>
    public static Tensor Run(IReadOnlyList<BiGru> blocks, Tensor features, Tensor lengths)
    {
        using var scope = NewDisposeScope();
        if (!Ragged.TakenByKernels(features))
        {
            var states = Ragged.Pad(features, lengths).unbind(1).Select((block, i) => blocks[i].call(block, lengths)).ToArray();
            return Ragged.Pack(stack(states, 1), lengths).MoveToOuterDisposeScope();
        }
        var first = blocks[0];
        var weights = blocks.Select(block => block.Weights()).ToArray();
        Parameter[] parameters = [.. Enumerable.Range(0, first.LayerCount).SelectMany(layer => weights.SelectMany(w => w[layer]))];
        var dropout = first.training ? first.Dropout : 0;
        // a training stays a function of torch's seed
        var seed = dropout > 0 ? randint(long.MaxValue, 1, dtype: ScalarType.Int64).item<long>() : 0;
        var pass = new Pass(features.contiguous(), new PackedSequences(lengths.data<long>().ToArray()), parameters, first.LayerCount,
            dropout, seed);
        if (is_grad_enabled())
            return apply([features, pass, .. parameters])[0].MoveToOuterDisposeScope();
        using (pass)
            return pass.Forward().MoveToOuterDisposeScope();
    }

    public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
    {
        ctx.save_data(nameof(Pass), vars[1]);
        return [((Pass)vars[1]).Forward()];
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
    {
        using var pass = (Pass)ctx.get_data(nameof(Pass));
        using var gradient = grad_outputs[0].contiguous();
        var (input, weights) = pass.Backward(gradient);
        return [input!, null!, .. weights];
    }

    /// <summary>The memory of one run: what the way back needs from the way there.</summary>
    private sealed unsafe class Pass : IDisposable
    {
        private readonly Tensor _input;       // [N, R, in]
        private readonly Tensor[] _weights;
        private readonly GruStack _stack;
        private readonly bool _needsInputGradient;

        public Pass(Tensor input, PackedSequences sequences, IReadOnlyList<Tensor> weights, int layerCount, double dropout, long seed)
        {
            _needsInputGradient = input.requires_grad;
            _input = input.Keep();
            _weights = [.. weights.Select(w => w.Keep())];
            _stack = new GruStack(sequences, Weights(_weights), layerCount, dropout, (ulong)seed);
        }

        public Tensor Forward()
        {
            var states = StepMemory.Empty(_input.shape[0], _input.shape[1], 2 * _weights[1].shape[1]);
            _stack.Forward(_input.Pointer(), states.Pointer());
            return states;
        }

        public (Tensor? Input, Tensor[] Weights) Backward(Tensor gradient)
        {
            Tensor[] weightGradients = [.. _weights.Select(w => empty(w.shape))];
            var inputGradient = _needsInputGradient ? StepMemory.Empty(_input.shape) : null;
            _stack.Backward(_input.Pointer(), gradient.Pointer(), inputGradient is null
                ? null : inputGradient.Pointer(), Weights(weightGradients));
            return (inputGradient, weightGradients);
        }

        public void Dispose()
        {
            _stack.Dispose();
            _input.Dispose();
            foreach (var weight in _weights)
                weight.Dispose();
        }

        private static GruWeights[] Weights(Tensor[] tensors)
            => [.. tensors.Chunk(WeightsPerDirection).Select(
            w => new GruWeights((nint)w[0].Pointer(), (nint)w[1].Pointer(), (nint)w[2].Pointer(), (nint)w[3].Pointer(), (int)w[0].shape[1],
            (int)w[1].shape[1]))];
    }
}
