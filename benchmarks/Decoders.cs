using System.Diagnostics;
using System.Globalization;

namespace MlNetSer.Benchmarks;

/// <summary>Seconds for each file of some ten seconds: our reader, beside ffmpeg started for the same file, to 16 kHz mono.</summary>
internal static class Decoders
{
    private static readonly (string Name, string Program, string[] Options)[] s_files =
    [
        ("a.wav", "ffmpeg", []),
        ("b.wav", "ffmpeg", ["-c:a", "pcm_alaw", "-ar", "8000"]),
        ("a.aiff", "ffmpeg", []),
        ("a.au", "ffmpeg", []),
        ("a.mp3", "ffmpeg", ["-c:a", "libmp3lame", "-ar", "16000"]),
        ("b.mp3", "ffmpeg", ["-c:a", "libmp3lame", "-ar", "44100", "-ac", "2"]),
        ("a.ogg", "ffmpeg", ["-c:a", "libvorbis", "-ar", "44100", "-ac", "2"]),
        ("a.opus", "ffmpeg", ["-c:a", "libopus", "-b:a", "32k"]),
        ("a.flac", "ffmpeg", []),
        ("a.m4a", "ffmpeg", ["-c:a", "aac"]),
    ];

    public static IEnumerable<string> Run(int rounds, string speech)
    {
        var folder = Directory.CreateTempSubdirectory("mlnetser-decoders").FullName;
        yield return "| file | seconds of sound | read by | ours (ms) | ffmpeg (ms) | ours vs ffmpeg |";
        yield return "|--|--|--|--|--|--|";
        foreach (var (name, program, options) in s_files)
        {
            var path = Path.Combine(folder, name);
            Start(program, ["-v", "error", "-stream_loop", "1", "-i", speech, .. options, path]);
            List<double> ours = [], theirs = [];
            var recording = AudioFile.Read(path);   // warms up
            for (var round = 0; round < rounds; round++)
            {
                var start = Stopwatch.GetTimestamp();
                recording = AudioFile.Read(path);
                ours.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                start = Stopwatch.GetTimestamp();
                Start("ffmpeg",
                    ["-v", "error", "-i", path, "-ar", "16000", "-ac", "1", "-f", "f32le", "-y", Path.Combine(folder, "out.raw")]);
                theirs.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
            var (best, other) = (ours.Min(), theirs.Min());
            yield return string.Create(CultureInfo.InvariantCulture,
                $"| {Path.GetExtension(path)[1..]} {string.Join(' ', options)} | {recording.DurationSeconds:F1} | "
                + $"{Reader(recording.Format)} | {best:F1} | {other:F1} | **{other / best:F1} x** |");
        }
        Directory.Delete(folder, recursive: true);
    }

    private static string Reader(string format) => format switch
    {
        "WAV" or "AIFF" or "AU" => "our own lines",
        "MP3" => "NLayer",
        "Ogg Vorbis" => "NVorbis",
        "Ogg Opus" => "Concentus",
        _ => "ffmpeg, through our process",
    };

    private static void Start(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true })
            ?? throw new InvalidOperationException(program);
        process.StandardInput.Close();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}.");
    }
}
