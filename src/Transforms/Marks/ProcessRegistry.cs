using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;

namespace MlNetSer.Marks;

/// <summary>Objects of this process by an id that no other process gives, so that an annotation can name one. Thread-safe.</summary>
/// <remarks>It keeps nothing alive. An entry goes when its <see cref="Registration"/> is disposed or collected.</remarks>
internal sealed class ProcessRegistry<T> where T : class
{
    private readonly ConcurrentDictionary<long, WeakReference<T>> _open = new();

    public int Count => _open.Count;

    /// <param name="id">As <see cref="ProcessIds.New"/> made it.</param>
    /// <param name="target">Must hold the result: while it lives, it is found.</param>
    public Registration Register(long id, T target)
    {
        _open[id] = new WeakReference<T>(target);
        return new Registration(this, id);
    }

    public T? Find(long id) => _open.TryGetValue(id, out var reference) && reference.TryGetTarget(out var target) ? target : null;

    /// <summary>An entry.</summary>
    public sealed class Registration : IDisposable
    {
        private readonly ProcessRegistry<T> _registry;

        internal Registration(ProcessRegistry<T> registry, long id) => (_registry, Id) = (registry, id);

        ~Registration() => _registry._open.TryRemove(Id, out _);

        public long Id { get; }

        public void Dispose()
        {
            _registry._open.TryRemove(Id, out _);
            GC.SuppressFinalize(this);
        }
    }
}

/// <summary>Ids for <see cref="ProcessRegistry{T}"/> and for marks on columns.</summary>
internal static class ProcessIds
{
    public static long New() => BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long)));

    public static string Text(long id) => id.ToString("x16", CultureInfo.InvariantCulture);

    public static long? Parse(ReadOnlySpan<char> text)
        => long.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id) ? id : null;
}
