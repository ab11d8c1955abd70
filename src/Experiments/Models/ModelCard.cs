using System.IO.Compression;
using System.Text.Json;

namespace MlNetSer.Experiments;

/// <summary>What a saved model is: how it was made, of what, and how good it is. It lies inside the model's zip file.</summary>
public sealed record ModelCard
{
    private const string EntryName = "mlnetser.json";
    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true, NewLine = "\n" };

    /// <summary>The system, as tables call it.</summary>
    public required string System { get; init; }

    /// <summary>The classes, in the order of the scores.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>The encoder: name, SHA-256, profile.</summary>
    public required string Encoder { get; init; }

    /// <summary>The trainer's options.</summary>
    public string Options { get; init; } = "";

    /// <summary>Identity of the corpus, its utterances and speakers.</summary>
    public required string Corpus { get; init; }

    /// <summary>Licence of the corpus and of the encoder, as far as they are known.</summary>
    public string Licence { get; init; } = "unknown: ask for that of the corpus and of the encoder";

    /// <summary>The evaluation that belongs to it: protocol and figures; empty = none was given.</summary>
    public IReadOnlyList<string> Evaluation { get; init; } = [];

    /// <summary>Trainable numbers of the network.</summary>
    public long ParameterCount { get; init; }

    /// <summary>Epochs that it was trained for.</summary>
    public int Epochs { get; init; }

    /// <summary>What made it: program, commit, machine.</summary>
    public string MadeBy { get; init; } = "";

    /// <summary>The card of a model; null = the model has none, as one saved by other code.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is no zip file, or its card is damaged.</exception>
    public static ModelCard? Read(string modelPath)
    {
        if (!File.Exists(modelPath))
            throw new FileNotFoundException($"There is no model at '{modelPath}'.", modelPath);
        try
        {
            using var zip = ZipFile.OpenRead(modelPath);
            if (zip.GetEntry(EntryName) is not { } entry)
                return null;
            using var stream = entry.Open();
            return JsonSerializer.Deserialize<ModelCard>(stream, s_json);
        }
        catch (Exception error) when (error is InvalidDataException or JsonException)
        {
            throw new InvalidDataException($"'{modelPath}' is not a saved model, or is damaged: {error.Message}", error);
        }
    }

    /// <summary>Puts the card into a model's zip file.</summary>
    internal void Write(string modelPath)
    {
        using var zip = ZipFile.Open(modelPath, ZipArchiveMode.Update);
        zip.GetEntry(EntryName)?.Delete();
        using var stream = zip.CreateEntry(EntryName).Open();
        JsonSerializer.Serialize(stream, this, s_json);
    }
}
