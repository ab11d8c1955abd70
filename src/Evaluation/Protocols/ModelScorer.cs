using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSer.Protocols;

/// <summary>One scored row, classes by name.</summary>
internal readonly record struct ScoredRow(string Utterance, string Speaker, string Truth, string Predicted, float[]? Scores);

/// <summary>Scores rows with a model, each row once.</summary>
internal static class ModelScorer
{
    /// <summary>
    /// The model's classes and, row by row, truth, prediction and, where the model gives a score per class, scores in the order of its
    /// classes.
    /// </summary>
    /// <exception cref="InvalidOperationException">The model gave no class for a row.</exception>
    public static (List<string> Classes, List<ScoredRow> Rows) Score(
        ITransformer model, IDataView test, EvaluationColumns columns)
    {
        var scored = model.Transform(test);
        var schema = scored.Schema;
        var (truths, classes) = (RowReader.ClassNames(schema, columns.Label), PredictedClasses(schema));
        var score = schema.GetColumnOrNull("Score") is { Type: VectorDataViewType type } column && type.Size == classes.Count
            && type.ItemType == NumberDataViewType.Single ? column : (DataViewSchema.Column?)null;
        var name = schema.GetColumnOrNull(columns.Utterance) is { Type: TextDataViewType } text
            ? text : (DataViewSchema.Column?)null;
        DataViewSchema.Column[] read = [schema[columns.Label], schema["PredictedLabel"], schema[columns.Speaker],
            .. new[] { score, name }.OfType<DataViewSchema.Column>()];

        using var cursor = scored.GetRowCursor(read);
        var (truth, predicted, speaker) = (cursor.GetGetter<uint>(read[0]), cursor.GetGetter<uint>(read[1]),
            cursor.GetGetter<ReadOnlyMemory<char>>(read[2]));
        var scores = score is null ? null : cursor.GetGetter<VBuffer<float>>(score.Value);
        var utterance = name is null ? null : cursor.GetGetter<ReadOnlyMemory<char>>(name.Value);
        List<ScoredRow> rows = [];
        uint truthKey = 0, predictedKey = 0;
        ReadOnlyMemory<char> who = default, called = default;
        VBuffer<float> values = default;
        while (cursor.MoveNext())
        {
            truth(ref truthKey);
            predicted(ref predictedKey);
            speaker(ref who);
            utterance?.Invoke(ref called);
            scores?.Invoke(ref values);
            var id = utterance is null ? (rows.Count + 1).ToString(CultureInfo.InvariantCulture) : called.ToString();
            if (truthKey == 0 || predictedKey == 0)
                throw new InvalidOperationException($"Utterance '{id}' of speaker '{who}' has no "
                    + (truthKey == 0 ? "label; leave such rows out." : "predicted class; look for a score that is not a number."));
            rows.Add(new ScoredRow(id, who.ToString(), truths[(int)truthKey - 1], classes[(int)predictedKey - 1], scores is null
                ? null : [.. values.DenseValues()]));
        }
        return (classes, rows);
    }

    private static List<string> PredictedClasses(DataViewSchema schema)
    {
        const string name = "PredictedLabel";
        if (schema.GetColumnOrNull(name) is not { } column)
            throw new InvalidOperationException($"The model gives no column '{name}'; it gives: "
                + $"{string.Join(", ", schema.Select(c => c.Name))}. Give a trainer of multiclass classification.");
        return column.Type is KeyDataViewType key && key.RawType == typeof(uint)
            ? [.. LabelColumn.ClassNames(column)]
            : throw new InvalidOperationException($"The model's column '{name}' is {column.Type}; wanted is a key. "
            + "Leave out a MapKeyToValue after the trainer.");
    }
}
