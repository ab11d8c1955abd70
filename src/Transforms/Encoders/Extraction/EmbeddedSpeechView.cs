using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSer.Embeddings;

namespace MlNetSer.Encoders;

/// <summary>The data view of EmbedSpeech: to cursors it is ML.NET's own; a store has many utterances embedded at once.</summary>
/// <remarks>Cursors stay row by row: one does not say which rows it will read, so an encoder that works ahead would embed utterances that nobody wants.</remarks>
/// <param name="rows">What ML.NET makes.</param>
/// <param name="input">What it is made of, with the same rows.</param>
/// <param name="inputColumnName">Waveform, or what the encoder takes.</param>
/// <param name="embeddingColumnName">The column of <paramref name="rows"/> with the embedding.</param>
/// <param name="load">Loads the encoder for a store.</param>
internal sealed class EmbeddedSpeechView(IDataView rows, IDataView input, string inputColumnName, string embeddingColumnName, Func<EmbeddingStoreOptions, EmbeddingExtractor> load) : IBulkEmbedding
{
    public string EmbeddingColumnName => embeddingColumnName;

    public DataViewSchema Schema => rows.Schema;

    public bool CanShuffle => rows.CanShuffle;

    public IUtteranceEmbedder InBulk(KeyedRows utterances, EmbeddingStoreOptions options)
        => new BulkEmbedder(input, inputColumnName, utterances, options, () => load(options));

    public long? GetRowCount() => rows.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) => rows.GetRowCursor(columnsNeeded, rand);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) => rows.GetRowCursorSet(columnsNeeded, n, rand);
}
