using System.Runtime.InteropServices;
using MlNetSer.Modules;
using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSer.Training;

/// <summary>A batch on the training device; disposed by who takes it.</summary>
internal sealed record Batch(IReadOnlyList<Sequences> Streams, Tensor Labels, int Count) : IDisposable
{
    public void Dispose()
    {
        foreach (var (features, lengths) in Streams)
        {
            features.Dispose();
            lengths.Dispose();
        }
        Labels.Dispose();
    }
}

/// <summary>Makes the batches of an epoch: while one trains, another thread reads the next.</summary>
internal sealed class BatchReader(Utterances rows, Device device)
{
    /// <param name="batches">Rows of each batch, in order.</param>
    public IEnumerable<Batch> Read(IReadOnlyList<int[]> batches)
    {
        var next = Begin(batches[0]);
        try
        {
            for (var i = 0; i < batches.Count; i++)
            {
                var current = next.End();
                next = i + 1 < batches.Count ? Begin(batches[i + 1]) : Pending.None;
                yield return OnDevice(current);
            }
        }
        finally
        {
            next.Abandon();
        }
    }

    /// <summary>A batch whose features are being read on another thread.</summary>
    private sealed record Pending(Batch? Batch, Task Reading)
    {
        public static readonly Pending None = new(null, Task.CompletedTask);

        public Batch End()
        {
            Reading.GetAwaiter().GetResult();
            return Batch!;
        }

        /// <summary>Waits, because the reader writes to the batch's memory, and drops the batch whatever became of it.</summary>
        public void Abandon()
        {
            Task.WhenAny(Reading).GetAwaiter().GetResult();
            Batch?.Dispose();
        }
    }

    private Pending Begin(int[] batch)
    {
        var streams = rows.Streams.Select(stream => Allocate(stream, batch)).ToArray();
        var labels = tensor(batch.Select(row => rows.Labels[row]).ToArray()).DetachFromDisposeScope();
        var reading = Task.Run(() =>
        {
            for (var s = 0; s < streams.Length; s++)
                rows.Streams[s].Read(batch, MemoryMarshal.Cast<byte, float>(streams[s].Features.bytes));
        });
        return new Pending(new Batch(streams, labels, batch.Length), reading);
    }

    private static Sequences Allocate(StreamRows stream, int[] batch)
    {
        var lengths = batch.Select(row => (long)stream.FrameCount(row)).ToArray();
        return new Sequences(empty(stream.Shape.BlockCount, lengths.Sum(), stream.Shape.FeatureSize).DetachFromDisposeScope(), tensor(lengths).DetachFromDisposeScope());
    }

    /// <summary>Lengths stay on the CPU.</summary>
    private Batch OnDevice(Batch batch)
    {
        if (device.type == DeviceType.CPU)
            return batch;
        using (batch)
            return new Batch([.. batch.Streams.Select(s => new Sequences(Moved(s.Features), s.Lengths.alias().DetachFromDisposeScope()))], Moved(batch.Labels), batch.Count);
    }

    private Tensor Moved(Tensor tensor) => tensor.to(device).DetachFromDisposeScope();
}
