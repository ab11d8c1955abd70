using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSer.Corpora;

namespace MlNetSer.Protocols;

/// <summary>Reads what folds are made of from a data view, and hands out the rows of a side.</summary>
internal static class RowReader
{
    private const string LeftOutAnnotation = "MlNetSer.LeftOut";

    /// <summary>The rows that a protocol's filter keeps.</summary>
    /// <exception cref="InvalidOperationException">The filter keeps nothing.</exception>
    public static IDataView Filter(MLContext ml, IDataView data, RowFilter? filter)
    {
        if (filter is null)
            return data;
        string[] values = [.. TextColumn(data, filter.Column).Distinct()], kept = [.. values.Where(filter.Keeps)];
        return kept.Length > 0
            ? Only(ml, data, filter.Column, kept)
            : throw new InvalidOperationException(
            $"No row has {filter.Column} = {string.Join(" or ", filter.Values)}; the column has: "
            + $"{string.Join(", ", values.Order(StringComparer.Ordinal).Take(20))}.");
    }

    /// <summary>
    /// One <see cref="FoldRow"/> a row. Columns but label and speaker may be absent; an utterance without a name is its position, from 1.
    /// </summary>
    public static List<FoldRow> Read(IDataView data, SpeakerCrossValidationOptions options, EvaluationProtocol protocol)
    {
        var classes = ClassNames(data.Schema, options.LabelColumnName);
        var speakers = TextColumn(data, options.SpeakerColumnName);
        List<string>? Optional(string column) => data.Schema.GetColumnOrNull(column) is { Type: TextDataViewType }
            ? TextColumn(data, column) : null;
        var (utterances, sessions, scripts, texts) = (Optional(options.UtteranceColumnName), Optional(options.SessionColumnName),
            Optional(options.ScriptColumnName), Optional(options.TextColumnName));
        var splits = protocol.Column is { } column ? TextColumn(data, column.Column) : null;
        if (speakers.FindIndex(name => name.Length == 0 || name.Trim() != name) is >= 0 and var at)
            throw new InvalidOperationException(
                $"Speaker column '{options.SpeakerColumnName}' has '{speakers[at]}' in row {at + 1} (utterance "
                + $"'{utterances?[at] ?? Position(at)}'); wanted is a name without blanks around it, for nobody else tells whether a "
                + "person is on two sides. Fill it in, or leave such rows out.");
        var recordings = options.SkipRecordings || Optional(options.AudioPathColumnName) is not { } paths ? null : SameRecordings.Of(paths);
        return [.. data.GetColumn<uint>(options.LabelColumnName).Select((label, i) => new FoldRow(
            utterances?[i] ?? Position(i), speakers[i],
            label > 0 ? classes[(int)label - 1] : throw new InvalidOperationException(
            $"Label column '{options.LabelColumnName}' has no class in row {i + 1} (utterance '{utterances?[i] ?? Position(i)}'). "
            + "Leave such rows out."),
            sessions?[i] ?? "", scripts?[i] ?? "", texts?[i] ?? "", splits?[i] ?? "") { Recording = recordings?[i] ?? "" })];

        static string Position(int i) => (i + 1).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>The protocol without its column where the data does not have it: folds from a file need it only to be checked.</summary>
    public static EvaluationProtocol WithoutMissingColumn(EvaluationProtocol protocol, DataViewSchema schema)
        => protocol.Column is { } column && schema.GetColumnOrNull(column.Column) is not { Type: TextDataViewType }
        ? protocol with { Column = null } : protocol;

    /// <summary>What columns say of rows that were left out before the data came here, such as recordings that could not be read.</summary>
    public static IReadOnlyList<string> LeftOut(DataViewSchema schema)
    {
        List<string> said = [];
        foreach (var annotations in schema.Where(column => !column.IsHidden).Select(column => column.Annotations))
        {
            if (annotations.Schema.GetColumnOrNull(LeftOutAnnotation) is not { Type: TextDataViewType })
                continue;
            ReadOnlyMemory<char> text = default;
            annotations.GetValue(LeftOutAnnotation, ref text);
            if (!text.IsEmpty && !said.Contains(text.ToString()))
                said.Add(text.ToString());
        }
        return said;
    }

    /// <summary>What the column says that names the corpus, its labels and rows; empty where the data has none.</summary>
    public static string Corpus(IDataView data, SpeakerCrossValidationOptions options)
        => data.Schema.GetColumnOrNull(options.CorpusColumnName) is { Type: TextDataViewType }
        ? string.Join(" + ", TextColumn(data, options.CorpusColumnName).Distinct().Order(StringComparer.Ordinal)) : "";

    /// <summary>The rows whose text column has one of these values.</summary>
    public static IDataView Only(MLContext ml, IDataView data, string column, IEnumerable<string> kept)
    {
        var wanted = kept.ToHashSet(StringComparer.Ordinal);
        var named = ml.Transforms.CopyColumns(nameof(KeptRow.MlNetSerKept), column).Fit(data).Transform(data);
        var filtered = ml.Data.FilterByCustomPredicate<KeptRow>(named, row => !wanted.Contains(row.MlNetSerKept));
        return ml.Transforms.DropColumns(nameof(KeptRow.MlNetSerKept)).Fit(filtered).Transform(filtered);
    }

    public static List<string> TextColumn(IDataView data, string name)
    {
        if (data.Schema.GetColumnOrNull(name) is not { Type: TextDataViewType })
            throw new ArgumentOutOfRangeException(nameof(data),
                $"Could not find text column '{name}'. The data has: {string.Join(", ", data.Schema.Select(c => c.Name))}.");
        return [.. data.GetColumn<ReadOnlyMemory<char>>(name).Select(text => text.ToString())];
    }

    public static List<string> ClassNames(DataViewSchema schema, string name)
        => [.. LabelColumn.ClassNames(LabelColumn.Find(schema, name))];

    private sealed class KeptRow
    {
        public string MlNetSerKept { get; set; } = "";
    }
}
