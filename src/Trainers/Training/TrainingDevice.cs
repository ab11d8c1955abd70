using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSer.Training;

/// <summary>Chooses where a network trains.</summary>
internal static class TrainingDevice
{
    /// <summary>libtorch's random generator is one for the process: trainings take turns, so that each is a function of its own seed.</summary>
    public static readonly object OneAtATime = new();

    public static Device Choose(string name)
    {
        if (name is "cpu" || name is "auto" && !cuda.is_available())
            return CPU;
        if (name is not ("auto" or "cuda") && !name.StartsWith("cuda:", StringComparison.Ordinal))
            throw new ArgumentException($"Device is '{name}'; wanted auto, cpu, cuda or cuda:n.");
        if (!cuda.is_available())
            throw new InvalidOperationException($"Device '{name}' was asked for, but libtorch sees no CUDA device. Build with -p:Accelerator=cuda on a machine that has one, or use Device = auto.");
        return new Device(name is "auto" ? "cuda" : name);
    }
}
