using System.Diagnostics;
using MlNetSer.Embeddings.Keys;

namespace MlNetSer.Embeddings.Filling;

/// <summary>Counts what a fill has done, and tells from it what is left.</summary>
internal sealed class FillPace(KeyedRows rows, IEnumerable<int> toDo, int stored, IProgress<EmbeddingProgress>? progress)
{
    private readonly long _weightToDo = toDo.Sum(rows.Weight);
    private readonly Stopwatch _sinceFirst = new();   // loading the encoder does not count
    private long _weightFirst, _weightEmbedded, _weightSkipped, _bytesEmbedded, _bytesWritten;
    private int _skipped, _committed;

    public int Embedded { get; private set; }

    /// <summary>Utterances in whole shards.</summary>
    public int Safe => stored + _skipped + _committed;

    public long BytesLeft => BytesFor(_weightToDo - _weightEmbedded - _weightSkipped);

    /// <summary>An utterance was embedded, and is about to be written.</summary>
    public void Embed(int entry, long byteCount)
    {
        _weightEmbedded += rows.Weight(entry);
        _bytesEmbedded += byteCount;
        if (Embedded++ == 0)
        {
            _weightFirst = _weightEmbedded;
            Report();
            _sinceFirst.Start();
        }
        _bytesWritten += byteCount;
    }

    /// <summary>Another process did these, or found that it cannot.</summary>
    /// <param name="entries">All of a shard.</param>
    /// <param name="storedCount">How many of them are stored.</param>
    public void Skip(IReadOnlyList<int> entries, int storedCount)
    {
        _weightSkipped += entries.Sum(rows.Weight);
        _skipped += storedCount;
        Report();
    }

    /// <summary>An utterance cannot be embedded.</summary>
    public void Fail(int entry) => _weightSkipped += rows.Weight(entry);

    public void Commit(int count) => _committed += count;

    public void Report()
    {
        if (progress is null)
            return;
        var seconds = Math.Max(_sinceFirst.Elapsed.TotalSeconds, 1e-3);
        var perSecond = Math.Max(0, Embedded - 1) / seconds;
        var weightPerSecond = (_weightEmbedded - _weightFirst) / seconds;
        var left = Embedded > 1 ? TimeSpan.FromSeconds((_weightToDo - _weightEmbedded - _weightSkipped) / weightPerSecond)
            : (TimeSpan?)null;
        progress.Report(new EmbeddingProgress(Math.Min(rows.Entries.Count, stored + _skipped + (_bytesWritten > 0 ? Embedded : 0)),
            rows.Entries.Count, _bytesWritten, BytesFor(_weightToDo), perSecond, left, null));
    }

    private long BytesFor(long weight) => _weightEmbedded == 0 ? 0 : (long)((double)_bytesEmbedded / _weightEmbedded * weight);
}
