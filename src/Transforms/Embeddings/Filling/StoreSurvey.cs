using MlNetSer.Embeddings.Shards;

namespace MlNetSer.Embeddings.Filling;

/// <summary>What a store's folder holds before it is filled: whole shards, damaged ones, and the plans of earlier runs.</summary>
internal sealed class StoreSurvey
{
    private readonly Dictionary<string, string?> _damage = new(StringComparer.Ordinal);   // by path; null = intact

    public HashSet<string> Stored { get; } = new(StringComparer.Ordinal);

    public List<StorePlan> Plans { get; } = [];

    public HashSet<string> DamagedIndexes { get; } = new(StringComparer.Ordinal);

    public bool IsIntact(string path) => _damage.TryGetValue(path, out var damage) && damage is null;

    public bool IsDamaged(string path) => _damage.TryGetValue(path, out var damage) && damage is not null;

    /// <exception cref="ArgumentException">The folder is a store of another front end, encoder or precision.</exception>
    public static StoreSurvey Of(string folder, string identity, EmbeddingStoreOptions options, IProgress<EmbeddingProgress>? progress,
        CancellationToken cancellationToken)
    {
        StoreLayout.Create(folder, identity);
        var survey = new StoreSurvey();
        void Note(string text) => progress?.Report(new EmbeddingProgress { Note = text });
        // Shards before plans: a shard that another process wrote has its plan on disk, but a plan that was read first might miss it.
        var shards = StorePlan.ShardFiles(folder).AsParallel().AsOrdered().WithCancellation(cancellationToken)
            .Select(path => (Path: path, Found: Inspect(path, options.VerifyChecksums, cancellationToken))).ToList();
        foreach (var (path, (damage, found)) in shards)
        {
            survey._damage[path] = damage;
            if (damage is not null)
                Note($"{damage} Its utterances are embedded again, as far as they are in the data.");
            if (found is null)
                continue;
            Refuse(path, found.Value.Identity, found.Value.Type);
            if (damage is null)
                survey.Stored.UnionWith(found.Value.Keys);
        }
        foreach (var path in StorePlan.IndexFiles(folder))
        {
            try
            {
                var plan = StorePlan.Load(path);
                Refuse(path, plan.Identity, plan.Type);
                survey.Plans.Add(plan);
            }
            catch (InvalidDataException error)
            {
                survey.DamagedIndexes.Add(path);
                Note(error.Message);
            }
        }
        return survey;

        void Refuse(string path, string foundIdentity, string foundType)
        {
            if (foundIdentity != identity)
                throw new ArgumentException(
                    $"'{path}' was made by '{foundIdentity}', but this data is made by '{identity}'. "
                    + "Give every front end and encoder a folder of its own, or delete this one.", nameof(folder));
            if (foundType != options.Type)
            {
                var found = foundType == "F16" ? EmbeddingPrecision.Float16 : EmbeddingPrecision.Float32;
                throw new ArgumentException($"'{path}' holds {foundType}, but {options.Type} is asked for; one folder keeps one precision: "
                    + $"set EmbeddingStoreOptions.Precision = EmbeddingPrecision.{found}, or give another folder.", nameof(folder));
            }
        }
    }

    /// <summary>The utterances of a shard at this moment; none where it is not there or not whole.</summary>
    public static IReadOnlyList<string> KeysNow(string path) => File.Exists(path)
        ? Inspect(path, verify: false, CancellationToken.None).Found?.Keys ?? [] : [];

    /// <summary>Whether a shard is whole at this moment: another process may have written it since the survey.</summary>
    public bool IsIntactNow(string path)
        => File.Exists(path) && Inspect(path, verify: IsDamaged(path), CancellationToken.None).Damage is null;

    private static (string? Damage, (string Identity, string Type, string[] Keys)? Found) Inspect(
        string path, bool verify, CancellationToken cancellationToken)
    {
        try
        {
            using var shard = StoreShard.Open(path);
            return (verify ? shard.FindDamage(cancellationToken)
                : null, (shard.Identity, shard.Type, [.. shard.Tensors.Select(tensor => tensor.Entry.Key)]));
        }
        catch (InvalidDataException error)
        {
            return (error.Message, null);
        }
    }
}
