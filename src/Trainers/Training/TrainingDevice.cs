using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSer.Training;

/// <summary>Chooses where a network trains.</summary>
internal static class TrainingDevice
{
    /// <exception cref="ArgumentException">The name is none of auto, cpu, cuda, cuda:n.</exception>
    /// <exception cref="InvalidOperationException">libtorch does not see the device.</exception>
    public static Device Choose(string name)
    {
        var number = 0;
        if (name is not ("auto" or "cpu" or "cuda") && !(
            name.StartsWith("cuda:", StringComparison.Ordinal)
            && int.TryParse(name.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out number)))
            throw new ArgumentException($"Device is '{name}'; wanted auto, cpu, cuda or cuda:n.");
        if (name is "cpu" || name is "auto" && !cuda.is_available())
            return CPU;
        if (!cuda.is_available())
            throw new InvalidOperationException(
                $"Device '{name}' was asked for, but libtorch sees no CUDA device. Build with -p:Accelerator=cuda on a machine that has "
                + "one (docs/gpu.md), or use Device = auto.");
        if (number >= cuda.device_count())
            throw new InvalidOperationException(
                $"Device '{name}' was asked for, but libtorch sees {cuda.device_count()} CUDA device(s), counted from 0.");
        return new Device(name is "auto" ? "cuda" : name);
    }
}
