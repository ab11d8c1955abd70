using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSer.Experiments;

/// <summary>How far the recognition of a corpus is.</summary>
internal sealed record RecognitionProgress(string Corpus, int Done, int Total, double PerSecond, TimeSpan Left);

/// <summary>What an encoder's CTC head hears in a corpus: a file for each pair, of a line that says what it depends on, and a line for each
/// utterance.</summary>
/// <remarks>Recognised once, by whichever process comes first; the others wait for it. A run that was stopped goes on with the utterances
/// that are missing.</remarks>
internal static class Transcripts
{
    private static readonly TimeSpan s_wait = TimeSpan.FromSeconds(1);

    private sealed record Head(string Corpus, string Encoder, string Profile, string Tokens);

    private static string PathOf(DirectoryInfo output, string corpus, string encoder)
        => Path.Combine(output.FullName, "transcripts", $"{corpus}.{encoder}.jsonl");

    /// <summary>What is there; null = nothing yet, or another process is at it.</summary>
    public static IReadOnlyList<RecognizedUtterance>? Find(DirectoryInfo output, CorpusFacts corpus, EncoderFacts encoder)
    {
        var path = PathOf(output, corpus.Name, encoder.Name);
        try
        {
            var text = File.Exists(path) ? File.ReadAllText(path) : "";
            var end = text.LastIndexOf('\n') + 1;   // a kill can have cut the last line
            return end > 0 ? Parse(path, text[..end], null) : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Audio to words, greedily.</summary>
    /// <exception cref="ArgumentException">The encoder has no CTC head, or another number of tokens.</exception>
    public static IEstimator<ITransformer> Pipeline(MLContext ml, EncoderSource encoder)
        => ml.Transforms.LoadAudio("Waveform", "AudioPath")
        .Append(ml.Transforms.ExtractFilterbank("Filterbank", "Waveform", encoder.Speech.Profile.Filterbank))
            .Append(ml.Transforms.TranscribeSpeech("Transcript", "Filterbank", encoder.Speech, encoder.Tokens!.Value.Tokens));

    /// <summary>Recognises what the file lacks.</summary>
    /// <exception cref="InvalidDataException">The file is of another corpus, encoder or token file.</exception>
    public static IReadOnlyList<RecognizedUtterance> Fill(MLContext ml, DirectoryInfo output, CorpusSource corpus, EncoderSource encoder,
        EncoderFacts facts, IProgress<RecognitionProgress> progress, CancellationToken cancellationToken)
    {
        var path = PathOf(output, corpus.Facts.Name, facts.Name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var file = Own(path, cancellationToken);
        var head = new Head(corpus.Facts.Identity, facts.Hash, facts.Profile, encoder.Tokens!.Value.Hash);
        var (found, whole) = Begin(file, path, head);

        var known = found.Select(line => line.Utterance).ToHashSet(StringComparer.Ordinal);
        IReadOnlyList<Utterance> missing = [.. corpus.Manifest.Utterances.Where(u => !known.Contains(u.Id))];
        if (missing.Count == 0)
            return found;
        var model = Pipeline(ml, encoder).Fit(corpus.Rows);
        using var session = (IDisposable)model;
        var clock = Stopwatch.StartNew();
        var done = 0;
        Audio[] rows = [.. missing.Select(u => new Audio { AudioPath = u.Path, Utterance = u })];
        file.SetLength(whole);
        file.Position = whole;
        List<RecognizedUtterance> all = [.. found];
        List<UnreadableUtterance> bad = [];
        foreach (var (audio, heard) in RowByRow.Run<Audio, Heard>(ml, model, rows, row => row.Utterance.Id, bad))
        {
            var utterance = audio.Utterance;
            cancellationToken.ThrowIfCancellationRequested();
            var line = new RecognizedUtterance
            {
                Utterance = utterance.Id,
                Speaker = utterance.Speaker,
                Reference = corpus.TextsAreCodes ? "" : utterance.Text,
                Hypothesis = heard.Transcript,
            };
            Write(file, line);
            all.Add(line);
            var perSecond = ++done / clock.Elapsed.TotalSeconds;
            progress.Report(new RecognitionProgress(corpus.Facts.Name, all.Count, corpus.Manifest.Utterances.Count, perSecond,
                TimeSpan.FromSeconds((missing.Count - done) / perSecond)));
        }
        RowByRow.Refuse(bad, rows.Length);
        return all;
    }

    /// <summary>The file for us alone.</summary>
    private static FileStream Own(string path, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(path))
            {
                cancellationToken.WaitHandle.WaitOne(s_wait);
            }
        }
    }

    /// <summary>The lines that are whole, and where they end: a kill can have cut the last.</summary>
    private static (IReadOnlyList<RecognizedUtterance> Lines, long End) Begin(FileStream file, string path, Head head)
    {
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        var end = Array.LastIndexOf(bytes, (byte)'\n') + 1;
        if (end > 0)
            return (Parse(path, Encoding.UTF8.GetString(bytes, 0, end), head), end);
        file.SetLength(0);
        Write(file, head);
        return ([], file.Position);
    }

    private static IReadOnlyList<RecognizedUtterance> Parse(string path, string text, Head? wanted)
    {
        try
        {
            var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            var head = JsonSerializer.Deserialize<Head>(lines[0]);
            if (wanted is not null && head != wanted)
                throw new InvalidDataException(
                    $"'{path}' holds transcripts of {head}; wanted are those of {wanted}. Give another --output, or delete the file.");
            return [.. lines.Skip(1).Select(line => JsonSerializer.Deserialize<RecognizedUtterance>(line)!)];
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"'{path}' is damaged: {error.Message} Delete it; the corpus is recognised again.", error);
        }
    }

    private static void Write<T>(FileStream file, T line)
    {
        file.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(line) + "\n"));
        file.Flush();
    }

    private sealed class Audio
    {
        public string AudioPath { get; set; } = "";

        [NoColumn]
        public required Utterance Utterance { get; set; }
    }

    private sealed class Heard
    {
        public string Transcript { get; set; } = "";
    }
}
