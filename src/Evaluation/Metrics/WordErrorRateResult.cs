using System.Globalization;
using System.Text;

namespace MlNetSer;

/// <summary>The errors of an utterance.</summary>
public sealed record UtteranceErrors
{
    /// <summary>Name.</summary>
    public required string Utterance { get; init; }

    /// <summary>Who speaks.</summary>
    public required string Speaker { get; init; }

    /// <summary>Its words, as normalised; prints itself in three lines.</summary>
    public required TextAlignment Alignment { get; init; }

    /// <summary>Edits by character.</summary>
    public required ErrorCounts Characters { get; init; }

    /// <summary>Edits by word.</summary>
    public ErrorCounts Words => Alignment.Counts;
}

/// <summary>The errors of a speaker.</summary>
public sealed record SpeakerErrors
{
    /// <summary>Name.</summary>
    public required string Speaker { get; init; }

    /// <summary>Scored utterances.</summary>
    public required int UtteranceCount { get; init; }

    /// <summary>Edits by word.</summary>
    public required ErrorCounts Words { get; init; }

    /// <summary>Edits by character.</summary>
    public required ErrorCounts Characters { get; init; }
}

/// <summary>Word and character error rate of a corpus, its speakers and its utterances.</summary>
public sealed class WordErrorRateResult
{
    internal WordErrorRateResult(TextNormalization normalization, IReadOnlyList<UtteranceErrors> utterances, int withoutReferenceCount)
    {
        (Normalization, Utterances, WithoutReferenceCount) = (normalization, utterances, withoutReferenceCount);
        Words = ErrorCounts.Sum(utterances.Select(u => u.Words));
        Characters = ErrorCounts.Sum(utterances.Select(u => u.Characters));
        Speakers = [.. utterances.GroupBy(u => u.Speaker, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => new SpeakerErrors
            {
                Speaker = g.Key,
                UtteranceCount = g.Count(),
                Words = ErrorCounts.Sum(g.Select(u => u.Words)),
                Characters = ErrorCounts.Sum(g.Select(u => u.Characters)),
            })];
    }

    /// <summary>What was made equal before counting.</summary>
    public TextNormalization Normalization { get; }

    /// <summary>Edits by word in the whole corpus; <see cref="ErrorCounts.Rate"/> is the WER.</summary>
    public ErrorCounts Words { get; }

    /// <summary>Edits by character; <see cref="ErrorCounts.Rate"/> is the CER.</summary>
    public ErrorCounts Characters { get; }

    /// <summary>Every scored utterance, in the order given.</summary>
    public IReadOnlyList<UtteranceErrors> Utterances { get; }

    /// <summary>Every speaker, in ordinal order.</summary>
    public IReadOnlyList<SpeakerErrors> Speakers { get; }

    /// <summary>Utterances that had no reference and were not scored.</summary>
    public int WithoutReferenceCount { get; }

    /// <summary>A row of the paper's Table 1: name, WER and CER in percent, and what they rest on.</summary>
    public string TableRow(string name)
        => string.Create(CultureInfo.InvariantCulture,
        $"| {name} | {100 * Words.Rate:0.00} | {100 * Characters.Rate:0.00} | {Utterances.Count} utterances, {Words.ReferenceCount} "
        + $"words, {Normalization.Name} |");

    /// <summary>Corpus and speakers, in percent.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{"",-16} {"WER",6} {"CER",6} {"S",5} {"D",5} {"I",5} {"words",7} {"utterances",10}\n");
        Line("all", Words, Characters, Utterances.Count);
        if (Speakers.Count > 1)
        {
            foreach (var speaker in Speakers)
                Line(speaker.Speaker, speaker.Words, speaker.Characters, speaker.UtteranceCount);
        }
        text.Append(CultureInfo.InvariantCulture, $"normalisation: {Normalization.Name}");
        if (WithoutReferenceCount > 0)
            text.Append(CultureInfo.InvariantCulture, $"; {WithoutReferenceCount} utterances without a reference were not scored");
        return text.Append('\n').ToString();

        void Line(string name, ErrorCounts words, ErrorCounts characters, int count) => text.Append(CultureInfo.InvariantCulture,
            $"{name,-16} {100 * words.Rate,6:0.00} {100 * characters.Rate,6:0.00} {words.Substitutions,5} {words.Deletions,5} "
            + $"{words.Insertions,5} {words.ReferenceCount,7} {count,10}\n");
    }
}
