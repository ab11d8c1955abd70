using System.Globalization;
using Microsoft.ML;

namespace MlNetSer.Experiments;

/// <summary>Trains a system on all speakers of a corpus and saves it as an ML.NET model: audio file in, emotion out.</summary>
public static class ModelTraining
{
    /// <summary>Trains and saves.</summary>
    /// <param name="options">What to train.</param>
    /// <param name="progress">Is told how far it is.</param>
    /// <param name="cancellationToken">Stops at the next batch; the store is kept.</param>
    /// <exception cref="ArgumentException">The options do not go together.</exception>
    /// <exception cref="InvalidDataException">The corpus or the encoder is damaged or does not fit.</exception>
    /// <exception cref="IOException">A file is missing or cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static ModelCard Run(TrainingOptions options, IProgress<ExperimentProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var folder = Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(options.ModelPath))!);
        var told = new RunProgress([], progress);
        var ml = new MLContext(options.Seed);
        var corpus = CorpusSource.Read(ml, options.Corpus, folder, options.Quick, protocol: null, told.Say);
        var encoder = EncoderSource.Read(options.Encoder, options.Profile, tokens: null, options.Int8);
        var facts = encoder.Facts(quick: false, []);

        var choice = SystemChoice.For(corpus.Facts.UtteranceCount);
        if (options.System is null)
            told.Say(choice.Reason);
        var row = Row(options.System ?? choice.System, facts);
        var trainer = row.CreateTrainer(ml.MulticlassClassification.Trainers, facts.Blocks, set => Set(set, options, choice));

        using var data = new EmbeddedCorpora(ml, [corpus], [encoder], [facts], null, folder, options.StoreFolder
            ?? Path.Combine(folder.FullName, "store"), told);
        var embedded = data.Open(0, 0, cancellationToken);
        using var classifier = trainer.Fit(embedded, null, told, cancellationToken);
        var features = Features(ml, encoder.Speech, row).Fit(corpus.Rows);
        using var extractor = features as IDisposable;
        SafeFile.Write(options.ModelPath, beside =>
        {
            ml.Model.Save(features.Append(classifier), corpus.Rows.Schema, beside);
            Card(options, corpus, encoder, facts, row, trainer, classifier).Write(beside);
        });
        return ModelCard.Read(options.ModelPath)!;
    }

    private static SystemRow Row(string name, EncoderFacts facts)
    {
        var rows = SystemRow.All(facts.Blocks, facts.Representative, hasText: false);
        return rows.FirstOrDefault(row => row.Id == name)
            ?? throw new ArgumentException(
            $"There is no system '{name}' that can be saved; there are {string.Join(", ", rows.Select(row => row.Id))}.");
    }

    private static void Set(SpeechTrainerOptions trainer, TrainingOptions options, SystemChoice choice)
    {
        (trainer.Epochs, trainer.Seed, trainer.ThreadCount) = (options.Epochs ?? choice.Epochs, options.Seed, options.ThreadCount);
        (trainer.HeadCount, trainer.HeadSize) = (options.HeadCount ?? choice.HeadCount, options.HeadSize ?? choice.HeadSize);
        if (trainer is RecurrentTrainerOptions recurrent)
            recurrent.HiddenSize = options.HiddenSize ?? choice.HiddenSize;
        if (trainer is CtaRnnOptions cta)
            cta.AttentionColumnName = ModelPredictor.Attention;
        if (trainer is ChannelTemporalAttentionOptions attention)
            attention.AttentionColumnName = ModelPredictor.Attention;
    }

    /// <summary>What the system reads, from an audio file on; nothing that it does not read.</summary>
    internal static IEstimator<ITransformer> Features(MLContext ml, SpeechEncoder encoder, SystemRow row)
    {
        var audio = ml.Transforms.LoadAudio("Waveform", "AudioPath");
        var filterbank = audio.Append(ml.Transforms.ExtractFilterbank(SystemRow.Filterbank, "Waveform", encoder.Profile.Filterbank));
        if (row.Streams is [{ Name: SystemRow.Filterbank }])
            return filterbank;
        return encoder.Profile.Takes == EncoderInput.Features ? filterbank
            .Append(ml.Transforms.EmbedSpeech(SystemRow.Embedding, SystemRow.Filterbank, encoder))
            : filterbank.Append(ml.Transforms.EmbedSpeech(SystemRow.Embedding, encoder));
    }

    private static ModelCard Card(TrainingOptions options, CorpusSource corpus, EncoderSource encoder, EncoderFacts facts, SystemRow row,
        SpeechTrainer trainer, SpeechClassifier classifier)
        => new()
        {
            System = row.Label,
            Classes = classifier.Classes,
            Encoder = $"{facts.Name}, {facts.Blocks.Count} blocks, SHA-256 {facts.Hash}, profile {facts.Profile}",
            Options = trainer.Options.ToString() ?? "",
            Corpus = string.Create(CultureInfo.InvariantCulture,
                $"{corpus.Facts.Identity}: {corpus.Facts.UtteranceCount} utterances of {corpus.Facts.SpeakerCount} speakers"),
            Licence = Licences(options, corpus),
            Evaluation = options.EvaluationFolder is { } evaluation ? Evaluation(evaluation, row) : [],
            ParameterCount = classifier.Report.ParameterCount,
            Epochs = classifier.Report.Epochs.Count,
            MadeBy = $"MlNetSer {JobRunner.Commit}, {JobRunner.Machine}",
        };

    private static string Licences(TrainingOptions options, CorpusSource corpus)
    {
        var known = corpus.Manifest.Name;
        var ofCorpus = known == "synthetic" ? "none needed (synthetic)" : SpeechCorpora.Names.Contains(known)
            ? SpeechCorpora.Describe(known).Licence : "unknown";
        var ofEncoder = options.Encoder == "untrained" ? "none needed (untrained)" : PublicEncoders.All
            .FirstOrDefault(entry => entry.Name == options.Encoder)?.Licence ?? "unknown";
        return $"corpus: {ofCorpus}; encoder: {ofEncoder}";
    }

    private static IReadOnlyList<string> Evaluation(string folder, SystemRow row)
    {
        var runs = Path.Combine(folder, "runs");
        return !Directory.Exists(runs) ? []
            : [.. Directory.EnumerateFiles(runs, $"*.{row.Id}.seed*.json").Order(StringComparer.Ordinal).Select(ExperimentRun.Load)
            .Where(run => run.Within is not null).SelectMany(run => run.Within!.ToString()!.Split('\n').Take(2).Prepend(run.Name))];
    }
}
