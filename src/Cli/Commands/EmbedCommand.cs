using System.Diagnostics;
using Microsoft.ML;
using MlNetSer;
using Spectre.Console;

/// <summary>The two forms of <c>embed</c>.</summary>
internal static class Embed
{
    /// <summary>Fills an embedding store with one part of a corpus.</summary>
    public static void IntoStore(SpeechEncoder encoder, int[]? blocks, string manifest, string store, string shard, int threads, CancellationToken cancellation)
    {
        var (part, partCount) = Part(shard);
        var corpus = CorpusManifest.Load(manifest);
        corpus.EnsureFiles();
        var ml = new MLContext();
        var speech = corpus.ToDataView(ml);
        using var features = ml.Transforms.LoadAudio("Waveform", "AudioPath").Append(ml.Transforms.EmbedSpeech("Embedding", encoder, blocks: blocks)).Fit(speech);
        var progress = new Progress();
        var embedded = features.Transform(speech).FillEmbeddingStore(store, part, partCount, options: new EmbeddingStoreOptions { ThreadCount = threads }, progress: progress, cancellation: cancellation);
        progress.End();
        AnsiConsole.MarkupLineInterpolated($"[green]stored[/] {embedded} of {corpus.Utterances.Count} utterances in {store}{(embedded == 0 ? ": nothing was missing" : "")}");
    }

    /// <summary>Embeds audio files and shows the shape and scale of what comes out.</summary>
    public static void Show(SpeechEncoder encoder, int[]? blocks, string[] audioPaths, int threads, CancellationToken cancellation)
    {
        using var extractor = new EmbeddingExtractor(encoder, new() { Blocks = blocks is { Length: > 0 } ? blocks : null, ThreadCount = threads, ContinueAfterError = true });
        var table = new Table().AddColumns("audio", "seconds", "blocks", "frames", "dimension", "root mean square");
        var last = new Last();
        foreach (var embedding in extractor.Extract(audioPaths, last, cancellation))
        {
            var name = Markup.Escape(Path.GetFileName(embedding.Name));
            if (embedding.Error is { } error)
                table.AddRow(name, $"[red]{Markup.Escape(error.Message)}[/]");
            else
                table.AddRow(name, $"{embedding.DurationSeconds:0.0}", $"{embedding.BlockCount}", $"{embedding.FrameCount}", $"{embedding.Dimension}", $"{Math.Sqrt(embedding.Values.ToArray().Average(v => (double)v * v)):0.000}");
        }
        AnsiConsole.Write(table);
        AnsiConsole.WriteLine($"{last.Progress}");
    }

    private static (int Part, int Count) Part(string shard)
        => shard.Split('/') is [var index, var count] && int.TryParse(index, out var i) && int.TryParse(count, out var n) && i >= 1 && i <= n ? (i - 1, n)
            : throw new ArgumentException($"--shard is '{shard}'; wanted is i/n with i from 1 to n, such as 2/8.");

    /// <summary>One line that is written over on a terminal; a line every ten seconds in a log.</summary>
    private sealed class Progress : IProgress<EmbeddingProgress>
    {
        private readonly bool _onTerminal = !Console.IsOutputRedirected;
        private readonly Stopwatch _clock = Stopwatch.StartNew();
        private TimeSpan _next;
        private string _last = "", _written = "";

        public void Report(EmbeddingProgress value)
        {
            _last = $"{value}";
            if (value.Note is not null)
                Console.WriteLine(_last);
            else if (_clock.Elapsed >= _next)
                Write();
        }

        public void End()
        {
            if (_written != _last)
                Write();
            if (_onTerminal)
                Console.WriteLine();
        }

        private void Write()
        {
            if (_onTerminal)
                Console.Write("\r" + _last.PadRight(_written.Length));
            else
                Console.WriteLine(_last);
            (_written, _next) = (_last, _clock.Elapsed + TimeSpan.FromSeconds(_onTerminal ? 0.2 : 10));
        }
    }

    private sealed class Last : IProgress<ExtractionProgress>
    {
        public ExtractionProgress? Progress { get; private set; }

        public void Report(ExtractionProgress value) => Progress = value;
    }
}
