using System.CommandLine;
using System.Globalization;
using MlNetSer.Experiments;

namespace MlNetSer.Cli.Commands;

/// <summary>Fills an embedding store with a corpus, or shows what comes out for some audio files.</summary>
internal static class EmbedCommand
{
    private static readonly Argument<string[]> s_files = new("audio")
    {
        Description = "Audio files, to look at the shape and scale of their embeddings.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<string?> s_corpus = new("--corpus")
    {
        Description = "A corpus to embed: a manifest, NAME=FOLDER or NAME:POLICY=FOLDER.",
    };

    private static readonly Option<int[]> s_blocks = new("--blocks")
    {
        Description = "Blocks (layers of the encoder) to keep, from 1. Default: all.",
        AllowMultipleArgumentsPerToken = true,
    };

    public static ToolCommand Create()
        => new("embed", "Embeds a corpus (runs the encoder on it) into a store on disk ahead of time, on many machines if need be, "
        + "or shows what comes out for some audio files.",
        "mlnetser embed --encoder encoder.onnx --corpus corpus.csv --store embeddings --shard 1/4", Run)
    {
        s_files, CommonOptions.Encoder, CommonOptions.Profile, CommonOptions.Int8, s_corpus, CommonOptions.Store, CommonOptions.Shard,
        CommonOptions.ShardCount, s_blocks, CommonOptions.Threads,
    };

    private static int Run(ToolCall call)
    {
        var files = call.Get(s_files);
        switch (call.Get(s_corpus), call.Get(CommonOptions.Store), files.Length)
        {
            case ({ } corpus, { } store, 0):
                return Fill(call, corpus, store.ToString());
            case (null, null, > 0):
                return Look(call, files);
            default:
                throw new ArgumentException("Give --corpus and --store to embed a corpus, or audio files to look at.");
        }
    }

    private static int Fill(ToolCall call, string corpus, string store)
    {
        var (embedded, total) = StoreFilling.Run(new StoreFillingOptions
        {
            Corpus = corpus,
            Encoder = call.Get(CommonOptions.Encoder),
            Profile = call.Get(CommonOptions.Profile),
            Int8 = call.Get(CommonOptions.Int8),
            Blocks = call.Get(s_blocks),
            Folder = store,
            Part = call.Part,
            ThreadCount = call.Get(CommonOptions.Threads),
        }, call.Progress, call.CancellationToken);
        call.Progress.Clear();
        Console.WriteLine($"stored {embedded} of {total} utterances in {store}{(embedded == 0 ? ": nothing was missing" : "")}");
        return 0;
    }

    private static int Look(ToolCall call, IReadOnlyList<string> files)
    {
        var encoder = PublicEncoders.Open(call.Get(CommonOptions.Encoder), call.Get(CommonOptions.Profile), call.Get(CommonOptions.Int8));
        var (blocks, threads) = (call.Get(s_blocks), call.Get(CommonOptions.Threads));
        using var extractor = new EmbeddingExtractor(encoder, new EmbeddingExtractorOptions
        {
            Blocks = blocks.Length > 0 ? blocks : null,
            ThreadCount = threads > 0 ? threads : Environment.ProcessorCount,
            ContinueAfterError = true,
        });
        var table = new TextTable("audio", "seconds", "blocks", "frames", "dimension", "root mean square");
        var (last, errors) = (new Last(), 0);
        foreach (var embedding in extractor.Extract([.. files], last, call.CancellationToken))
        {
            var name = Path.GetFileName(embedding.Name);
            if (embedding.Error is { } error)
            {
                Console.Error.WriteLine($"error: {name}: {error.Message}");
                errors++;
                continue;
            }
            var scale = Math.Sqrt(embedding.Values.ToArray().Average(v => (double)v * v));
            table.Add(name, Number(embedding.DurationSeconds, "0.0"), Number(embedding.BlockCount, "0"), Number(embedding.FrameCount, "0"),
                Number(embedding.Dimension, "0"), Number(scale, "0.000"));
        }
        Show.Table(table);
        Console.WriteLine(last.Progress);
        return errors > 0 ? Failure.Failed : 0;
    }

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private sealed class Last : IProgress<ExtractionProgress>
    {
        public ExtractionProgress? Progress { get; private set; }

        public void Report(ExtractionProgress value) => Progress = value;
    }
}
