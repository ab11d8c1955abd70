using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace MlNetSer.Experiments;

/// <summary>What one command asked for, so that a merge can tell what was never begun. Every part of a run writes the same file.</summary>
/// <param name="Systems">Rows; none = all.</param>
/// <param name="Seeds">Seeds.</param>
internal sealed record Request(IReadOnlyList<string> Systems, IReadOnlyList<int> Seeds)
{
    public const string Folder = "requests";

    public bool Asks(SystemRow row) => Systems.Count == 0 || Systems.Contains(row.Id);

    public void Save(DirectoryInfo output)
    {
        var json = JsonSerializer.Serialize(this);
        var folder = Directory.CreateDirectory(Path.Combine(output.FullName, Folder));
        SafeFile.Write(Path.Combine(folder.FullName, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)))[..16]
            + ".json"), json + "\n");
    }

    /// <exception cref="InvalidDataException">A file is damaged.</exception>
    public static IReadOnlyList<Request> All(DirectoryInfo output)
    {
        var folder = Path.Combine(output.FullName, Folder);
        return !Directory.Exists(folder) ? [] : [.. Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal).Select(Read)];
    }

    private static Request Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<Request>(File.ReadAllText(path)) is { Systems: not null, Seeds: not null } request ? request
                : throw new JsonException("it lacks systems or seeds");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"'{path}' is damaged: {error.Message}. Delete it; it only tells what was asked for.", error);
        }
    }
}
