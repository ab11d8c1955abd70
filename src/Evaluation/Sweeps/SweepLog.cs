using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using MlNetSer.Json;

namespace MlNetSer.Sweeps;

/// <summary>One line of a sweep's log.</summary>
internal sealed record SweepLine(SweepLineKind Kind)
{
    public int Study { get; init; }
    public int Trial { get; init; }
    public SortedDictionary<string, string>? Values { get; init; }
    public TrialFold? Fold { get; init; }
    public string? Error { get; init; }
    public JsonNode? TestOutcome { get; init; }
    public SortedDictionary<string, string>? Sweep { get; init; }
}

/// <summary>What a line tells: which sweep this is; a fold of a trial; that a trial ended early or failed; the winner's test.</summary>
internal enum SweepLineKind
{
    Sweep,
    Fold,
    Stopped,
    Failed,
    Test,
}

/// <summary>
/// A sweep's log: JSON lines, each handed to the system whole, so that a killed process loses nothing. A torn last line, as a full disk or
/// a power failure leaves it, is dropped, and what it told is done again.
/// </summary>
internal sealed class SweepLog : IDisposable
{
    private static readonly JsonSerializerOptions s_line =
        new(EvaluationJson.Line) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };
    private readonly FileStream? _file;
    private readonly List<SweepLine> _lines = [];

    /// <summary>Opens a log, or begins one; without a path it is kept in memory.</summary>
    /// <exception cref="InvalidDataException">The file is the log of another sweep, or not a log.</exception>
    /// <exception cref="IOException">Another process writes it.</exception>
    public SweepLog(string? path, SortedDictionary<string, string> sweep)
    {
        if (path is not null)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            // Unix knows two locks: with FileShare.Read two writers would share one. It is advisory there: tail and cat still read.
            _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, OperatingSystem.IsWindows()
                ? FileShare.Read : FileShare.None);
            try
            {
                Read(_file, path, sweep);
            }
            catch
            {
                _file.Dispose();
                throw;
            }
        }
        if (_lines.Count == 0)
            Add(First(sweep));
    }

    /// <summary>What is known of a trial; of two lines that tell the same, the first.</summary>
    public IEnumerable<SweepLine> Of(int study, int trial, SweepLineKind kind)
        => _lines.Where(line => line.Kind == kind && line.Study == study && line.Trial == trial);

    /// <summary>Whether any training of this sweep came through.</summary>
    public bool HasFolds => _lines.Any(line => line.Kind == SweepLineKind.Fold);

    public void Add(SweepLine line)
    {
        _lines.Add(line);
        if (_file is null)
            return;
        _file.Write(Bytes(line));
        _file.Flush();
    }

    public void Dispose() => _file?.Dispose();

    private static SweepLine First(SortedDictionary<string, string> sweep) => new(SweepLineKind.Sweep) { Sweep = sweep };

    private static byte[] Bytes(SweepLine line) => Encoding.UTF8.GetBytes(JsonSerializer.Serialize(line, s_line) + "\n");

    private void Read(FileStream file, string path, SortedDictionary<string, string> sweep)
    {
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        var end = 0;
        while (bytes.AsSpan(end).IndexOf((byte)'\n') is var length and >= 0)
        {
            var next = end + length + 1;
            if (Parse(bytes.AsSpan(end, length)) is { } line)
                Take(line, path, sweep);
            else if (_lines.Count > 0 && next < bytes.Length)
                throw new InvalidDataException(
                    $"'{path}', line {_lines.Count + 1}: this is not a line of a sweep's log. Was the file edited?");
            else
                break;
            end = next;
        }
        if (end == 0 && !Bytes(First(sweep)).AsSpan().StartsWith(bytes))
            throw new InvalidDataException($"'{path}' is not the log of a sweep. Name another file, or delete it.");
        file.SetLength(end);   // what follows was being written when its process ended
        file.Position = end;
    }

    private void Take(SweepLine line, string path, SortedDictionary<string, string> sweep)
    {
        if (_lines.Count == 0 && line.Sweep is null)
            throw new InvalidDataException($"'{path}' does not begin with the line that says which sweep it is the log of.");
        if (line.Sweep is { } logged && logged.Keys.Union(sweep.Keys)
            .FirstOrDefault(key => logged.GetValueOrDefault(key) != sweep.GetValueOrDefault(key)) is { } fact)
            throw new InvalidDataException(
                $"'{path}', line {_lines.Count + 1}, is the log of another sweep: {fact} was '{logged.GetValueOrDefault(fact)}' and is "
                + $"'{sweep.GetValueOrDefault(fact)}'. Name another file, or set it back.");
        _lines.Add(line);
    }

    private static SweepLine? Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize<SweepLine>(json, s_line);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
