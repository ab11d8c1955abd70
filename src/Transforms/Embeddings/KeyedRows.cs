using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSer.Embeddings;

/// <summary>The utterances of a data view by the columns that tell them apart; found without reading any other column.</summary>
internal sealed class KeyedRows
{
    private readonly Dictionary<string, int> _byText = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _byKey = new(StringComparer.Ordinal);
    private readonly List<StoreEntry> _entries = [];
    private readonly List<(long FirstRow, long Weight)> _rows = [];

    /// <summary>Utterances, each once, in the order of the data.</summary>
    public IReadOnlyList<StoreEntry> Entries => _entries;

    public long RowCount { get; private set; }

    /// <summary>Where an utterance stands first.</summary>
    public long FirstRow(int entry) => _rows[entry].FirstRow;

    /// <summary>Bytes of its audio, which its embedding is in proportion to; 1 where there is none.</summary>
    public long Weight(int entry) => _rows[entry].Weight;

    public int? Find(string key) => _byKey.TryGetValue(key, out var entry) ? entry : null;

    public int OfRow(string text) => _byText.TryGetValue(text, out var entry) ? entry
        : throw new InvalidOperationException($"A row with '{text.Replace('\0', ' ')}' was not there when the embeddings were stored. The data changed since; call Cached again.");

    /// <summary>The columns of the key, checked.</summary>
    public static List<DataViewSchema.Column> Columns(DataViewSchema schema, EmbeddingStoreOptions options)
    {
        List<DataViewSchema.Column> columns = [];
        foreach (var name in options.AudioPathColumnName is { } audio ? options.KeyColumnNames.Prepend(audio) : options.KeyColumnNames)
        {
            new InputColumn(name, TextDataViewType.Instance, IsVector: false).Check(schema);
            columns.Add(schema[name]);
        }
        return columns;
    }

    /// <summary>A getter of a row's text: the values of the key columns.</summary>
    public static Func<string> Text(DataViewRow row, IReadOnlyList<DataViewSchema.Column> columns)
    {
        var getters = columns.Select(column => row.GetGetter<ReadOnlyMemory<char>>(row.Schema[column.Index])).ToArray();
        ReadOnlyMemory<char> value = default;
        return () => string.Join('\0', getters.Select(get =>
        {
            get(ref value);
            return value.ToString();
        }));
    }

    public static KeyedRows Read(IDataView data, string identity, EmbeddingStoreOptions options, CancellationToken cancellation)
    {
        var columns = Columns(data.Schema, options);
        var rows = new KeyedRows();
        using var cursor = data.GetRowCursor(columns);
        var text = Text(cursor, columns);
        for (; cursor.MoveNext(); rows.RowCount++)
        {
            cancellation.ThrowIfCancellationRequested();
            var row = text();
            if (rows._byText.ContainsKey(row))
                continue;
            var (key, name, weight) = Key(row.Split('\0'), rows.RowCount, identity, options);
            if (!rows._byKey.TryGetValue(key, out var entry))
            {
                rows._byKey.Add(key, entry = rows._entries.Count);
                rows._entries.Add(new StoreEntry(key, name));
                rows._rows.Add((rows.RowCount, weight));
            }
            rows._byText.Add(row, entry);
        }
        return rows.RowCount > 0 ? rows : throw new InvalidOperationException("There are no rows to store the embeddings of.");
    }

    private static (string Key, string Name, long Weight) Key(string[] values, long row, string identity, EmbeddingStoreOptions options)
    {
        var (name, weight, audioHash) = (string.Join(' ', values), 1L, "");
        if (options.AudioPathColumnName is { } column)
        {
            if (!File.Exists(values[0]))
                throw new FileNotFoundException($"Row {row}: there is no audio at '{values[0]}' (column '{column}'); its bytes are part of the key. Restore it, or set EmbeddingStoreOptions.AudioPathColumnName = null and name KeyColumnNames.", values[0]);
            using var audio = File.OpenRead(values[0]);
            weight = Math.Max(1, audio.Length);
            name = string.Join(' ', values.Skip(1).Prepend(Path.GetFileName(values[0])));
            audioHash = Convert.ToHexStringLower(SHA256.HashData(audio));
            values = values[1..];
        }
        var covered = JsonSerializer.SerializeToUtf8Bytes(new { StorePlan.CurrentFormat, identity, audioHash, values });
        return (Convert.ToHexStringLower(SHA256.HashData(covered).AsSpan(0, 16)), name, weight);
    }
}
