using System.Globalization;

namespace MlNetSer.Experiments;

/// <summary>Table 1 of the paper: how well each encoder recognises each corpus, where its token file was given.</summary>
internal sealed class Table1(DirectoryInfo output, RunSettings settings)
{
    private readonly List<(string Encoder, int Corpus, WordErrorRateResult Result)> _results = [..
        from encoder in settings.Encoders
        from corpus in settings.Corpora.Index()
        let recognized = Transcripts.Find(output, corpus.Item, encoder)
        where recognized is not null
        select (encoder.Name, corpus.Index, WordErrorRate.Compare(recognized))];

    public bool IsEmpty => _results.Count == 0;

    public string Markdown()
    {
        var table = new TextTable(["encoder", .. settings.Corpora
            .SelectMany(corpus => new[] { $"{corpus.Name} WER (%)", "CER (%)", "utterances" })]);
        foreach (var encoder in _results.Select(result => result.Encoder).Distinct())
            table.Add([encoder, .. settings.Corpora.Index()
                .SelectMany(corpus => Cells(_results
                    .FirstOrDefault(result => result.Encoder == encoder && result.Corpus == corpus.Index).Result, corpus.Item))]);
        foreach (var paper in PaperRecognition.All)
            table.Add([$"{paper.Encoder}, paper", .. settings.Corpora
                .SelectMany(corpus => paper.Find(PaperFigures.Corpus(corpus.Identity)) is var (wer, cer)
                    ? new[] { Number(wer), Number(cer), "-" } : ["-", "-", "-"])]);
        return $"## Table 1: speech recognition\n\n{table.ToMarkdown()}\nWord and character error rate of the CTC head, greedy search; "
            + $"before counting: {TextNormalization.WordsOnly.Name}. "
            + $"Paper: {string.Join("; ", PaperRecognition.All.Select(Rates))}.\n";

        static string Rates(PaperRecognition paper)
            => $"{paper.Encoder} {string.Join(", ", paper.Rates.Select(rate => $"{rate.Corpus} {Number(rate.Wer)} / {Number(rate.Cer)}"))}";
    }

    public TextTable Csv()
    {
        var table = new TextTable("encoder", "corpus", "wer", "cer", "substitutions", "deletions", "insertions", "words", "characters",
            "utterances", "without_reference", "normalization");
        foreach (var (encoder, corpus, result) in _results)
        {
            table.Add([encoder, settings.Corpora[corpus].Name, .. new[]
            {
                result.Words.Rate, result.Characters.Rate, result.Words.Substitutions, result.Words.Deletions, result.Words.Insertions,
                result.Words.ReferenceCount, result.Characters.ReferenceCount,
                result.Utterances.Count, result.WithoutReferenceCount,
            }.Select(number => number.ToString("R", CultureInfo.InvariantCulture)), result.Normalization.Name]);
        }
        return table;
    }

    private static string[] Cells(WordErrorRateResult? result, CorpusFacts corpus) => result is null ? [Tables.NotRun, Tables.NotRun, "-"]
        : [Number(100 * result.Words.Rate), Number(100 * result.Characters.Rate), $"{result.Utterances.Count} of {corpus.UtteranceCount}"];

    private static string Number(double percent) => double.IsNaN(percent) ? "-" : percent.ToString("0.00", CultureInfo.InvariantCulture);
}
