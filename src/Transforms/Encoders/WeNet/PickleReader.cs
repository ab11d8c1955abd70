using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace MlNetSer.Encoders.WeNet;

/// <summary>
/// Reads the pickle of a PyTorch state dict: data only. Opcodes and classes outside a short list are refused, and no code is ever run.
/// </summary>
/// <remarks>
/// Python's pickle protocols 2 to 5 (docs.python.org, <c>pickletools</c>); PyTorch's persistent ids are <c>('storage', type, key, location,
/// count)</c>.
/// </remarks>
internal sealed class PickleReader(byte[] bytes, string path)
{
    private const int MostValues = 1_000_000, MostAxes = 8, LongestShown = 200;
    private static readonly object Mark = new();
    private readonly List<object?> _stack = [];
    private readonly Dictionary<long, object?> _memo = [];
    private int _at;

    /// <summary>A callable that the list of allowed ones has.</summary>
    private sealed record Callable(string Name);

    public object? Read()
    {
        while (true)
        {
            var start = _at;
            var code = Bytes(1)[0];
            if (code == (byte)'.')
                return Pop();
            if (_stack.Count > MostValues)
                throw Fault(start, $"more than {MostValues:N0} values at once, which no state dict has");
            if (!Step(code))
                throw Fault(start, $"opcode 0x{code:x2}, which state dicts do not use; it could run code, so it is refused");
        }
    }

