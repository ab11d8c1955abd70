using MlNetSer.Embeddings.Keys;
using MlNetSer.Embeddings.Shards;
using MlNetSer.Safetensors;

namespace MlNetSer.Embeddings.Filling;

/// <summary>Fills a store with what it lacks of a data view, shard by shard. What cannot be embedded is left out of its shard and told at
/// the end.</summary>
/// <param name="folder">Where the shards lie.</param>
/// <param name="identity">What makes the embeddings.</param>
/// <param name="options">What is stored, and how.</param>
/// <param name="rows">The utterances.</param>
/// <param name="progress">Told after every utterance.</param>
/// <param name="cancellationToken">Stops between two utterances.</param>
internal sealed class StoreFill(string folder, string identity, EmbeddingStoreOptions options, KeyedRows rows,
    IProgress<EmbeddingProgress>? progress, CancellationToken cancellationToken)
{
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(100);

    private readonly StoreSurvey _survey = StoreSurvey.Of(folder, identity, options, progress, cancellationToken);
    private readonly SortedDictionary<int, string> _faults = [];

    /// <summary>Opens the file that a shard is written to; a test puts a full disk here.</summary>
    public Func<string, Stream> Create { get; init; } = path
        => new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);

    /// <summary>Utterances that could not be embedded, and why.</summary>
    public IReadOnlyDictionary<int, string> Faults => _faults;

    /// <summary>
    /// Fills shards <paramref name="part"/>, part + <paramref name="partCount"/>, ... of the list, and waits for those that another process
    /// is filling.
    /// </summary>
    /// <returns>Utterances that this process embedded.</returns>
    public int Run(IUtteranceEmbedder embedder, int part, int partCount)
    {
        var planner = new FillPlanner(folder, identity, options, rows, _survey);
        var jobs = planner.Jobs().Where(job => job.Shard % partCount == part).ToList();
        var pace = new FillPace(rows, jobs.SelectMany(job => job.Entries), rows.Entries.Count - planner.Missing().Count(), progress);
        if (jobs.Count == 0)
            pace.Report();
        var lacking = Work(jobs, embedder, pace);
        if (lacking.Count > 0)
            Work(planner.Again(lacking), embedder, pace);   // another process could not embed these: this one says why, or can
        ShardClaim.DeleteLeftovers(folder);
        return pace.Embedded;
    }

    /// <summary>Opens the store without shards that were damaged before this fill and could not be made again from its data.</summary>
    public EmbeddingStore Open() => EmbeddingStore.Open(folder, path => _survey.IsDamaged(path) && !_survey.IsIntactNow(path));

    /// <summary>Whether there is a shard.</summary>
    public bool HasShards => StorePlan.ShardFiles(folder).Any();

    /// <summary>Writes the shards that no other process writes.</summary>
    /// <returns>Utterances that the shards of other processes lack.</returns>
    private List<int> Work(IReadOnlyList<FillJob> jobs, IUtteranceEmbedder embedder, FillPace pace)
    {
        List<int> lacking = [];
        for (var waiting = jobs; waiting.Count > 0;)
        {
            List<FillJob> busy = [];
            foreach (var job in waiting)
            {
                cancellationToken.ThrowIfCancellationRequested();
                using var claim = ShardClaim.Try(job.Path);
                if (claim is null)
                    busy.Add(job);
                else if (_survey.IsIntactNow(job.Path))
                    lacking.AddRange(Skip(job, pace));
                else
                    Write(job, embedder, pace);
            }
            if (busy.Count == waiting.Count)
                cancellationToken.WaitHandle.WaitOne(s_poll);
            waiting = busy;
        }
        return lacking;
    }

    private List<int> Skip(FillJob job, FillPace pace)
    {
        var stored = StoreSurvey.KeysNow(job.Path).ToHashSet(StringComparer.Ordinal);
        var lacking = job.Entries.Where(entry => !stored.Contains(rows.Entries[entry].Key)).ToList();
        pace.Skip(job.Entries, job.Entries.Count - lacking.Count);
        return lacking;
    }

    private void Write(FillJob job, IUtteranceEmbedder embedder, FillPace pace)
    {
        StorePlan.DeleteParts(job.Path);
        ShardWriter? writer = null;
        var count = 0;
        void Fail(int entry, string reason)
        {
            _faults[entry] = reason;
            pace.Fail(entry);
            pace.Report();
        }
        try
        {
            embedder.Embed(job.Entries, (entry, shape, values) =>
            {
                if (ShardWriter.Fault(options.Type, values) is { } fault)
                {
                    Fail(entry, fault);
                    return;
                }
                pace.Embed(entry, values.Length * SafetensorsEntry.Bytes(options.Type));
                OrFull(job.Path, pace, () => writer ??= Begin(job));
                try
                {
                    writer!.Add(rows.Entries[entry], shape, values);
                }
                catch (IOException error)
                {
                    throw Full(job.Path, pace, error);
                }
                _faults.Remove(entry);
                count++;
                pace.Report();
            }, Fail, cancellationToken);
            if (writer is null)
                return;   // none of the shard's utterances can be embedded
            OrFull(job.Path, pace, writer.Commit);
            pace.Commit(count);
        }
        finally
        {
            writer?.Dispose();
        }
    }

    private ShardWriter Begin(FillJob job)
    {
        if (job.SavesPlan)
            job.Plan.Save(folder);
        return new ShardWriter(job.Path, job.Plan, job.Plan.Shard(job.Shard), Create);
    }

    private void OrFull(string path, FillPace pace, Action write)
    {
        try
        {
            write();
        }
        catch (IOException error)
        {
            throw Full(path, pace, error);
        }
    }

    private IOException Full(string path, FillPace pace, IOException error)
        => new($"'{path}' could not be written ({error.Message.TrimEnd('.')}). {pace.Safe:N0} of {rows.Entries.Count:N0} utterances are "
        + $"safe in '{folder}'; the rest takes about {pace.BytesLeft:N0} more bytes. "
            + "Make room, or copy the folder to a larger disk, and run again: it goes on from there.", error);
}
