using System.Globalization;
using Microsoft.ML;

namespace MlNetSer.Experiments;

/// <summary>Sweeps hidden size, heads, dropout and learning rate of a system by speaker, with the nested estimate, and trains the
/// winner.</summary>
public static class SystemSweep
{
    private static readonly string[] s_swept = ["HiddenSize", "HeadCount", "RecurrentDropout", "LearningRate"];

    /// <summary>Runs it, or goes on where it was stopped.</summary>
    /// <returns>The result for people. <c>sweep.md</c> and <c>emotion.zip</c> are written when every trial is there.</returns>
    /// <exception cref="ArgumentException">The options do not go together.</exception>
    /// <exception cref="InvalidDataException">The corpus, the encoder or the log is damaged or does not fit.</exception>
    /// <exception cref="IOException">A file is missing or cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static string Run(SystemSweepOptions options, IProgress<ExperimentProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var output = Directory.CreateDirectory(options.OutputFolder);
        var told = new RunProgress([], progress);
        var ml = new MLContext(options.Seed);
        var corpus = CorpusSource.Read(ml, options.Corpus, output, options.Quick, protocol: null, told.Say);
        var encoder = EncoderSource.Read(options.Encoder, options.Profile, tokens: null);
        var facts = encoder.Facts(quick: false, []);
        var choice = SystemChoice.For(corpus.Facts.UtteranceCount);
        if (options.System is null)
            told.Say(choice.Reason);
        var name = options.System ?? choice.System;
        var rows = SystemRow.All(facts.Blocks, facts.Representative, hasText: false);
        var row = rows.FirstOrDefault(row => row.Id == name)
            ?? throw new ArgumentException($"There is no system '{name}'; there are {string.Join(", ", rows.Select(row => row.Id))}.");

        using var data = new EmbeddedCorpora(ml, [corpus], [encoder], [facts], null, output, Path.Combine(output.FullName, "store"), told);
        var outcome = row.Network.Sweep(ml, data.Open(0, 0, cancellationToken), row.Streams, trainer => Set(trainer, options),
            space => Plan(options, space, encoder), new Trials(told), told, cancellationToken);
        if (outcome.Refit is null)
            return outcome.Text;
        SafeFile.Write(Path.Combine(output.FullName, "sweep.md"), outcome.Markdown!);
        var model = outcome.Refit(cancellationToken);
        using var owned = model as IDisposable;
        var features = ModelTraining.Features(ml, encoder.Speech, row).Fit(corpus.Rows);
        using var extractor = features as IDisposable;
        var path = Path.Combine(options.OutputFolder, "emotion.zip");
        SafeFile.Write(path, beside => ml.Model.Save(features.Append(model), corpus.Rows.Schema, beside));
        told.Say($"wrote {path}, trained with {outcome.Best}");
        return outcome.Text;
    }

    private static void Set(SpeechTrainerOptions trainer, SystemSweepOptions options)
    {
        (trainer.Epochs, trainer.HeadSize, trainer.Seed, trainer.ThreadCount) = (options.Quick ? 2 : options.Epochs, 16, options.Seed,
            options.ThreadCount);
        if (trainer is RecurrentTrainerOptions recurrent)
            recurrent.HiddenSize = 32;
    }

    private static SweepOptions Plan(SystemSweepOptions options, SweepSpace space, EncoderSource encoder)
    {
        var known = space.Options.Select(option => option.Name).ToHashSet(StringComparer.Ordinal);
        SweptOption[] ours = [SweptOption.Range("HiddenSize", 16, options.Quick ? 24 : 96, logarithmic: true),
            SweptOption.Choice("HeadCount", 2, 4, 8)];
        var part = options.Part;
        return new SweepOptions
        {
            Trials = options.Quick ? 6 : options.Trials,
            Seed = options.Seed,
            TestFoldCount = options.Quick ? 1 : options.TestFoldCount,
            Space = space.Only([.. s_swept.Where(known.Contains)]).With([.. ours.Where(option => known.Contains(option.Name))]),
            FeatureIdentity = $"{encoder.Speech.Profile.Name} {encoder.Speech.Hash}",
            LogPath = Path.Combine(options.OutputFolder, part.Count == 1 ? "sweep.jsonl" : $"sweep-{part.Number}-{part.Count}.jsonl"),
            Shard = part.Count == 1 ? null : new SweepShard { Number = part.Number, Count = part.Count },
        };
    }

    private sealed class Trials(RunProgress told) : IProgress<SweepProgress>
    {
        public void Report(SweepProgress value) => told.Say(string.Create(CultureInfo.InvariantCulture,
            $"{(value.TestFold == 0 ? "all speakers" : $"test fold {value.TestFold}")} trial {value.Trial}/{value.TrialCount} "
                + $"{(value.Fold == 0 ? "test" : $"fold {value.Fold}/{value.FoldCount}")} UAR {100 * value.Uar:0.0}"));
    }
}
