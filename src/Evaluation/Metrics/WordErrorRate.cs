using System.Text;
using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSer.Text;

namespace MlNetSer;

/// <summary>Edits that were counted, and what they are a share of.</summary>
public sealed record ErrorCounts
{
    /// <summary>Words (or characters) taken for others.</summary>
    public int Substitutions { get; init; }

    /// <summary>Those not recognised.</summary>
    public int Deletions { get; init; }

    /// <summary>Those recognised but not said.</summary>
    public int Insertions { get; init; }

    /// <summary>Those said.</summary>
    public int ReferenceCount { get; init; }

    /// <summary>All edits.</summary>
    public int Errors => Substitutions + Deletions + Insertions;

    /// <summary>(S + D + I) / reference. It exceeds 1 where more was recognised than said, and is NaN where nothing was said.</summary>
    public double Rate => ReferenceCount > 0 ? (double)Errors / ReferenceCount : double.NaN;

    /// <summary>Both counts together: a corpus' rate weighs utterances by their length.</summary>
    public static ErrorCounts operator +(ErrorCounts a, ErrorCounts b)
        => new()
        {
            Substitutions = a.Substitutions + b.Substitutions,
            Deletions = a.Deletions + b.Deletions,
            Insertions = a.Insertions + b.Insertions,
            ReferenceCount = a.ReferenceCount + b.ReferenceCount,
        };

    internal static ErrorCounts Sum(IEnumerable<ErrorCounts> counts)
        => counts.Aggregate(new ErrorCounts(), (sum, one) => sum + one);
}

/// <summary>An utterance that was said and recognised.</summary>
public sealed record RecognizedUtterance
{
    /// <summary>Name.</summary>
    public required string Utterance { get; init; }

    /// <summary>Who speaks.</summary>
    public required string Speaker { get; init; }

    /// <summary>What was said.</summary>
    public required string Reference { get; init; }

    /// <summary>What was recognised.</summary>
    public required string Hypothesis { get; init; }
}

/// <summary>Word error rate (WER) and character error rate (CER) of recognised speech.</summary>
public static class WordErrorRate
{
    /// <summary>Compares what was recognised with what was said.</summary>
    /// <param name="utterances">Utterances. Those without a reference are counted separately and not scored.</param>
    /// <param name="normalization">What is made equal first; null = <see cref="TextNormalization.WordsOnly"/>.</param>
    /// <remarks>
    /// A character is a Unicode scalar value; the one space between two words is a character too, as in most published CERs.
    /// </remarks>
    public static WordErrorRateResult Compare(IEnumerable<RecognizedUtterance> utterances, TextNormalization? normalization = null)
    {
        ArgumentNullException.ThrowIfNull(utterances);
        normalization ??= TextNormalization.WordsOnly;
        List<UtteranceErrors> scored = [];
        var withoutReference = 0;
        foreach (var utterance in utterances)
        {
            var (reference, hypothesis) = (normalization.Apply(utterance.Reference), normalization.Apply(utterance.Hypothesis));
            if (reference.Length == 0)
            {
                withoutReference++;
                continue;
            }
            Rune[] said = [.. reference.EnumerateRunes()], heard = [.. hypothesis.EnumerateRunes()];
            scored.Add(new UtteranceErrors
            {
                Utterance = utterance.Utterance,
                Speaker = utterance.Speaker,
                Alignment = TextAlignment.Words(reference, hypothesis),
                Characters = TextAlignment.Edits(said, heard),
            });
        }
        return new WordErrorRateResult(normalization, scored, withoutReference);
    }

    /// <summary>Compares two text columns of a data view.</summary>
    /// <param name="data">Rows; where it has the columns Speaker and Utterance, the result names them.</param>
    /// <param name="hypothesisColumnName">What was recognised.</param>
    /// <param name="referenceColumnName">What was said.</param>
    /// <param name="normalization">What is made equal first; null = <see cref="TextNormalization.WordsOnly"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing, or is not text.</exception>
    public static WordErrorRateResult Compare(IDataView data, string hypothesisColumnName = "Transcript",
        string referenceColumnName = "Text", TextNormalization? normalization = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        return Compare(Read(data, hypothesisColumnName, referenceColumnName), normalization);
    }

    /// <summary>Reads what was said from a text file: in each line a name, a tab and the words. Blank lines are passed over.</summary>
    /// <param name="path">The file, UTF-8 or with a byte order mark.</param>
    /// <param name="encoding">Its encoding; null = UTF-8.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">A line has no tab or no name, a name occurs twice, or bytes are not of the
    /// encoding.</exception>
    public static IReadOnlyDictionary<string, string> LoadReferences(string path, Encoding? encoding = null)
    {
        var said = new Dictionary<string, string>(StringComparer.Ordinal);
        var lines = StrictText.Read(path, $"'{path}'", encoding, "name its encoding").Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].TrimEnd('\r');
            if (string.IsNullOrWhiteSpace(line))
                continue;
            if (line.Split('\t') is not [{ Length: > 0 } name, var words])
                throw new InvalidDataException($"'{path}', line {i + 1}: '{line}' is not a name, one tab and words.");
            if (!said.TryAdd(name.Trim(), words.Trim()))
                throw new InvalidDataException($"'{path}', line {i + 1}: '{name}' occurs twice. Keep one.");
        }
        return said;
    }

    private static List<RecognizedUtterance> Read(IDataView data, string hypothesisColumn, string referenceColumn)
    {
        DataViewSchema.Column Text(string name) => data.Schema.GetColumnOrNull(name) is not { } column
            ? throw new ArgumentOutOfRangeException(nameof(data),
            $"Could not find input column '{name}'. The data has: {string.Join(", ", data.Schema.Select(c => c.Name))}.")
            : column.Type is TextDataViewType ? column
            : throw new ArgumentOutOfRangeException(nameof(data),
            $"Schema mismatch for input column '{name}': expected String, got {column.Type}.");
        var (hypothesis, reference) = (Text(hypothesisColumn), Text(referenceColumn));
        DataViewSchema.Column? Optional(string name) => data.Schema.GetColumnOrNull(name) is { Type: TextDataViewType } column
            ? column : null;
        var (speaker, utterance) = (Optional("Speaker"), Optional("Utterance"));

        List<RecognizedUtterance> rows = [];
        using var cursor = data.GetRowCursor(new[] { hypothesis, reference, speaker, utterance }.OfType<DataViewSchema.Column>());
        Func<string> Getter(DataViewSchema.Column? column)
        {
            if (column is null)
                return () => "";
            var getter = cursor.GetGetter<ReadOnlyMemory<char>>(column.Value);
            return () =>
            {
                ReadOnlyMemory<char> value = default;
                getter(ref value);
                return value.ToString();
            };
        }
        var (getHypothesis, getReference, getSpeaker, getUtterance) =
            (Getter(hypothesis), Getter(reference), Getter(speaker), Getter(utterance));
        while (cursor.MoveNext())
            rows.Add(new RecognizedUtterance
            {
                Utterance = utterance is null
                ? $"row {rows.Count + 1}" : getUtterance(),
                Speaker = getSpeaker(),
                Reference = getReference(),
                Hypothesis = getHypothesis(),
            });
        return rows;
    }
}
