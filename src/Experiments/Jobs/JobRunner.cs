using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.ML;

namespace MlNetSer.Experiments;

/// <summary>Trains and scores one job.</summary>
internal sealed class JobRunner(MLContext ml, EmbeddedCorpora data, int threadCount, string command)
{
    /// <summary>The commit that the program was built from, as the SDK wrote it into the assembly.</summary>
    public static string Commit => Assembly.GetExecutingAssembly()
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+') is [_, var sha] ? sha : "unknown";

    public static string Machine
    {
        get
        {
            const string Processors = "/proc/cpuinfo";
            var model = File.Exists(Processors) ? File.ReadLines(Processors)
                .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim() : null;
            return $"{Environment.ProcessorCount} x {model ?? RuntimeInformation.ProcessArchitecture.ToString()}, "
                + $"{RuntimeInformation.OSDescription}, .NET {Environment.Version}";
        }
    }

    public JobResult Run(Job job, IProgress<TrainingProgress> progress, CancellationToken cancellationToken)
    {
        var settings = job.Settings;
        var encoder = settings.Encoders[job.Encoder];
        var trainer = settings.CreateTrainer(ml, job.Row, encoder, job.Seed, threadCount);
        using var models = new FoldModels();
        var options = new SpeakerCrossValidationOptions
        {
            Folds = data.Corpus(job.Corpus).Folds,
            FoldNumbers = [job.Fold],
            ModelFitted = models.Add,
            DescribeModel = model => $"epoch {((SpeechClassifier)model).Report.SelectedEpoch}",
        };
        TrainingReport? report = null;
        Write(options.Notes);
        var within = ml.MulticlassClassification.CrossValidateBySpeaker(data.Open(job.Corpus, job.Encoder, cancellationToken),
            (train, validation, stop) =>
        {
            var model = trainer.Fit(train, validation, progress, stop);
            report = model.Report;
            return model;
        }, options, null, cancellationToken);

        CrossCorpusResult? across = null;
        if (job.Other is { } other)
        {
            var target = new CrossCorpusOptions();
            Write(target.Notes);
            across = ml.MulticlassClassification.CrossCorpus(models, data.Open(other, job.Encoder, cancellationToken), target, null,
                cancellationToken);
        }
        return new JobResult(report!, within, across);

        void Write(IDictionary<string, string> notes)
        {
            foreach (var (key, value) in new[]
            {
                ("command", command), ("commit", Commit), ("machine", Machine), ("system", job.Row.Label),
                    ("options", settings.CreateTrainer(ml, job.Row, encoder, job.Seed, threadCount: 0).Options.ToString()!),
                ("seed", job.Seed.ToString(CultureInfo.InvariantCulture)),
                    ("encoder", $"{encoder.Name} {encoder.Hash}, profile {encoder.Profile}, blocks {string.Join(' ', encoder.Blocks)}"),
                ("trained on", settings.Corpora[job.Corpus].Identity),
            })
                notes[key] = value;
        }
    }
}
