using MlNetSer.Embeddings.Keys;
using MlNetSer.Embeddings.Shards;

namespace MlNetSer.Embeddings.Filling;

/// <summary>A shard to write.</summary>
/// <param name="Plan">Whose it is.</param>
/// <param name="Shard">Its number.</param>
/// <param name="Path">Where it belongs.</param>
/// <param name="Entries">Its utterances, by their place in the data.</param>
/// <param name="SavesPlan">Whether the index is written with the first embedding: what failed before may fail again, and then leaves no
/// trace.</param>
internal sealed record FillJob(StorePlan Plan, int Shard, string Path, IReadOnlyList<int> Entries, bool SavesPlan = false);

/// <summary>Decides which shards a fill writes.</summary>
/// <remarks>
/// An utterance that cannot be embedded stays in its plan, and its shard holds the others. So the plan, and the bytes of every shard, do
/// not depend on which run met the fault. Later runs try it in a plan of its own, whose index is written only when there is an embedding to
/// go with it.
/// </remarks>
internal sealed class FillPlanner(string folder, string identity, EmbeddingStoreOptions options, KeyedRows rows, StoreSurvey survey)
{
    /// <summary>Utterances of the data that no whole shard held when the folder was surveyed.</summary>
    public IEnumerable<int> Missing() => Enumerable.Range(0, rows.Entries.Count)
        .Where(entry => !survey.Stored.Contains(rows.Entries[entry].Key));

    /// <summary>First the shards that an earlier run planned and did not finish, or that are damaged; then what failed before; then a new
    /// plan for the rest.</summary>
    public List<FillJob> Jobs()
    {
        var whole = new StorePlan(identity, options.Type, options.UtterancesPerShard, rows.Entries);
        var plans = survey.Plans.ToList();
        if (survey.DamagedIndexes.Contains(whole.IndexPath(folder)))
        {
            whole.Save(folder);
            plans.Add(whole);
        }
        List<FillJob> jobs = [];
        HashSet<int> failed = [];
        foreach (var plan in plans)
        {
            for (var shard = 0; shard < plan.ShardCount; shard++)
            {
                var path = plan.ShardPath(folder, shard);
                var entries = plan.Shard(shard).Select(entry => rows.FindKey(entry.Key)).ToList();
                if (survey.IsIntact(path))
                    failed.UnionWith(entries.OfType<int>());   // those among them that are stored are not missing
                else if (entries.All(entry => entry is not null) && (survey.IsDamaged(path)
                    || entries.Any(entry => !survey.Stored.Contains(rows.Entries[entry!.Value].Key))))
                    jobs.Add(new FillJob(plan, shard, path, [.. entries.OfType<int>()]));
            }
        }
        var missing = Missing().Except(jobs.SelectMany(job => job.Entries)).Order().ToList();
        jobs.AddRange(Again(missing.Where(failed.Contains)));
        List<int> fresh = [.. missing.Where(entry => !failed.Contains(entry))];
        if (fresh.Count > 0)
        {
            var (plan, added) = Plan(fresh, savesPlan: false);
            plan.Save(folder);
            jobs.AddRange(added);
        }
        return jobs;
    }

    /// <summary>Another try of utterances that could not be embedded.</summary>
    public List<FillJob> Again(IEnumerable<int> entries)
    {
        List<int> failed = [.. entries.Order()];
        return failed.Count == 0 ? [] : Plan(failed, savesPlan: true).Jobs;
    }

    private (StorePlan Plan, List<FillJob> Jobs) Plan(List<int> entries, bool savesPlan)
    {
        var plan = new StorePlan(identity, options.Type, options.UtterancesPerShard, [.. entries.Select(entry => rows.Entries[entry])]);
        return (plan, [.. Enumerable.Range(0, plan.ShardCount).Select(shard => new FillJob(plan, shard, plan.ShardPath(folder, shard),
            [.. entries.Skip(shard * options.UtterancesPerShard).Take(options.UtterancesPerShard)], savesPlan))]);
    }
}
