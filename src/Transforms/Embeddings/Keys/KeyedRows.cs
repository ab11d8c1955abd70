using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSer.Composition;
using MlNetSer.Embeddings.Shards;

namespace MlNetSer.Embeddings.Keys;

/// <summary>The utterances of a data view by the columns that tell them apart; found without reading any other column.</summary>
internal sealed class KeyedRows
{
    private const int NoEntry = -1;

    private readonly Dictionary<string, (int Entry, int RowCount, long FirstRow)> _byText = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _byKey = new(StringComparer.Ordinal);
    private readonly List<StoreEntry> _entries = [];
    private readonly List<(long FirstRow, long Weight)> _rows = [];
    private readonly List<UnreadableUtterance> _unreadable = [];
    private readonly bool _hasAudio;

    private KeyedRows(EmbeddingStoreOptions options) => _hasAudio = options.AudioPathColumnName is not null;

    /// <summary>Utterances whose audio is there, each once, in the order of the data.</summary>
    public IReadOnlyList<StoreEntry> Entries => _entries;

    /// <summary>Utterances whose audio could not be hashed.</summary>
    public IReadOnlyList<UnreadableUtterance> Unreadable => _unreadable;

    /// <summary>Paths of recordings with the same bytes, a list for each recording that has several.</summary>
    public IReadOnlyList<IReadOnlyList<string>> IdenticalRecordings { get; private set; } = [];

    public long RowCount { get; private set; }

    /// <summary>Utterances as the data names them: those with the same recording count each.</summary>
    public int NameCount => _byText.Count;

    /// <summary>The first row of an utterance.</summary>
    public long FirstRow(int entry) => _rows[entry].FirstRow;

    /// <summary>Bytes of its audio, to which the size of its embedding is proportional; 1 where there is none.</summary>
    public long Weight(int entry) => _rows[entry].Weight;

    public int? FindKey(string key) => _byKey.TryGetValue(key, out var entry) ? entry : null;

    /// <summary>The utterance of a row; null where it has none, or its audio could not be read.</summary>
    public int? Find(string text) => _byText.TryGetValue(text, out var place) && place.Entry != NoEntry ? place.Entry : null;

    public int OfRow(string text) => Find(text)
        ?? throw new InvalidOperationException($"A row with '{text.Replace('\0', ' ')}' was not there when the embeddings were stored. "
            + "The data changed since; call Cached again.");

    /// <summary>The rows whose audio could not be hashed: what their columns say, and how many rows say it.</summary>
    public IEnumerable<(string Text, int RowCount)> WithoutEntry => _byText.Where(row => row.Value.Entry == NoEntry)
        .Select(row => (row.Key, row.Value.RowCount));

    /// <summary>The rows of some utterances by every name that the data has for them.</summary>
    public IEnumerable<(string Text, int RowCount, int Entry, string Name, long FirstRow)> Named(IReadOnlyDictionary<int, string> entries)
        => _byText.Where(row => entries.ContainsKey(row.Value.Entry))
            .Select(row => (row.Key, row.Value.RowCount, row.Value.Entry, Name(row.Key.Split('\0')), row.Value.FirstRow));

    /// <summary>The columns of the key, checked.</summary>
    public static List<DataViewSchema.Column> Columns(DataViewSchema schema, EmbeddingStoreOptions options)
    {
        List<DataViewSchema.Column> columns = [];
        foreach (var name in options.KeyNames)
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

    public static KeyedRows Read(IDataView data, string identity, EmbeddingStoreOptions options, CancellationToken cancellationToken)
    {
        var columns = Columns(data.Schema, options);
        var (rows, audio) = (new KeyedRows(options), new AudioHashes());
        using var cursor = data.GetRowCursor(columns);
        var text = Text(cursor, columns);
        for (; cursor.MoveNext(); rows.RowCount++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var row = text();
            var (entry, count, first) = rows._byText.TryGetValue(row, out var known) ? known
                : (rows.Add(row.Split('\0'), identity, options, audio), 0, rows.RowCount);
            rows._byText[row] = (entry, count + 1, first);
        }
        rows.IdenticalRecordings = audio.Identical();
        return rows;
    }

    /// <summary>The same utterances at their places in another data view of the same rows in any order; null where it lacks one.</summary>
    public KeyedRows? In(IDataView data, EmbeddingStoreOptions options, CancellationToken cancellationToken)
    {
        var columns = Columns(data.Schema, options);
        var (rows, found) = (new KeyedRows(options), new long[_entries.Count]);
        Array.Fill(found, -1);
        using var cursor = data.GetRowCursor(columns);
        var text = Text(cursor, columns);
        for (; cursor.MoveNext(); rows.RowCount++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var row = text();
            if (Find(row) is not { } entry)
                continue;
            rows._byText.TryAdd(row, (entry, 1, rows.RowCount));
            if (found[entry] < 0)
                found[entry] = rows.RowCount;
        }
        rows._entries.AddRange(_entries);
        rows._rows.AddRange(found.Select((row, entry) => (row, Weight(entry))));
        return found.Contains(-1) ? null : rows;
    }

    private string Name(string[] values) => string.Join(' ', _hasAudio ? values.Skip(1).Prepend(Path.GetFileName(values[0])) : values);

    private int Add(string[] values, string identity, EmbeddingStoreOptions options, AudioHashes audio)
    {
        var (name, weight, audioHash) = (Name(values), 1L, "");
        if (options.AudioPathColumnName is { } column)
        {
            if (audio.TryRead(values[0], out var recording) is { } reason)
            {
                _unreadable.Add(new UnreadableUtterance(RowCount, name, $"{reason} (column '{column}')"));
                return NoEntry;
            }
            (audioHash, weight, values) = (recording.Hash, Math.Max(1, recording.Length), values[1..]);
        }
        var covered = JsonSerializer.SerializeToUtf8Bytes(new { StorePlan.CurrentFormat, identity, audioHash, values });
        var key = Convert.ToHexStringLower(SHA256.HashData(covered).AsSpan(0, 16));
        if (!_byKey.TryGetValue(key, out var entry))
        {
            _byKey.Add(key, entry = _entries.Count);
            _entries.Add(new StoreEntry(key, name));
            _rows.Add((RowCount, weight));
        }
        return entry;
    }
}
