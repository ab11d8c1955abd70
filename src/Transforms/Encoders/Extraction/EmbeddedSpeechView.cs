using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSer.Embeddings.Filling;
using MlNetSer.Embeddings.Keys;
using MlNetSer.Marks;

namespace MlNetSer.Encoders.Extraction;

/// <summary>The data view of EmbedSpeech: to cursors it is ML.NET's own; a store has many utterances embedded at once.</summary>
/// <remarks>
/// Cursors stay row by row: one does not say which rows it will read, so an encoder that works ahead would embed utterances that nobody
/// wants. The embedding column carries the id of this view, and each text column a mark that it is what it was here. So data that was made
/// of this in further steps finds its way back, as long as these leave the embedding, and what tells utterances apart, alone.
/// </remarks>
internal sealed class EmbeddedSpeechView : MarkedView, IBulkEmbedding
{
    private readonly IDataView _input;
    private readonly string _inputColumnName;
    private readonly Func<EmbeddingStoreOptions, EmbeddingExtractor> _load;
    private readonly ProcessRegistry<IBulkEmbedding>.Registration _registration;

    private EmbeddedSpeechView(long id, IDataView rows, IDataView input, string inputColumnName, string embeddingColumnName,
        Func<EmbeddingStoreOptions, EmbeddingExtractor> load)
        : base(rows, column => Marks(column, id, embeddingColumnName,
        Lineage.Origin(input.Schema, inputColumnName, rows.Schema, embeddingColumnName)))
    {
        (_input, _inputColumnName, _load) = (input, inputColumnName, load);
        _registration = BulkEmbeddings.Register(id, this);
    }

    /// <param name="rows">What ML.NET makes.</param>
    /// <param name="input">What it is made of, with the same rows.</param>
    /// <param name="inputColumnName">Waveform, or what the encoder takes.</param>
    /// <param name="embeddingColumnName">The column of <paramref name="rows"/> with the embedding.</param>
    /// <param name="load">Loads the encoder for a store.</param>
    public static EmbeddedSpeechView Of(IDataView rows, IDataView input, string inputColumnName, string embeddingColumnName,
        Func<EmbeddingStoreOptions, EmbeddingExtractor> load)
        => new(ProcessIds.New(), rows, input, inputColumnName, embeddingColumnName, load);

    public IUtteranceEmbedder? InBulk(IDataView data, KeyedRows rows, EmbeddingStoreOptions options, RecordingNotes notes,
        CancellationToken cancellationToken)
    {
        var id = ProcessIds.Text(_registration.Id);
        if (options.KeyNames.Any(name => !ColumnMarks.IsUnchanged(data.Schema[name], id, name)))
            return null;
        return (data == this ? rows : rows.In(_input, options, cancellationToken)) is { } places
            ? new BulkEmbedder(_input, _inputColumnName, places, options, notes, () => _load(options)) : null;
    }

    private static IReadOnlyList<(string, string)> Marks(DataViewSchema.Column column, long id, string embeddingColumnName, string origin)
    {
        if (column.Name == embeddingColumnName)
            return [(ColumnMarks.Embedder, ProcessIds.Text(id)), (ColumnMarks.Origin, origin)];
        if (Lineage.IsMade(column.Name, embeddingColumnName))
            return [(ColumnMarks.Origin, origin)];
        return column.Type is TextDataViewType ? [ColumnMarks.With(column, ColumnMarks.Unchanged, ProcessIds.Text(id))] : [];
    }
}
