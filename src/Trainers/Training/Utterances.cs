using Microsoft.ML;

namespace MlNetSer.Training;

/// <summary>The rows of a data view that a trainer works on: a class each, and a sequence in each stream.</summary>
internal sealed class Utterances : IDisposable
{
    private readonly List<long> _labels = [];
    private readonly List<SequenceReader> _readers = [];

    private Utterances(IReadOnlyList<string> classes, IEnumerable<SequenceColumn> columns)
        => (Classes, Streams) = (classes, [.. columns.Select(column => new StreamRows(column))]);

    public int Count => _labels.Count;

    public IReadOnlyList<string> Classes { get; }

    public IReadOnlyList<long> Labels => _labels;

    public IReadOnlyList<StreamRows> Streams { get; }

    /// <summary>Rows that are read from a store, in every stream.</summary>
    public int StoredCount { get; private set; }

    /// <summary>Reads every row. Rows without a label are an error: they would be dropped without notice.</summary>
    public static Utterances Read(IDataView data, SpeechTrainerOptions options, CancellationToken cancellationToken)
    {
        var (label, columns) = TrainerSchema.Columns(data.Schema, options);
        var utterances = new Utterances(TrainerSchema.ClassNames(label), options.Columns());
        try
        {
            utterances.Add(data, label, columns, options, cancellationToken);
            return utterances;
        }
        catch
        {
            utterances.Dispose();
            throw;
        }
    }

    /// <summary>Closes the stores that were opened for these rows.</summary>
    public void Dispose() => _readers.ForEach(reader => reader.Dispose());

    private void Add(IDataView data, DataViewSchema.Column label, IReadOnlyList<StreamColumns> columns, SpeechTrainerOptions options,
        CancellationToken cancellationToken)
    {
        foreach (var column in columns)
            _readers.Add(SequenceReader.For(data, column, cancellationToken));
        var needed = _readers.SelectMany(reader => reader.Columns).Prepend(label).ToList();
        // A cursor may be ML.NET's consolidation of several, which compute all rows of a column that only some rows need.
        // A set of one never is.
        using var cursor = _readers.Any(reader => reader.NeedsSomeRows) ? data.GetRowCursorSet(needed, 1)[0] : data.GetRowCursor(needed);
        var getLabel = cursor.GetGetter<uint>(label);
        var read = _readers.Select(reader => reader.Open(cursor)).ToArray();
        uint key = 0;
        while (cursor.MoveNext())
        {
            cancellationToken.ThrowIfCancellationRequested();
            getLabel(ref key);
            if (key == 0)
                throw new InvalidOperationException(
                    $"Row {cursor.Position} has no value in label column '{options.LabelColumnName}'. "
                    + "Filter such rows out, or fix their label.");
            _labels.Add(key - 1);
            var stored = true;
            for (var s = 0; s < read.Length; s++)
            {
                var (source, row) = read[s]();
                Streams[s].Add(source, row);
                stored &= source is not MemorySequences;
            }
            StoredCount += stored ? 1 : 0;
        }
    }
}
