namespace MlNetSer.Experiments;

/// <summary>One whole run: a system with one seed on all folds of a corpus, or on another corpus.</summary>
public sealed record ExperimentRun
{
    /// <summary>Its name, that of its file in <c>runs/</c>.</summary>
    public string Name { get; init; } = "";

    /// <summary>The system, as tables call it.</summary>
    public string System { get; init; } = "";

    /// <summary>The encoder.</summary>
    public string Encoder { get; init; } = "";

    /// <summary>The seed.</summary>
    public int Seed { get; init; }

    /// <summary>The result on the corpus that it was trained on; null = it was tested on another.</summary>
    public SpeakerCrossValidationResult? Within { get; init; }

    /// <summary>The result on another corpus; null = it was tested on its own.</summary>
    public CrossCorpusResult? Across { get; init; }

    /// <summary>How each fold was trained; empty = unknown.</summary>
    public IReadOnlyList<TrainingReport> Trainings { get; init; } = [];

    /// <summary>The result for people.</summary>
    public override string ToString() => Within?.ToString() ?? Across?.ToString() ?? Name;

    /// <summary>Reads a run record: a JSON file of <c>runs/</c>, or a folder that holds one run.</summary>
    /// <exception cref="FileNotFoundException">There is no such file or folder.</exception>
    /// <exception cref="InvalidDataException">The folder holds several runs or none, or the file is no run record.</exception>
    public static ExperimentRun Load(string path)
    {
        if (Directory.Exists(path))
            path = OnlyOne(path);
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no run at '{path}'. Give a file of the folder runs/, or an output folder.", path);
        var (name, json) = (Path.GetFileNameWithoutExtension(path), File.ReadAllText(path));
        return name.Contains(".on-", StringComparison.Ordinal)
            ? new ExperimentRun { Name = name, Across = CrossCorpusResult.FromJson(json) }
            : new ExperimentRun { Name = name, Within = SpeakerCrossValidationResult.FromJson(json) };
    }

    private static string OnlyOne(string folder)
    {
        var runs = Directory.Exists(Path.Combine(folder, "runs")) ? Path.Combine(folder, "runs") : folder;
        string[] found = [.. Directory.GetFiles(runs, "*.json").Order(StringComparer.Ordinal)];
        return found is [var one] ? one : throw new InvalidDataException(found.Length == 0
            ? $"'{folder}' holds no run. Run 'evaluate' into it first."
            : $"'{folder}' holds {found.Length} runs; name one of them: "
            + $"{string.Join(", ", found.Take(4).Select(file => Path.Combine(runs, Path.GetFileName(file))))}, ...");
    }
}
