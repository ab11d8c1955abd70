using System.Runtime.InteropServices;
using MlNetSer.Networks;
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
/// <remarks>
/// Two batches' memory is used in turn, over all epochs, because fresh memory costs a page fault for every 4 KB: whoever takes a batch is
/// done with it when the next one is asked for.
/// </remarks>
internal sealed class BatchReader(Utterances rows, Device device) : IDisposable
{
    // flat, for each turn and stream
    private readonly Tensor?[][] _memory = [new Tensor?[rows.Streams.Count], new Tensor?[rows.Streams.Count]];
    private int _turn;

    public void Dispose()
    {
        foreach (var memory in _memory.SelectMany(turn => turn))
            memory?.Dispose();
    }

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
        _turn = 1 - _turn;
        var streams = rows.Streams.Select((stream, s) => Place(stream, batch, ref _memory[_turn][s])).ToArray();
        var labels = tensor(batch.Select(row => rows.Labels[row]).ToArray()).DetachFromDisposeScope();
        var reading = Task.Run(() =>
        {
            for (var s = 0; s < streams.Length; s++)
                rows.Streams[s].Read(batch, MemoryMarshal.Cast<byte, float>(streams[s].Features.bytes));
        });
        return new Pending(new Batch(streams, labels, batch.Length), reading);
    }

    private static Sequences Place(StreamRows stream, int[] batch, ref Tensor? memory)
    {
        var lengths = batch.Select(row => (long)stream.FrameCount(row)).ToArray();
        var (shape, frames) = (stream.Shape, lengths.Sum());
        var count = shape.BlockCount * frames * shape.FeatureSize;
        if (memory is null || memory.numel() < count)
        {
            memory?.Dispose();
            memory = empty(count).DetachFromDisposeScope();
        }
        using var part = memory.narrow(0, 0, count);
        return new Sequences(part.view(shape.BlockCount, frames, shape.FeatureSize).DetachFromDisposeScope(), tensor(lengths)
            .DetachFromDisposeScope());
    }

    /// <summary>Lengths stay on the CPU.</summary>
    private Batch OnDevice(Batch batch)
    {
        if (device.type == DeviceType.CPU)
            return batch;
        using (batch)
            return new Batch([.. batch.Streams.Select(s => new Sequences(Moved(s.Features), s.Lengths.alias().DetachFromDisposeScope()))],
                Moved(batch.Labels), batch.Count);
    }

    private Tensor Moved(Tensor tensor) => tensor.to(device).DetachFromDisposeScope();
}
