using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace MlNetSer.Embeddings.Shards;

/// <summary>Where in the folder that a user names the shards of a front end and encoder lie: in a folder of their own.</summary>
/// <remarks>Stores of an older version lie right in the folder that was named, and are used there by what made them.</remarks>
internal static partial class StoreLayout
{
    /// <summary>A text for people: what made the store.</summary>
    public const string MadeBy = "made-by.txt";

    public static string Folder(string root, string identity)
        => LiesIn(root, identity) ? root
            : Path.Combine(root, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity)).AsSpan(0, 6)));

    /// <summary>The stores of a folder: it itself, or those inside it.</summary>
    public static IReadOnlyList<string> Stores(string root) => StorePlan.ShardFiles(root).Any() ? [root]
        : [.. Directory.EnumerateDirectories(root)
            .Where(folder => OwnFolder().IsMatch(Path.GetFileName(folder)) && StorePlan.ShardFiles(folder).Any())
            .Order(StringComparer.Ordinal)];

    /// <summary>Makes the folder, with a text that says what is in it.</summary>
    public static void Create(string folder, string identity)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, MadeBy);
        if (File.Exists(path))
            return;
        StorePlan.WriteWhole(path, Encoding.UTF8.GetBytes($"Embeddings that MlNetSer stored (docs/embedding-store.md). They were made "
            + $"by:\n\n{identity}\n"));
    }

    /// <summary>What made a store, as its first readable shard says; for messages.</summary>
    public static string Describe(string folder)
    {
        foreach (var path in StorePlan.ShardFiles(folder))
        {
            if (Identity(path, shard: true) is { } identity)
                return identity.ReplaceLineEndings("; ");
        }
        return "?";
    }

    private static bool LiesIn(string root, string identity) => Directory.Exists(root)
        && (StorePlan.IndexFiles(root).Any(path => Identity(path, shard: false) == identity)
        || StorePlan.ShardFiles(root).Any(path => Identity(path, shard: true) == identity));

    private static string? Identity(string path, bool shard)
    {
        try
        {
            if (!shard)
                return StorePlan.Load(path).Identity;
            using var opened = StoreShard.Open(path);
            return opened.Identity;
        }
        catch (InvalidDataException)
        {
            return null;   // damaged, which the survey of its own folder tells
        }
    }

    [GeneratedRegex("^[0-9a-f]{12}$")]
    private static partial Regex OwnFolder();
}
