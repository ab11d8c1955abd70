namespace MlNetSer.Experiments;

/// <summary>Options of <see cref="Demo"/>.</summary>
public sealed class DemoOptions
{
    /// <summary>Folder for the report, the model and the embeddings, which a second run finds again.</summary>
    /// <value>The default is <c>demo-output</c>.</value>
    public string OutputFolder { get; set; } = "demo-output";

    /// <summary>The same with a very small corpus and two epochs.</summary>
    /// <value>The default is false.</value>
    public bool Smoke { get; set; }

    /// <summary>Seed for weights, shuffling and dropout.</summary>
    /// <value>The default is 1.</value>
    public int Seed { get; set; } = 1;

    /// <summary>Threads of a training. The numbers do not depend on it.</summary>
    /// <value>The default is 0: as many as the machine has.</value>
    public int ThreadCount { get; set; }

    /// <summary>What the records say of the command that was run.</summary>
    /// <value>The default is empty.</value>
    public string Command { get; set; } = "";
}

/// <summary>The whole path on a synthetic corpus and an untrained encoder: cross-validate, report, train, save, load, predict. Nothing is
/// downloaded.</summary>
public static class Demo
{
    /// <summary>Runs it.</summary>
    /// <returns>The evaluation, the model's card, and what the model says of the corpus' first file.</returns>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static (ExperimentResult Evaluation, ModelCard Model, Prediction First) Run(DemoOptions options,
        IProgress<ExperimentProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var (epochs, hidden, heads, size) = options.Smoke ? (2, 8, 2, 8) : (15, 32, 8, 16);
        var evaluation = Experiment.Run(new ExperimentOptions
        {
            Systems = ["cta-rnn"],
            Seeds = [options.Seed],
            Quick = options.Smoke,
            Epochs = epochs,
            HiddenSize = hidden,
            HeadCount = heads,
            HeadSize = size,
            ThreadCount = options.ThreadCount,
            OutputFolder = options.OutputFolder,
            PaperTables = false,
            Command = options.Command,
        }, progress, cancellationToken);
        var path = Path.Combine(options.OutputFolder, "emotion.zip");
        var card = ModelTraining.Run(new TrainingOptions
        {
            System = "cta-rnn",
            Seed = options.Seed,
            Quick = options.Smoke,
            Epochs = epochs,
            HiddenSize = hidden,
            HeadCount = heads,
            HeadSize = size,
            ThreadCount = options.ThreadCount,
            ModelPath = path,
            StoreFolder = Path.Combine(options.OutputFolder, options.Smoke ? "smoke-store" : "store"),
            EvaluationFolder = options.OutputFolder,
        }, progress, cancellationToken);
        using var model = ModelPredictor.Load(path);
        var first = Directory.EnumerateFiles(Path.Combine(options.OutputFolder, "synthetic"), "*.wav").Order(StringComparer.Ordinal)
            .First();
        return (evaluation, card, model.Predict([first], cancellationToken: cancellationToken).Single());
    }
}
