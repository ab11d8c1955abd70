namespace MlNetSer;

/// <summary>What mappings keep from row to row, such as the tables of a filterbank: the values of the keys that were used last, and no more
/// than a fixed number of them. Thread-safe.</summary>
/// <remarks>A value that was dropped stays good for whoever holds it, and is made again when it is asked for.</remarks>
internal sealed class BoundedCache<TKey, TValue>
    where TKey : notnull
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TKey, LinkedListNode<(TKey Key, TValue Value)>> _nodes = [];
    private readonly LinkedList<(TKey Key, TValue Value)> _order = [];   // the one used last comes first
    private readonly Func<TKey, TValue> _make;
    private readonly int _most;

    /// <param name="most">Values that are kept.</param>
    /// <param name="make">Makes a value; it may run more than once for a key when threads ask at the same time.</param>
    public BoundedCache(int most, Func<TKey, TValue> make)
    {
        (_most, _make) = (most, make);
        ProcessCaches.Add(Clear);
    }

    public int Count
    {
        get
        {
            lock (_gate)
                return _nodes.Count;
        }
    }

    public TValue Get(TKey key)
    {
        lock (_gate)
        {
            if (_nodes.TryGetValue(key, out var node))
            {
                if (node != _order.First)
                {
                    _order.Remove(node);
                    _order.AddFirst(node);
                }
                return node.Value.Value;
            }
        }
        var value = _make(key);   // outside the lock: it may take long, or fail
        lock (_gate)
        {
            if (_nodes.TryGetValue(key, out var other))
                return other.Value.Value;
            _nodes.Add(key, _order.AddFirst((key, value)));
            if (_nodes.Count > _most)
            {
                _nodes.Remove(_order.Last!.Value.Key);
                _order.RemoveLast();
            }
        }
        return value;
    }

    public void Clear()
    {
        lock (_gate)
        {
            _nodes.Clear();
            _order.Clear();
        }
    }
}

/// <summary>Every <see cref="BoundedCache{TKey, TValue}"/> of the process.</summary>
internal static class ProcessCaches
{
    private static readonly List<Action> s_clear = [];

    public static void Add(Action clear)
    {
        lock (s_clear)
            s_clear.Add(clear);
    }

    public static void Clear()
    {
        Action[] all;
        lock (s_clear)
            all = [.. s_clear];
        foreach (var clear in all)
            clear();
    }
}
