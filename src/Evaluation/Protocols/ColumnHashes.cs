using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSer.Protocols;

/// <summary>SHA-256 of the values that columns hold, all rows in order. A column is read once.</summary>
internal sealed class ColumnHashes(IDataView data)
{
    private const string Pointer = ".Source";
    private readonly SortedDictionary<string, string?> _known = new(StringComparer.Ordinal);

    /// <summary>The hash of each column; null where its values cannot be compared.</summary>
    /// <remarks>A column that only says where another one's values lie (name.Source) is replaced by that other: the place means something
    /// else in another process.</remarks>
    public SortedDictionary<string, string?> Of(IEnumerable<string> columns)
    {
        string[] wanted = [.. columns
            .Select(name => name.EndsWith(Pointer, StringComparison.Ordinal)
            && data.Schema.GetColumnOrNull(name[..^Pointer.Length]) is not null
            ? name[..^Pointer.Length] : name).Distinct(StringComparer.Ordinal).Where(name
            => data.Schema.GetColumnOrNull(name) is not null)];
        Read([.. wanted.Where(name => !_known.ContainsKey(name)).Select(name => data.Schema[name])]);
        return new SortedDictionary<string, string?>(wanted.ToDictionary(name => name, name => _known[name]), StringComparer.Ordinal);
    }

    private void Read(DataViewSchema.Column[] columns)
    {
        if (columns.Length == 0)
            return;
        using var cursor = data.GetRowCursor(columns);
        var hashes = columns.Select(_ => IncrementalHash.CreateHash(HashAlgorithmName.SHA256)).ToArray();
        var feeds = columns.Select((column, i) => Feed(cursor, column, hashes[i])).ToArray();
        while (cursor.MoveNext())
        {
            foreach (var feed in feeds)
                feed?.Invoke();
        }
        foreach (var (column, hash, feed) in columns.Zip(hashes, feeds))
        {
            using (hash)
                _known[column.Name] = feed is null ? null : Convert.ToHexStringLower(hash.GetHashAndReset());
        }
    }

    private static Action? Feed(DataViewRow row, DataViewSchema.Column column, IncrementalHash hash)
    {
        var item = (column.Type as VectorDataViewType)?.ItemType ?? column.Type;
        var maker = (column.Type is VectorDataViewType, item is TextDataViewType) switch
        {
            (false, true) => nameof(Text),
            (true, true) => nameof(Texts),
            (false, false) => nameof(Value),
            _ => nameof(Vector),
        };
        var method = typeof(ColumnHashes).GetMethod(maker, BindingFlags.NonPublic | BindingFlags.Static)!;
        if (method.IsGenericMethodDefinition)
        {
            if (!item.RawType.IsValueType || HoldsReferences(item.RawType))
                return null;   // an image, or a type of someone's own
            method = method.MakeGenericMethod(item.RawType);
        }
        return (Action)method.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [row, column, hash], null)!;
    }

    private static bool HoldsReferences(Type type)
        => (bool)typeof(RuntimeHelpers).GetMethod(nameof(RuntimeHelpers.IsReferenceOrContainsReferences))!.MakeGenericMethod(type)
        .Invoke(null, null)!;

    private static Action Value<T>(DataViewRow row, DataViewSchema.Column column, IncrementalHash hash) where T : unmanaged
    {
        var getter = row.GetGetter<T>(column);
        T value = default;
        return () =>
        {
            getter(ref value);
            hash.AppendData(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)));
        };
    }

    private static Action Vector<T>(DataViewRow row, DataViewSchema.Column column, IncrementalHash hash) where T : unmanaged
    {
        var getter = row.GetGetter<VBuffer<T>>(column);
        VBuffer<T> value = default, dense = default;
        return () =>
        {
            getter(ref value);
            value.CopyToDense(ref dense);
            Count(hash, dense.Length);
            hash.AppendData(MemoryMarshal.AsBytes(dense.GetValues()));
        };
    }

    private static Action Text(DataViewRow row, DataViewSchema.Column column, IncrementalHash hash)
    {
        var getter = row.GetGetter<ReadOnlyMemory<char>>(column);
        ReadOnlyMemory<char> value = default;
        return () =>
        {
            getter(ref value);
            Add(hash, value.Span);
        };
    }

    private static Action Texts(DataViewRow row, DataViewSchema.Column column, IncrementalHash hash)
    {
        var getter = row.GetGetter<VBuffer<ReadOnlyMemory<char>>>(column);
        VBuffer<ReadOnlyMemory<char>> value = default;
        return () =>
        {
            getter(ref value);
            Count(hash, value.Length);
            foreach (var text in value.DenseValues())
                Add(hash, text.Span);
        };
    }

    private static void Add(IncrementalHash hash, ReadOnlySpan<char> text)
    {
        Count(hash, text.Length);
        hash.AppendData(MemoryMarshal.AsBytes(text));
    }

    private static void Count(IncrementalHash hash, int count) => hash.AppendData(MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in count)));
}
