using Microsoft.ML;

namespace MlNetSer.Training;

/// <summary>The rows of a data view that a trainer works on: a class each, and a sequence in each stream.</summary>
internal sealed class Utterances
{
    private readonly List<long> _labels = [];

    private Utterances(IReadOnlyList<string> classes, IEnumerable<SequenceColumn> columns)
        => (Classes, Streams) = (classes, [.. columns.Select(column => new StreamRows(column))]);

    public int Count => _labels.Count;

    public IReadOnlyList<string> Classes { get; }

    public IReadOnlyList<long> Labels => _labels;

    public IReadOnlyList<StreamRows> Streams { get; }

    /// <summary>Reads every row. Rows without a label are an error: they would be lost in silence.</summary>
    public static Utterances Read(IDataView data, SpeechTrainerOptions options, CancellationToken cancellation)
    {
        var (label, columns) = TrainerSchema.Columns(data.Schema, options);
        var utterances = new Utterances(TrainerSchema.ClassNames(label), options.Columns());
        SequenceReader[] readers = [.. columns.Select(column => SequenceReader.For(data, column))];
        using var cursor = data.GetRowCursor(readers.SelectMany(reader => reader.Columns).Prepend(label));
        var getLabel = cursor.GetGetter<uint>(label);
        var read = readers.Select(reader => reader.Open(cursor)).ToArray();
        uint key = 0;
        while (cursor.MoveNext())
        {
            cancellation.ThrowIfCancellationRequested();
            getLabel(ref key);
            if (key == 0)
                throw new InvalidOperationException($"Row {cursor.Position} has no value in label column '{options.LabelColumnName}'. Filter such rows out, or fix their label.");
            utterances._labels.Add(key - 1);
            for (var s = 0; s < read.Length; s++)
            {
                var (source, row) = read[s]();
                utterances.Streams[s].Add(source, row);
            }
        }
        return utterances;
    }
}
