using Microsoft.ML;

namespace MlNetSer.Experiments;

/// <summary>What an experiment's options come to: corpora, encoders, settings, jobs. Whatever cannot work is refused here, before anything
/// runs.</summary>
internal sealed record ExperimentPlan(IReadOnlyList<CorpusSource> Corpora, IReadOnlyList<EncoderSource> Encoders, TextSource? Text,
    RunSettings Settings, IReadOnlyList<Job> Jobs)
{
    /// <exception cref="ArgumentException">The options do not go together, or the folder holds results of other settings.</exception>
    public static ExperimentPlan Make(MLContext ml, ExperimentOptions options, DirectoryInfo output, Action<string> tell)
    {
        CheckCounts(options);
        List<CorpusSource> corpora = [.. options.Corpora
            .Select(name => CorpusSource.Read(ml, name, output, options.Quick, options.Protocol, tell))];
        List<EncoderSource> encoders = [.. options.Encoders.Select((name, i) =>
            EncoderSource.Read(name, options.Profiles.ElementAtOrDefault(i), options.Tokens.ElementAtOrDefault(i), options.Int8))];
        var text = TextSource.Read(options.TextEncoder, options.Vocabulary);
        foreach (var (corpus, encoder) in text is null ? [] : corpora.SelectMany(corpus => encoders.Select(encoder => (corpus, encoder))))
            TextSource.Check(corpus, encoder);

        var choice = options.ChooseSystem ? SystemChoice.For(corpora.Min(corpus => corpus.Facts.UtteranceCount)) : null;
        if (choice is not null && options.Systems.Count == 0)
            tell(choice.Reason);
        IReadOnlyList<string> systems = options.Systems.Count > 0 || choice is null ? options.Systems : [choice.System];
        var settings = Sizes(options, choice, [.. corpora.Select(corpus => corpus.Facts)],
            [.. encoders.Select(encoder => encoder.Facts(options.Quick, [.. options.Blocks]))], text?.Facts(corpora, encoders));
        var jobs = Job.All(settings, [.. systems], options.Seeds);
        settings.Check(ml);
        foreach (var encoder in encoders.Where(encoder => encoder.Tokens is not null))
            Transcripts.Pipeline(ml, encoder);   // refused here if its head and the tokens do not agree

        settings.Claim(output);
        corpora.ForEach(corpus => corpus.Write(output));
        new Request(systems, options.Seeds).Save(output);
        foreach (var corpus in corpora.Where(corpus => corpus.TextsAreCodes && encoders.Any(encoder => encoder.Tokens is not null)))
            tell($"The texts of {corpus.Facts.Name} are codes and no words: what is recognised is scored against nothing.");
        return new(corpora, encoders, text, settings, jobs);
    }

    private static RunSettings Sizes(ExperimentOptions options, SystemChoice? choice, IReadOnlyList<CorpusFacts> corpora,
        IReadOnlyList<EncoderFacts> encoders, TextFacts? text)
        => new(corpora, encoders, options.Epochs ?? (options.Quick ? 2 : choice?.Epochs ?? 50), options.HiddenSize
            ?? (options.Quick ? 16 : choice?.HiddenSize ?? 256),
            options.HeadCount ?? (options.Quick ? 2 : choice?.HeadCount ?? 8), options.HeadSize
                ?? (options.Quick ? 8 : choice?.HeadSize ?? 64), text);

    private static void CheckCounts(ExperimentOptions options)
    {
        bool Fits(IReadOnlyList<string> each) => each.Count == 0 || each.Count == options.Encoders.Count;
        if (options.Corpora.Count is < 1 or > 2 || options.Encoders.Count is < 1 or > 2 || !Fits(options.Profiles) || !Fits(options.Tokens))
        {
            throw new ArgumentException($"{options.Corpora.Count} corpora, {options.Encoders.Count} encoders, {options.Profiles.Count} "
                + $"profiles and {options.Tokens.Count} token files were given; "
                + "wanted are one or two corpora and encoders, and a profile and a token file for every encoder or none.");
        }
    }
}
