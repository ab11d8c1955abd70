using System.Reflection;
using System.Text.Json;

namespace MlNetSer.Experiments;

/// <summary>Public encoders by name: downloaded once, verified, tapped, kept in a folder of the user.</summary>
public static class PublicEncoders
{
    private const string EncoderFile = "encoder.onnx";
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    private sealed record EncoderList(IReadOnlyList<PublicEncoder> Encoders);

    /// <summary>The encoders that this version knows.</summary>
    public static IReadOnlyList<PublicEncoder> All { get; } = ReadEmbedded();

    /// <summary>Where encoders are kept: the folder that <c>MLNETSER_ENCODERS</c> names, else <c>mlnetser/encoders</c> in the user's folder
    /// for caches.</summary>
    public static string DefaultFolder => Environment.GetEnvironmentVariable("MLNETSER_ENCODERS") is { Length: > 0 } named ? named
        : Path.Combine(Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache ? cache
            : OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"), "mlnetser", "encoders");

    /// <summary>Reads a list of encoders, in the form of the one inside the library: <c>{"encoders": [{"name", "licence", "address",
    /// "sha256", "bytes"}]}</c>.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or an entry lacks something.</exception>
    /// <exception cref="IOException">There is no such file.</exception>
    public static IReadOnlyList<PublicEncoder> Load(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path));
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"'{path}' is not a list of encoders: {error.Message}", error);
        }
    }

    /// <summary>The tapped encoder of a name, where it was fetched; else null.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="folder">Where encoders are kept; null = <see cref="DefaultFolder"/>.</param>
    public static string? FindFetched(string name, string? folder = null)
    {
        if (name.Length == 0 || name.AsSpan().ContainsAny('/', '\\', '.'))
            return null;
        var path = Path.Combine(folder ?? DefaultFolder, name, EncoderFile);
        return File.Exists(path) ? path : null;
    }

    /// <summary>Opens an encoder as command lines name it: an ONNX file, a WeNet folder, <c>untrained</c>, or the name of one that was
    /// fetched.</summary>
    /// <param name="encoder">The text.</param>
    /// <param name="profile">What it wants: a name, a JSON file, <c>auto</c> or null.</param>
    /// <param name="int8">Whether it runs in 8 bits.</param>
    /// <exception cref="IOException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is no encoder, or does not fit the profile.</exception>
    /// <exception cref="ArgumentException">There is no such profile.</exception>
    public static SpeechEncoder Open(string encoder, string? profile = null, bool int8 = false)
        => EncoderSource.Read(encoder, profile, tokens: null, int8).Speech;

    /// <summary>A profile by name or from a file. Without one: the file that <see cref="EncoderCut"/> left beside the encoder, else null,
    /// as the encoder tells.</summary>
    /// <exception cref="ArgumentException">There is no such profile.</exception>
    public static EncoderProfile? Profile(string encoder, string? given) => EncoderSource.Profile(encoder, given);

    /// <summary>Downloads an encoder, verifies it, adds the output of its blocks and keeps it. What is there already is not downloaded
    /// again.</summary>
    /// <param name="encoder">One of <see cref="All"/>, or of a list of your own.</param>
    /// <param name="folder">Where encoders are kept; null = <see cref="DefaultFolder"/>.</param>
    /// <param name="client">What downloads; null = a client of our own.</param>
    /// <param name="progress">Is told how far the download is.</param>
    /// <param name="cancellationToken">Stops the download.</param>
    /// <returns>The path of the tapped encoder.</returns>
    /// <exception cref="HttpRequestException">The address does not answer, or not with the file.</exception>
    /// <exception cref="InvalidDataException">The file is not the one that was published, or no blocks are found in it.</exception>
    public static string Get(PublicEncoder encoder, string? folder = null, HttpClient? client = null,
        IProgress<ExperimentProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        if (FindFetched(encoder.Name, folder) is { } there)
            return there;
        var home = Directory.CreateDirectory(Path.Combine(folder ?? DefaultFolder, encoder.Name)).FullName;
        var (path, part) = (Path.Combine(home, EncoderFile), Path.Combine(home, $"{Guid.NewGuid():N}.part"));
        using var own = client is null ? new HttpClient() : null;
        try
        {
            EncoderDownload.Save(encoder, part, client ?? own!, progress, cancellationToken);
            var tapped = $"{part}.tapped";
            try
            {
                Tap(part, tapped);
                File.WriteAllText(Path.Combine(home, "source.json"),
                    JsonSerializer.Serialize(encoder, new JsonSerializerOptions(s_json) { WriteIndented = true }));
                if (encoder.Profile is { } profile)
                    EncoderProfile.ByName(profile).Save(EncoderCut.ProfilePath(path));
                File.Move(tapped, path, overwrite: true);
            }
            finally
            {
                File.Delete(tapped);
            }
        }
        finally
        {
            File.Delete(part);
        }
        return path;
    }

    /// <summary>An encoder that gives its blocks already is kept as it is.</summary>
    private static void Tap(string source, string target)
    {
        try
        {
            SpeechEncoder.FromFile(source);
            File.Copy(source, target);
        }
        catch (InvalidDataException)
        {
            BlockTap.Write(source, target);
        }
    }

    private static IReadOnlyList<PublicEncoder> ReadEmbedded()
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream("encoders.json")!);
        return Parse(reader.ReadToEnd());
    }

    private static IReadOnlyList<PublicEncoder> Parse(string json)
        => JsonSerializer.Deserialize<EncoderList>(json, s_json) is { Encoders: { } encoders } ? encoders
        : throw new JsonException("it has no 'encoders'");
}
