using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSer.Protocols;

/// <summary>One scored row, classes by name.</summary>
internal readonly record struct ScoredRow(string Utterance, string Speaker, string Truth, string Predicted, float[]? Scores);

/// <summary>Scores rows with a model, each row once.</summary>
internal static class ModelScorer
{
    /// <summary>The model's classes and, row by row, truth, prediction and, where the model gives a score per class, scores in the order of its classes.</summary>
    /// <exception cref="InvalidOperationException">The model gave no class for a row.</exception>
    public static (List<string> Classes, List<ScoredRow> Rows) Score(ITransformer model, IDataView test, SpeakerCrossValidationOptions options)
    {
        var scored = model.Transform(test);
        var schema = scored.Schema;
        var (truths, predictions) = (RowReader.ClassNames(schema, options.LabelColumnName), RowReader.ClassNames(schema, "PredictedLabel"));
        DataViewSchema.Column? score = schema.GetColumnOrNull("Score") is { Type: VectorDataViewType { ItemType: NumberDataViewType, Size: var size } type } column && size == predictions.Count && type.ItemType.RawType == typeof(float) ? column : null;
        DataViewSchema.Column? name = schema.GetColumnOrNull(options.UtteranceColumnName) is { Type: TextDataViewType } text ? text : null;
        DataViewSchema.Column[] read = [schema[options.LabelColumnName], schema["PredictedLabel"], schema[options.SpeakerColumnName], .. new[] { score, name }.OfType<DataViewSchema.Column>()];

        using var cursor = scored.GetRowCursor(read);
        var (truth, predicted) = (cursor.GetGetter<uint>(read[0]), cursor.GetGetter<uint>(read[1]));
        var speaker = cursor.GetGetter<ReadOnlyMemory<char>>(read[2]);
        var scores = score is { } s ? cursor.GetGetter<VBuffer<float>>(s) : null;
        var utterance = name is { } n ? cursor.GetGetter<ReadOnlyMemory<char>>(n) : null;
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
                throw new InvalidOperationException($"Utterance '{id}' of speaker '{who}' has no {(truthKey == 0 ? "label" : "predicted class: are its scores numbers?")}");
            rows.Add(new ScoredRow(id, who.ToString(), truths[(int)truthKey - 1], predictions[(int)predictedKey - 1], scores is null ? null : [.. values.DenseValues()]));
        }
        return (predictions, rows);
    }
}