    private bool Step(byte code)
    {
        switch (code)
        {
            case 0x80: Bytes(1); break;                                                       // PROTO
            case 0x95: Bytes(8); break;                                                       // FRAME
            case (byte)'(': _stack.Add(Mark); break;
            case (byte)'}': _stack.Add(new Dictionary<string, object?>(StringComparer.Ordinal)); break;
            case (byte)']': _stack.Add(new List<object?>()); break;
            case (byte)')': _stack.Add(Array.Empty<object?>()); break;
            case (byte)'N': _stack.Add(null); break;
            case 0x88: _stack.Add(true); break;
            case 0x89: _stack.Add(false); break;
            case (byte)'K': _stack.Add((long)Bytes(1)[0]); break;                             // BININT1
            case (byte)'M': _stack.Add((long)BinaryPrimitives.ReadUInt16LittleEndian(Bytes(2))); break;
            case (byte)'J': _stack.Add((long)BinaryPrimitives.ReadInt32LittleEndian(Bytes(4))); break;
            case 0x8a: _stack.Add(LongInteger(Bytes(Bytes(1)[0]))); break;                    // LONG1
            case (byte)'G': _stack.Add(BinaryPrimitives.ReadDoubleBigEndian(Bytes(8))); break;
            case (byte)'X': _stack.Add(Text(BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4)))); break;
            case 0x8c: _stack.Add(Text(Bytes(1)[0])); break;                                  // SHORT_BINUNICODE
            case (byte)'q': _memo[Bytes(1)[0]] = Top(); break;
            case (byte)'r': _memo[BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4))] = Top(); break;
            case 0x94: _memo[_memo.Count] = Top(); break;                                     // MEMOIZE
            case (byte)'h': _stack.Add(Remembered(Bytes(1)[0])); break;
            case (byte)'j': _stack.Add(Remembered(BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4)))); break;
            case (byte)'t': _stack.Add(PopToMark()); break;
            case 0x85: _stack.Add(Tuple(1)); break;
            case 0x86: _stack.Add(Tuple(2)); break;
            case 0x87: _stack.Add(Tuple(3)); break;
            case (byte)'c': _stack.Add(Allowed([Line(), Line()])); break;                     // GLOBAL
            case 0x93: _stack.Add(Allowed(Tuple(2))); break;                                  // STACK_GLOBAL
            case (byte)'Q': _stack.Add(Storage(Pop())); break;                                // BINPERSID
            case (byte)'R': Reduce(); break;
            case (byte)'s': SetItems(Tuple(2)); break;
            case (byte)'u': SetItems(PopToMark()); break;
            case (byte)'a': Append(Tuple(1)); break;
            case (byte)'e': Append(PopToMark()); break;
            case (byte)'b': Pop(); break;   // BUILD: an OrderedDict's _metadata, of no use here
            default: return false;
        }
        return true;
    }

    private Callable Allowed(object?[] moduleAndName) => string.Join('.', moduleAndName) switch
    {
        "collections.OrderedDict" => new Callable("OrderedDict"),
        "torch._utils._rebuild_tensor_v2" => new Callable("_rebuild_tensor_v2"),
        "torch._utils._rebuild_parameter" => new Callable("_rebuild_parameter"),
        var full when moduleAndName is ["torch", string kind] && TorchStorage.Kinds.ContainsKey(kind) => new Callable(kind),
        var full =>
        throw Fault(
        _at, $"the class '{(full.Length <= LongestShown ? full : full[..LongestShown] + "...")}', which is not in the list of those a "
        + "state dict needs; "
            + "loading it could run code, so it is refused. Save the state dict alone: torch.save(model.state_dict(), path)"),
    };

    private TorchStorage Storage(object? id)
        => id is object?[] { Length: 5 } tuple && tuple[0] is "storage" && tuple[1] is Callable kind && tuple[2] is string key
        && tuple[4] is >= 0L and <= TorchStorage.MostElements and long count
            ? new TorchStorage(kind.Name, key, count)
            : throw Fault(_at, "a persistent id that is not a tensor storage");

    private void Reduce()
    {
        var (callable, arguments) = (Tuple(2) is [var first, var second] ? (first, second) : default);
        _stack.Add((callable, arguments) switch
        {
            (Callable { Name: "OrderedDict" }, _) => new Dictionary<string, object?>(StringComparer.Ordinal),
            (Callable { Name: "_rebuild_parameter" }, object?[] { Length: >= 1 } a) => a[0],
            (Callable { Name: "_rebuild_tensor_v2" }, object?[] { Length: >= 4 } a) when a[0] is TorchStorage storage && a[1] is long offset
                && a[2] is object?[] shape && a[3] is object?[] strides && shape.Length == strides.Length && shape.Length <= MostAxes
                && shape.Concat(strides).All(v => v is long)
                => Inside(new TorchTensor(storage, offset, [.. shape.Cast<long>()], [.. strides.Cast<long>()])),
            _ => throw Fault(_at, "a call that no state dict needs"),
        });
    }

    private TorchTensor Inside(TorchTensor tensor) => tensor.Fits() ? tensor
        : throw Fault(
        _at, $"a tensor [{string.Join(", ", tensor.Shape)}] with strides [{string.Join(", ", tensor.Strides)}] from element "
        + $"{tensor.Offset:N0} on, which storage {tensor.Storage.Key} of {tensor.Storage.Count:N0} elements does not hold");

    private void SetItems(object?[] pairs)
    {
        if (Top() is not Dictionary<string, object?> dictionary || pairs.Length % 2 != 0)
            throw Fault(_at, "items for something that is not a dictionary");
        for (var i = 0; i < pairs.Length; i += 2)
            dictionary[Key(pairs[i])] = pairs[i + 1];
    }

    /// <summary>Names are texts; optimisers number their parameters.</summary>
    private string Key(object? key) => key switch
    {
        string text => text,
        long number => number.ToString(CultureInfo.InvariantCulture),
        _ => throw Fault(_at, "a key that is neither text nor number"),
    };

    private void Append(object?[] items)
    {
        if (Top() is not List<object?> list)
            throw Fault(_at, "items for something that is not a list");
        list.AddRange(items);
    }

    private object? Top() => _stack.Count > 0 ? _stack[^1] : throw Fault(_at, "an opcode that needs a value, but there is none");

    private object? Pop()
    {
        var top = Top();
        _stack.RemoveAt(_stack.Count - 1);
        return top;
    }

    private object?[] Tuple(int count)
    {
        var items = new object?[count];
        for (var i = count - 1; i >= 0; i--)
            items[i] = Pop();
        return items;
    }

    private object?[] PopToMark()
    {
        var mark = _stack.LastIndexOf(Mark);
        if (mark < 0)
            throw Fault(_at, "an opcode that needs a mark, but there is none");
        var items = _stack.GetRange(mark + 1, _stack.Count - mark - 1).ToArray();
        _stack.RemoveRange(mark, _stack.Count - mark);
        return items;
    }

    private object? Remembered(long key)
        => _memo.TryGetValue(key, out var value) ? value : throw Fault(_at, $"a reference to value {key}, which was never stored");

    private object LongInteger(ReadOnlySpan<byte> little) => little.Length <= sizeof(long) ? (long)new BigInteger(little)
        : throw Fault(_at, $"a whole number of {little.Length} bytes; sizes have at most {sizeof(long)}");

    private string Text(long length)
    {
        if (length > bytes.Length - _at)
            throw Fault(_at, $"a text of {length:N0} bytes, but {bytes.Length - _at:N0} are left");
        return Encoding.UTF8.GetString(Bytes((int)length));
    }

    private string Line()
    {
        var length = bytes.AsSpan(_at).IndexOf((byte)'\n');
        if (length < 0)
            throw Fault(_at, "a name without an end");
        var line = Encoding.UTF8.GetString(bytes, _at, length);
        _at += length + 1;
        return line;
    }

    private ReadOnlySpan<byte> Bytes(int count)
    {
        if (count > bytes.Length - _at)
            throw Fault(_at, "its end, in the middle of a value. The file is cut off");
        _at += count;
        return bytes.AsSpan(_at - count, count);
    }

    private InvalidDataException Fault(int at, string what) => new($"'{path}': the pickle has at byte {at:N0} {what}.");
}
