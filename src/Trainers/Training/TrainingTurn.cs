using MlNetSer.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSer.Training;

/// <summary>
/// The turn of one training. Everything that a training sets for the whole process is set here and is put back when the turn ends: the seed
/// and the threads of libtorch, the precision of CUDA, the threads of our kernels, and the memory that they kept.
/// </summary>
/// <remarks>
/// libtorch has one random generator for the process, so trainings take turns: each is then a function of its own seed (decision 8).
/// A turn ends on the thread on which it began.
/// </remarks>
internal sealed class TrainingTurn : IDisposable
{
    private static readonly object s_oneAtATime = new();

    private readonly int _torchThreads, _kernelThreads;
    private readonly TensorFloat32? _precision;

    public TrainingTurn(SpeechTrainerOptions options, Device device)
    {
        Monitor.Enter(s_oneAtATime);
        try
        {
            (_torchThreads, _kernelThreads) = (get_num_threads(), Threads.Count);
            Threads.Count = options.ThreadCount > 0 ? options.ThreadCount : Environment.ProcessorCount;
            // On a CPU our kernels have the threads. libtorch's own, between its small operations, would spin on the cores that the
            // kernels need; and with one, its sums do not depend on their number.
            if (device.type == DeviceType.CPU)
                set_num_threads(1);
            else if (device.type == DeviceType.CUDA)
                _precision = new TensorFloat32(options.MixedPrecision);
            random.manual_seed(options.Seed);
        }
        catch
        {
            Monitor.Exit(s_oneAtATime);
            throw;
        }
    }

    public void Dispose()
    {
        NativeBuffer.ReleasePool();
        _precision?.Dispose();
        Threads.Count = _kernelThreads;
        set_num_threads(_torchThreads);
        Monitor.Exit(s_oneAtATime);
    }
}
