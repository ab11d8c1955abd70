using Microsoft.ML;

namespace MlNetSer.Embeddings;

/// <summary>Fills a store with what it lacks of a data view, shard by shard.</summary>
internal sealed class StoreFill(string folder, string identity, EmbeddingStoreOptions options, KeyedRows rows, IProgress<EmbeddingProgress>? progress, CancellationToken cancellation)
{
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(100);

    private readonly StoreSurvey _survey = StoreSurvey.Of(folder, identity, options, progress, cancellation);

    /// <summary>Opens the file that a shard is written to; a test puts a full disk here.</summary>
    public Func<string, Stream> Create { get; init; } = path => new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);

    /// <summary>Fills shards <paramref name="part"/>, part + <paramref name="partCount"/>, ... of the list, and waits for those that another process is filling.</summary>
    /// <returns>Utterances that this process embedded.</returns>
    public int Run(IUtteranceEmbedder embedder, int part, int partCount)
    {
        var waiting = Jobs().Where(job => job.Shard % partCount == part).ToList();
        var pace = new FillPace(rows, waiting.SelectMany(job => job.Entries), rows.Entries.Count - Missing().Count(), progress);
        if (waiting.Count == 0)
            pace.Report();
        while (waiting.Count > 0)
        {
            List<Job> busy = [];
            foreach (var job in waiting)
            {
                cancellation.ThrowIfCancellationRequested();
                using var claim = ShardClaim.Try(job.Path);
                if (claim is null)
                    busy.Add(job);
                else if (_survey.IsIntactNow(job.Path))
                    pace.Skip(job.Entries);
                else
                    Write(job, embedder, pace);
            }
            if (busy.Count == waiting.Count)
                cancellation.WaitHandle.WaitOne(s_poll);
            waiting = busy;
        }
        ShardClaim.DeleteLeftovers(folder);
        return pace.Embedded;
    }

    /// <summary>Opens the store without shards that were damaged before this fill and could not be made again from its data.</summary>
    public EmbeddingStore Open() => EmbeddingStore.Open(folder, path => _survey.IsDamaged(path) && !_survey.IsIntactNow(path));

    private IEnumerable<int> Missing() => Enumerable.Range(0, rows.Entries.Count).Where(entry => !_survey.Stored.Contains(rows.Entries[entry].Key));

    /// <summary>The shards to write: first those that an earlier run planned and did not finish, or that are damaged; then a new plan for the rest.</summary>
    private List<Job> Jobs()
    {
        var whole = new StorePlan(identity, options.Type, options.UtterancesPerShard, rows.Entries);
        var plans = _survey.Plans.ToList();
        if (_survey.DamagedIndexes.Contains(whole.IndexPath(folder)))
        {
            whole.Save(folder);
            plans.Add(whole);
        }
        List<Job> jobs = [];
        foreach (var plan in plans)
        {
            for (var shard = 0; shard < plan.ShardCount; shard++)
            {
                var path = plan.ShardPath(folder, shard);
                var entries = plan.Shard(shard).Select(entry => rows.Find(entry.Key)).ToList();
                if (entries.Any(entry => entry is null) || _survey.IsIntact(path))
                    continue;
                if (_survey.IsDamaged(path) || entries.Any(entry => !_survey.Stored.Contains(rows.Entries[entry!.Value].Key)))
                    jobs.Add(new Job(plan, shard, path, [.. entries.Select(entry => entry!.Value)]));
            }
        }
        var missing = Missing().Except(jobs.SelectMany(job => job.Entries)).Order().ToList();
        if (missing.Count == 0)
            return jobs;
        var added = new StorePlan(identity, options.Type, options.UtterancesPerShard, [.. missing.Select(entry => rows.Entries[entry])]);
        added.Save(folder);
        for (var shard = 0; shard < added.ShardCount; shard++)
            jobs.Add(new Job(added, shard, added.ShardPath(folder, shard), [.. missing.Skip(shard * options.UtterancesPerShard).Take(options.UtterancesPerShard)]));
        return jobs;
    }

    private void Write(Job job, IUtteranceEmbedder embedder, FillPace pace)
    {
        StorePlan.DeleteParts(job.Path);
        ShardWriter? writer = null;
        try
        {
            embedder.Embed(job.Entries, (entry, shape, values) =>
            {
                pace.Embed(entry, (long)values.Length * SafetensorsEntry.Bytes(options.Type));
                try
                {
                    writer ??= new ShardWriter(job.Path, job.Plan, job.Plan.Shard(job.Shard), Create);
                    writer.Add(shape, values);
                }
                catch (IOException error)
                {
                    throw Full(job.Path, pace, error);
                }
                pace.Report();
            }, cancellation);
            try
            {
                writer!.Commit();
            }
            catch (IOException error)
            {
                throw Full(job.Path, pace, error);
            }
            pace.Commit(job.Entries);
        }
        finally
        {
            writer?.Dispose();
        }
    }

    private IOException Full(string path, FillPace pace, IOException error)
        => new($"'{path}' could not be written ({error.Message.TrimEnd('.')}). {pace.Safe:N0} of {rows.Entries.Count:N0} utterances are safe in '{folder}'; the rest takes about {pace.BytesLeft:N0} more bytes. "
            + "Make room, or copy the folder to a larger disk, and run again: it goes on from there.", error);

    private sealed record Job(StorePlan Plan, int Shard, string Path, IReadOnlyList<int> Entries);
}
