using System.Text.Json;
using MlNetSer.Kernels;
using MlNetSer.Layers;
using MlNetSer.Networks;
using MlNetSer.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MlNetSer.Tests.Training;

[Collection("libtorch")]
public sealed unsafe class AdamOptimizerTests
{
    /// <summary>The reference starts at (1, −2, 3) and has the loss Σ c_i w_i² with c = (1, 2, 0.5): see tests/Fixtures/golden.</summary>
    [Fact]
    public void Follows_the_reference_trajectory()
    {
        using var golden = Golden.Read("optim");
        var wanted = golden.RootElement.GetProperty("adam").EnumerateArray()
            .Select(step => step.EnumerateArray().Select(v => v.GetDouble()).ToArray());
        using var scope = NewDisposeScope();
        var weights = new Parameter(tensor(new[] { 1f, -2f, 3f }));
        var scales = tensor(new[] { 1f, 2f, 0.5f });
        using var optimizer = new AdamOptimizer([weights]);

        foreach (var step in wanted)
        {
            optimizer.ZeroGradients();
            (weights.square() * scales).sum().backward();
            optimizer.Step(1e-3);

            foreach (var (expected, actual) in step.Zip(weights.ToFloats()))
                Assert.Equal(expected, actual, 2e-6);
        }
    }

    [Fact]
    public void Equals_TorchSharps_own_over_many_steps()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(1);
        var start = randn(1003);
        Parameter ours = new(start.clone()), theirs = new(start.clone());
        using var optimizer = new AdamOptimizer([ours]);
        var reference = optim.Adam([theirs], 1e-2);

        for (var step = 0; step < 50; step++)
        {
            var pull = randn(1003);
            optimizer.ZeroGradients();
            reference.zero_grad();
            (ours * pull).sum().backward();
            (theirs * pull).sum().backward();
            optimizer.Step(1e-2);
            reference.step();
        }

        foreach (var (expected, actual) in theirs.ToFloats().Zip(ours.ToFloats()))
            Assert.Equal(expected, actual, 1e-5);
    }

    [Fact]
    public void Kernel_scalar_form_and_tensor_form_agree()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(2);
        var start = Enumerable.Range(0, 4).Select(i => i == 3 ? rand(77) : randn(77)).ToArray();   // the last is a mean of squares
        Tensor[] Copy() => [.. start.Select(t => t.clone())];
        var (kernel, scalar, tensors) = (Copy(), Copy(), Copy());

        AdamStep.Apply(kernel[0].Pointer(), kernel[1].Pointer(), kernel[2].Pointer(), kernel[3].Pointer(), 77, 0.1f, 1.5f);
        AdamStep.Scalar(scalar[0].Pointer(), scalar[1].Pointer(), scalar[2].Pointer(), scalar[3].Pointer(), 77, 0.1f, 1.5f);
        AdamOptimizer.OnTensors(tensors[0], tensors[1], tensors[2], tensors[3], 0.1f, 1.5f);

        for (var part = 0; part < 4; part++)
        {
            foreach (var (a, b, c) in scalar[part].ToFloats().Zip(kernel[part].ToFloats(), tensors[part].ToFloats()))
            {
                Assert.Equal(a, b, 1e-6);
                Assert.Equal(a, c, 1e-5);
            }
        }
    }
}
