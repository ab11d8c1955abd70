using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML;
using MlNetSer;

namespace ReproducePaper;

/// <summary>What a result needs to know of a corpus.</summary>
/// <param name="Copy">For a corpus as distributed, whether the copy is the published one; else empty.</param>
internal sealed record CorpusFacts(string Name, string Identity, string Copy, int UtteranceCount, int SpeakerCount, IReadOnlyDictionary<string, int> Classes, int FoldCount, string Protocol);

/// <summary>What a result needs to know of an encoder.</summary>
/// <param name="Name">Short name, as file names have it.</param>
/// <param name="Hash">SHA-256 of the model.</param>
/// <param name="Profile">Its profile and the start of the profile's SHA-256.</param>
/// <param name="Blocks">Blocks that are used, counted from 1.</param>
/// <param name="Representative">Those that stand for the paper's 2, 6 and 12.</param>
internal sealed record EncoderFacts(string Name, string Hash, string Profile, IReadOnlyList<int> Blocks, IReadOnlyList<int> Representative)
{
    [JsonIgnore]
    public IReadOnlyList<SystemRow> Rows => SystemRow.All(Blocks, Representative);
}

/// <summary>All that a number depends on but row, fold and seed. An output folder belongs to one such record, <c>settings.json</c>.</summary>
internal sealed record Settings(IReadOnlyList<CorpusFacts> Corpora, IReadOnlyList<EncoderFacts> Encoders, int Epochs, int HiddenSize, int HeadCount, int HeadSize)
{
    private const string FileName = "settings.json";
    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true, NewLine = "\n" };

    /// <summary>Every pair of training and test corpus, in the order of the paper's columns.</summary>
    [JsonIgnore]
    public IEnumerable<(int Trained, int Tested)> Pairs => Corpora.Count == 1 ? [(0, 0)] : [(0, 0), (1, 1), (1, 0), (0, 1)];

    public string Name((int Trained, int Tested) pair) => pair.Trained == pair.Tested ? Corpora[pair.Tested].Name : $"{Corpora[pair.Trained].Name} → {Corpora[pair.Tested].Name}";

    [JsonIgnore]
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ToJson())))[..16];

    /// <summary>The trainer of a row on one of the encoders.</summary>
    /// <exception cref="ArgumentException">A size is out of its range.</exception>
    public SpeechTrainer CreateTrainer(MLContext ml, SystemRow row, EncoderFacts encoder, int seed, int threadCount)
        => row.CreateTrainer(ml.MulticlassClassification.Trainers, encoder.Blocks, options =>
        {
            (options.Epochs, options.HeadCount, options.HeadSize, options.Seed, options.ThreadCount) = (Epochs, HeadCount, HeadSize, seed, threadCount);
            if (options is RecurrentTrainerOptions recurrent)
                recurrent.HiddenSize = HiddenSize;
        });

    public string ToJson() => JsonSerializer.Serialize(this, s_json);

    /// <summary>Takes an output folder, or finds that it is ours already.</summary>
    /// <exception cref="ArgumentException">The folder holds results of other settings.</exception>
    public void Claim(DirectoryInfo output)
    {
        var path = Path.Combine(output.FullName, FileName);
        if (!File.Exists(path))
            SafeFile.Write(path, ToJson());
        string[] found = File.ReadAllLines(path), ours = ToJson().Split('\n');
        if (!found.SequenceEqual(ours))
            throw new ArgumentException($"'{output}' holds results of other settings: {string.Join("; ", found.Except(ours).Take(4).Select(line => line.Trim()))} there, {string.Join("; ", ours.Except(found).Take(4).Select(line => line.Trim()))} here. Give another --output, or the settings of {FileName}.");
    }

    /// <exception cref="FileNotFoundException">Nothing was run into this folder.</exception>
    public static Settings Load(DirectoryInfo output)
    {
        var path = Path.Combine(output.FullName, FileName);
        return File.Exists(path)
            ? JsonSerializer.Deserialize<Settings>(File.ReadAllText(path), s_json) ?? throw new InvalidDataException($"'{path}' is empty.")
            : throw new FileNotFoundException($"'{output}' has no {FileName}: nothing was run into it yet.", path);
    }
}

/// <summary>Files that are there as a whole or not at all, however many processes write them.</summary>
internal static class SafeFile
{
    public static void Write(string path, string text) => Write(path, beside => File.WriteAllText(beside, text));

    public static void Write(string path, Action<string> write)
    {
        var beside = $"{path}.{Guid.NewGuid():N}.part";
        write(beside);
        File.Move(beside, path, overwrite: true);
    }
}
