using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSer.Corpora;

namespace MlNetSer.Protocols;

/// <summary>Reads what folds are made of from a data view.</summary>
internal static class RowReader
{
    /// <summary>
    /// One <see cref="FoldRow"/> a row. Columns but label and speaker may be absent; an utterance without a name is its position, from 1.
    /// </summary>
    /// <param name="data">The rows.</param>
    /// <param name="columns">Names of the columns.</param>
    /// <param name="split">The column with the corpus' own split; null = not read.</param>
    /// <param name="compareRecordings">Whether rows with the same recording are looked for.</param>
    public static List<FoldRow> Read(IDataView data, EvaluationColumns columns, string? split, bool compareRecordings = true)
    {
        var classes = ClassNames(data.Schema, columns.Label);
        var speakers = TextColumn(data, columns.Speaker);
        var utterances = Optional(data, columns.Utterance);
        var sessions = Optional(data, columns.Session);
        var scripts = Optional(data, columns.Script);
        var texts = Optional(data, columns.Text);
        var splits = split is null ? null : TextColumn(data, split);
        string Name(int i) => utterances?[i] ?? (i + 1).ToString(CultureInfo.InvariantCulture);

        if (speakers.FindIndex(name => name.Length == 0 || name.Trim() != name) is >= 0 and var at)
            throw Nameless(columns.Speaker, speakers[at], at, Name(at));
        uint[] labels = [.. data.GetColumn<uint>(columns.Label)];
        if (Array.IndexOf(labels, 0u) is >= 0 and var without)
            throw Unlabelled(columns.Label, without, Name(without));
        var recordings = compareRecordings && Optional(data, columns.AudioPath) is { } paths ? SameRecordings.Of(paths) : null;
        return [.. labels.Select((label, i) => new FoldRow
        {
            Utterance = Name(i),
            Speaker = speakers[i],
            Label = classes[(int)label - 1],
            Session = sessions?[i] ?? "",
            Script = scripts?[i] ?? "",
            Text = texts?[i] ?? "",
            Split = splits?[i] ?? "",
            Recording = recordings?[i] ?? "",
        })];
    }

    /// <summary>What the column says that names the corpus, its labels and rows; empty where the data has none.</summary>
    public static string Corpus(IDataView data, EvaluationColumns columns)
        => Optional(data, columns.Corpus) is { } names ? string.Join(" + ", names.Distinct().Order(StringComparer.Ordinal)) : "";

    /// <summary>Whether the data has a text column of this name.</summary>
    public static bool HasText(DataViewSchema schema, string column) => schema.GetColumnOrNull(column) is { Type: TextDataViewType };

    public static List<string> TextColumn(IDataView data, string name)
    {
        if (!HasText(data.Schema, name))
            throw new ArgumentOutOfRangeException(nameof(data),
                $"Could not find text column '{name}'. The data has: {string.Join(", ", data.Schema.Select(c => c.Name))}.");
        return [.. data.GetColumn<ReadOnlyMemory<char>>(name).Select(text => text.ToString())];
    }

    public static List<string> ClassNames(DataViewSchema schema, string name)
        => [.. LabelColumn.ClassNames(LabelColumn.Find(schema, name))];

    private static List<string>? Optional(IDataView data, string column) => HasText(data.Schema, column) ? TextColumn(data, column) : null;

    private static InvalidOperationException Nameless(string column, string name, int row, string utterance)
        => new($"Speaker column '{column}' has '{name}' in row {row + 1} (utterance '{utterance}'); "
        + "wanted is a name without blanks around it, because only names tell whether a person is on two sides. "
        + "Fill it in, or leave such rows out.");

    private static InvalidOperationException Unlabelled(string column, int row, string utterance)
        => new($"Label column '{column}' has no class in row {row + 1} (utterance '{utterance}'). Leave such rows out.");
}
