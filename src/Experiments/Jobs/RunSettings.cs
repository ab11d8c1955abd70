using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML;

namespace MlNetSer.Experiments;

/// <summary>All that a number depends on but row, fold and seed. An output folder belongs to one such record,
/// <c>settings.json</c>.</summary>
internal sealed record RunSettings(IReadOnlyList<CorpusFacts> Corpora, IReadOnlyList<EncoderFacts> Encoders, int Epochs, int HiddenSize,
    int HeadCount, int HeadSize,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] TextFacts? Text = null)
{
    private const string FileName = "settings.json";
    private static readonly JsonSerializerOptions s_json = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true
    };

    /// <summary>Every pair of training and test corpus, in the order of the paper's columns.</summary>
    [JsonIgnore]
    public IEnumerable<(int Trained, int Tested)> Pairs => Corpora.Count == 1 ? [(0, 0)] : [(0, 0), (1, 1), (1, 0), (0, 1)];

    /// <summary>The rows of an encoder.</summary>
    public IReadOnlyList<SystemRow> Rows(int encoder)
        => SystemRow.All(Encoders[encoder].Blocks, Encoders[encoder].Representative, hasText: Text is not null);

    public string Name((int Trained, int Tested) pair)
        => pair.Trained == pair.Tested ? Corpora[pair.Tested].Name : $"{Corpora[pair.Trained].Name} → {Corpora[pair.Tested].Name}";

    [JsonIgnore]
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ToJson())))[..16];

    /// <summary>Refuses what would fail after the first training, or mix files up.</summary>
    /// <exception cref="ArgumentException">Two corpora or encoders have one name, the corpora have different classes, or a size is out of
    /// its range.</exception>
    public void Check(MLContext ml)
    {
        if (Corpora.Select(corpus => corpus.Name).Concat(Encoders.Select(encoder => encoder.Name)).CountBy(name => name)
            .FirstOrDefault(name => name.Value > 1).Key is { } twice)
            throw new ArgumentException($"Two corpora or encoders are called '{twice}'. File names are made of these names: rename a "
                + $"manifest, or the folder of an encoder.");
        if (Corpora.Count > 1 && !Corpora[0].Classes.Keys.SequenceEqual(Corpora[1].Classes.Keys))
            throw new ArgumentException($"{Corpora[0].Name} has the classes {string.Join(", ", Corpora[0].Classes.Keys)}, "
                + $"{Corpora[1].Name} has {string.Join(", ", Corpora[1].Classes.Keys)}. Models of one are scored on the other: choose "
                + $"label policies that agree, as NAME:POLICY=FOLDER.");
        if (Corpora.Count > 1 && Corpora[0].Audio == Corpora[1].Audio)
            throw new ArgumentException($"{Corpora[0].Name} and {Corpora[1].Name} are the same recordings under two names: a model would "
                + $"be scored on what it was trained on. Give one of them, or another corpus.");
        foreach (var row in Rows(0))
            CreateTrainer(ml, row, Encoders[0], seed: 1, threadCount: 0);
    }

    /// <summary>The trainer of a row on one of the encoders.</summary>
    /// <exception cref="ArgumentException">A size is out of its range.</exception>
    public SpeechTrainer CreateTrainer(MLContext ml, SystemRow row, EncoderFacts encoder, int seed, int threadCount)
        => row.CreateTrainer(ml.MulticlassClassification.Trainers, encoder.Blocks, options =>
        {
            (options.Epochs, options.HeadCount, options.HeadSize, options.Seed, options.ThreadCount) = (Epochs, HeadCount, HeadSize, seed,
                threadCount);
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
            throw new ArgumentException($"'{output}' holds results of other settings: "
                + $"{string.Join("; ", found.Except(ours).Take(4).Select(line => line.Trim()))} there, "
                + $"{string.Join("; ", ours.Except(found).Take(4).Select(line => line.Trim()))} here. Give another --output, or the "
                + $"settings of {FileName}.");
    }

    /// <exception cref="FileNotFoundException">Nothing was run into this folder.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or of another version of this program.</exception>
    public static RunSettings Load(DirectoryInfo output)
    {
        var path = Path.Combine(output.FullName, FileName);
        if (!File.Exists(path))
            throw new FileNotFoundException($"'{output}' has no {FileName}: nothing was run into it yet.", path);
        try
        {
            return JsonSerializer.Deserialize<RunSettings>(File.ReadAllText(path), s_json) ?? throw new JsonException("it says null");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"'{path}' is damaged, or of another version of this program: {error.Message}", error);
        }
    }
}
