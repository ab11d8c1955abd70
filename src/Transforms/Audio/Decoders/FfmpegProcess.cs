using System.ComponentModel;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace MlNetSer.Audio.Decoders;

/// <summary>One run of ffmpeg: bytes go in and come out at the same time, what it says is kept up to a few lines, and it is ended when it
/// stops working.</summary>
internal sealed partial class FfmpegProcess : IDisposable
{
    private const int KeptCharacters = 4096;

    /// <summary>Without a byte of output for so long, it is ended.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    private readonly Process _process;
    private readonly Task _feeding, _listening;
    private readonly Timer _watch;
    private string _said = "";
    private volatile bool _timedOut;

    /// <param name="program">ffmpeg.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="input">What it reads on its standard input; null = nothing.</param>
    /// <exception cref="InvalidDataException">It does not start.</exception>
    public FfmpegProcess(string program, string[] arguments, Stream? input)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        try
        {
            _process = Process.Start(start)!;
        }
        catch (Win32Exception error)
        {
            throw new InvalidDataException($"'{program}' does not start: {error.Message}", error);
        }
        _watch = new Timer(_ => Stop(timedOut: true), null, s_patience, Timeout.InfiniteTimeSpan);
        // Threads of their own: many files are decoded at a time, and all of the pool's may be waiting for this.
        _feeding = Task.Factory.StartNew(() => Feed(input), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        _listening = Task.Factory.StartNew(Listen, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        Output = new Watched(_process.StandardOutput.BaseStream, () => _watch.Change(s_patience, Timeout.InfiniteTimeSpan));
    }

    public Stream Output { get; }

    /// <summary>It was ended, and did not end by itself.</summary>
    public bool TimedOut => _timedOut;

    /// <summary>The ffmpeg of the path, or null.</summary>
    public static string? Find()
    {
        var file = OperatingSystem.IsWindows() ? "ffmpeg.exe" : "ffmpeg";
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Where(folder => folder.Length > 0).Select(folder => Path.Combine(folder, file)).FirstOrDefault(File.Exists);
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>Its exit code, and the first line of what it said, if anything.</returns>
    public (int ExitCode, string? Said) End()
    {
        Stop(timedOut: false, onlyIfOutputIsLeft: true);
        _process.WaitForExit();
        Task.WaitAll(_feeding, _listening);
        if (_timedOut)
            return (-1, $"no sound came for {s_patience.TotalSeconds:0} s");
        var line = _said.Split('\n').Select(line => Origin().Replace(line.Trim(), "").TrimEnd('.')).FirstOrDefault(line => line.Length > 0);
        return (_process.ExitCode, line);
    }

    public void Dispose()
    {
        Stop(timedOut: false);
        _process.WaitForExit();
        Task.WaitAll(_feeding, _listening);
        _watch.Dispose();
        _process.Dispose();
    }

    private void Feed(Stream? input)
    {
        try
        {
            using var pipe = _process.StandardInput.BaseStream;
            if (input is null)
                return;
            input.Position = 0;
            input.CopyTo(pipe);
        }
        catch (IOException)
        {
            // It has read enough, or has ended; it says itself what is wrong.
        }
    }

    private void Listen()
    {
        var buffer = new char[1024];
        for (int count; (count = _process.StandardError.Read(buffer, 0, buffer.Length)) > 0;)
        {
            if (_said.Length < KeptCharacters)
                _said += new string(buffer, 0, count);
        }
    }

    /// <summary>Ends it. Who read all of its output lets it end by itself.</summary>
    private void Stop(bool timedOut, bool onlyIfOutputIsLeft = false)
    {
        try
        {
            if (_process.HasExited || onlyIfOutputIsLeft && _process.StandardOutput.BaseStream.ReadByte() < 0)
                return;
            _timedOut |= timedOut;
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception error) when (error is InvalidOperationException or IOException or Win32Exception)
        {
            // It has ended in between.
        }
    }

    [GeneratedRegex(@"^(\[[^\]]*\] |pipe:0: |file:.*?: )+")]
    private static partial Regex Origin();

    /// <summary>Tells of every read.</summary>
    private sealed class Watched(Stream inner, Action onRead) : Stream
    {
        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(Span<byte> buffer)
        {
            var count = inner.Read(buffer);
            onRead();
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
