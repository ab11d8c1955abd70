using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSer.Experiments;

/// <summary>Speech in; its words, their error rates where the truth is known, and how long that took.</summary>
public static class Transcription
{
    /// <summary>Recognises.</summary>
    /// <param name="options">What, and by which encoder.</param>
    /// <param name="progress">Is told each utterance as it is recognised.</param>
    /// <param name="cancellationToken">Stops before the next utterance.</param>
    /// <exception cref="ArgumentException">The options do not go together, or the encoder has no CTC head.</exception>
    /// <exception cref="NotSupportedException">The encoder needs a front end that is missing.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, or encoder and tokens do not fit.</exception>
    /// <exception cref="IOException">A file is missing.</exception>
    public static TranscriptionResult Run(TranscriptionOptions options, IProgress<TranscribedUtterance>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var normalization = TextNormalization.ByName(options.Normalization);
        var (encoder, tokens) = Recognizer(options);
        var (name, rows) = Rows(options);
        if (encoder.Profile.MissingFrontEnd is { } missing)
            throw new NotSupportedException($"Profile '{encoder.Profile.Name}' needs a front end that MlNetSer does not have: {missing}.");

        var ml = new MLContext(1);
        var speech = ml.Data.LoadFromEnumerable(rows);
        var heard = encoder.Profile.Takes == EncoderInput.Samples ? "Waveform" : SystemRow.Filterbank;
        using var model = ml.Transforms.LoadAudio("Waveform", "AudioPath")
            .Append(ml.Transforms.ExtractFilterbank(SystemRow.Filterbank, "Waveform", encoder.Profile.Filterbank))
            .Append(ml.Transforms.TranscribeSpeech("Transcript", heard, encoder, tokens,
                new TranscribeSpeechOptions { BeamWidth = options.BeamWidth, LogProbsColumnName = "LogProbs" })).Fit(speech);

        // The decoder runs once more on each utterance, outside the clock of the whole, so that its share is known.
        var decoder = new CtcDecoder(tokens, options.BeamWidth);
        var (whole, decoding, seconds) = (Stopwatch.StartNew(), new Stopwatch(), 0.0);
        List<RecognizedUtterance> recognized = [];
        List<UnreadableUtterance> bad = [];
        foreach (var (_, row) in RowByRow.Run<Speech, Recognized>(ml, model, rows, row => row.Utterance, bad))
        {
            whole.Stop();
            cancellationToken.ThrowIfCancellationRequested();
            seconds += row.Waveform.Length / 16_000.0;
            decoding.Start();
            decoder.Decode(row.LogProbs, frameMs: 40);
            decoding.Stop();
            recognized.Add(new RecognizedUtterance
            {
                Utterance = row.Utterance,
                Speaker = row.Speaker,
                Reference = row.Text,
                Hypothesis = row.Transcript,
            });
            progress?.Report(new TranscribedUtterance
            {
                Utterance = row.Utterance,
                Confidence = row.Confidence,
                Transcript = row.Transcript
            });
            whole.Start();
        }
        whole.Stop();
        RowByRow.Refuse(bad, rows.Count);
        return new TranscriptionResult
        {
            Name = name,
            Errors = WordErrorRate.Compare(recognized, normalization),
            AudioSeconds = seconds,
            Seconds = whole.Elapsed.TotalSeconds,
            DecoderShare = decoding.Elapsed.TotalSeconds / whole.Elapsed.TotalSeconds,
        };
    }

    private static (SpeechEncoder, CtcTokens) Recognizer(TranscriptionOptions options)
    {
        if (options.Encoder == "untrained")
        {
            var letters = CtcTokens.FromList(["<blk>", .. "abcdefghijklmnopqrstuvwxyz".SelectMany(c => new[] { "▁" + c, c.ToString() })]);
            var sizes = new ConformerOptions
            {
                BlockCount = 2,
                Dimension = 64,
                HeadCount = 4,
                FeedForwardSize = 128,
                KernelSize = 15,
                VocabularySize = letters.Count
            };
            return (SpeechEncoder.Untrained(1, sizes), letters);
        }
        var encoder = EncoderSource.Read(options.Encoder, options.Profile, tokens: null).Speech;
        return (encoder, CtcTokens.FromFile(options.Tokens ?? EncoderSource.TokensBeside(options.Encoder), options.BlankId));
    }

    private static (string Name, List<Speech> Rows) Rows(TranscriptionOptions options)
    {
        if (options.Files.Count > 0)
        {
            var said = options.References is null ? [] : File.ReadLines(options.References).Select(line => line.Split('\t', 2))
                .Where(cells => cells.Length == 2)
                .ToDictionary(cells => cells[0], cells => cells[1]);
            return (new FileInfo(options.Files[0]).Directory!.Name,
                [.. options.Files.Select(file => new Speech(Path.GetFullPath(file), Path.GetFileName(file), "",
                    said.GetValueOrDefault(Path.GetFileName(file), "")))]);
        }
        var corpus = options.Corpus != "synthetic" ? CorpusSource.ReadAsDistributed(options.Corpus)?.Manifest
            ?? CorpusManifest.Load(options.Corpus)
            : SyntheticCorpus.Write(Path.Combine("transcribe-output", "synthetic"), speakerCount: 3, utterancesPerEmotion: 1);
        return (corpus.Name, [.. corpus.Utterances.Select(u => new Speech(u.Path, u.Id, u.Speaker, u.Text))]);
    }

    private sealed record Speech(string AudioPath, string Utterance, string Speaker, string Text);

    private sealed class Recognized
    {
        public string Utterance { get; set; } = "";
        public string Speaker { get; set; } = "";
        public string Text { get; set; } = "";
        public string Transcript { get; set; } = "";
        public float[] Waveform { get; set; } = [];
        public float[] LogProbs { get; set; } = [];

        [ColumnName("Transcript.Confidence")]
        public float Confidence { get; set; }
    }
}
