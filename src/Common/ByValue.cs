using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace MlNetSer;

/// <summary>Copies of lists and dictionaries that are equal where their elements are: a record that holds one is equal to its
/// twin.</summary>
/// <remarks>They are copies, so a list that its maker changes afterwards changes no record.</remarks>
internal static class ByValue
{
    [return: NotNullIfNotNull(nameof(list))]
    public static IReadOnlyList<T>? List<T>(IReadOnlyList<T>? list) => list is null or EqualList<T> ? list : new EqualList<T>([.. list]);

    [return: NotNullIfNotNull(nameof(map))]
    public static IReadOnlyDictionary<string, T>? Map<T>(IReadOnlyDictionary<string, T>? map)
        => map is null or EqualMap<T> ? map : new EqualMap<T>(map);

    private sealed class EqualList<T>(T[] items) : IReadOnlyList<T>, IEquatable<EqualList<T>>
    {
        public int Count => items.Length;

        public T this[int index] => items[index];

        public bool Equals(EqualList<T>? other) => other is not null && items.SequenceEqual(other.ToArray());

        public override bool Equals(object? obj) => Equals(obj as EqualList<T>);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            foreach (var item in items)
                hash.Add(item);
            return hash.ToHashCode();
        }

        public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)items).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => items.GetEnumerator();

        public override string ToString() => $"[{string.Join(", ", items)}]";
    }

    /// <summary>Equal whatever the order of the keys; it enumerates in the order of what it was made from.</summary>
    private sealed class EqualMap<T>(IReadOnlyDictionary<string, T> entries) : IReadOnlyDictionary<string, T>, IEquatable<EqualMap<T>>
    {
        private readonly Dictionary<string, T> _values = new(entries, StringComparer.Ordinal);
        private readonly string[] _keys = [.. entries.Keys];

        public int Count => _keys.Length;

        public IEnumerable<string> Keys => _keys;

        public IEnumerable<T> Values => _keys.Select(key => _values[key]);

        public T this[string key] => _values[key];

        public bool ContainsKey(string key) => _values.ContainsKey(key);

        public bool TryGetValue(string key, [MaybeNullWhen(false)] out T value) => _values.TryGetValue(key, out value);

        public bool Equals(EqualMap<T>? other)
            => other is not null && Count == other.Count
            && _keys.All(key => other.TryGetValue(key, out var value) && Equals(_values[key], value));

        public override bool Equals(object? obj) => Equals(obj as EqualMap<T>);

        public override int GetHashCode() => _values.Aggregate(Count, (hash, entry) => hash ^ HashCode.Combine(entry.Key, entry.Value));

        public IEnumerator<KeyValuePair<string, T>> GetEnumerator()
            => _keys.Select(key => KeyValuePair.Create(key, _values[key])).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        public override string ToString() => $"[{string.Join(", ", this.Select(entry => $"{entry.Key}: {entry.Value}"))}]";
    }
}
