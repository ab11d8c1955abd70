using System.CommandLine;
using System.Globalization;
using MlNetSer.Experiments;

namespace MlNetSer.Cli.Commands;

/// <summary>Speech to words, and their error rates where the truth is known.</summary>
internal static class TranscribeCommand
{
    private static readonly Argument<string[]> s_files = new("audio")
    {
        Description = "Audio files; none = the corpus.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<string?> s_references = new("--references")
    {
        Description = "What is said in the audio files: lines of file name, tab, text.",
    };

    private static readonly Option<string?> s_tokens = new("--tokens")
    {
        Description = "The encoder's token file. Default: tokens.txt or units.txt beside it.",
    };

    private static readonly Option<int?> s_blank = new("--blank")
    {
        Description = "Id of the CTC blank, -1 = behind the last token. Default: as the token file names it.",
    };

    private static readonly Option<int> s_beam = new("--beam")
    {
        Description = "1 = greedy search; more = prefix beam search of this width.",
        DefaultValueFactory = _ => 1,
    };

    private static readonly Option<string> s_normalization = new("--normalization")
    {
        Description = "What is made equal before errors are counted: " + string.Join(", ", TextNormalization.BuiltIn.Select(n => n.Name))
            + ".",
        DefaultValueFactory = _ => TextNormalization.WordsOnly.Name,
    };

    private static readonly Option<bool> s_alignments = new("--alignments")
    {
        Description = "Print the alignment of every utterance with an error.",
    };

    public static ToolCommand Create()
        => new("transcribe", "Writes down what is said, by the encoder's own CTC head (its last layer, which gives letters), and counts "
        + "errors in words (WER) and characters (CER) where the truth is known.",
        "mlnetser transcribe *.wav --references transcripts.tsv --encoder encoder.onnx", Run)
    {
        s_files, CommonOptions.Corpus, s_references, CommonOptions.Encoder, CommonOptions.Profile, s_tokens, s_blank, s_beam,
        s_normalization, s_alignments,
    };

    private static int Run(ToolCall call)
    {
        if (call.Get(CommonOptions.Encoder) == "untrained")
            Console.WriteLine("encoder: a small Conformer with untrained, seeded weights; its words are noise");
        var result = Transcription.Run(new TranscriptionOptions
        {
            Files = call.Get(s_files),
            References = call.Get(s_references),
            Corpus = call.Get(CommonOptions.Corpus),
            Encoder = call.Get(CommonOptions.Encoder),
            Profile = call.Get(CommonOptions.Profile),
            Tokens = call.Get(s_tokens),
            BlankId = call.Get(s_blank),
            BeamWidth = call.Get(s_beam),
            Normalization = call.Get(s_normalization),
        }, new Lines(), call.CancellationToken);
        if (result.Errors.Utterances.Count > 0)
        {
            foreach (var utterance in call.Get(s_alignments) ? result.Errors.Utterances.Where(u => u.Words.Errors > 0) : [])
                Console.WriteLine($"\n{utterance.Utterance}\n{utterance.Alignment}");
            Console.WriteLine($"\n{result.Errors}\n| corpus | WER (%) | CER (%) | counted "
                + $"|\n|---|---|---|---|\n{result.Errors.TableRow(result.Name)}");
        }
        var decoder = call.Get(s_beam) == 1 ? "greedy decoder" : $"beam decoder of width {call.Get(s_beam)}";
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"\n{result.AudioSeconds:0.0} s of audio in {result.Seconds:0.00} s: real-time factor ")
            + string.Create(CultureInfo.InvariantCulture,
                $"{result.Seconds / result.AudioSeconds:0.000} on {Environment.ProcessorCount} cores, of which the {decoder} takes "
                    + $"{100 * result.DecoderShare:0.0} %"));
        return 0;
    }

    private sealed class Lines : IProgress<TranscribedUtterance>
    {
        public void Report(TranscribedUtterance value)
            => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{value.Utterance}\t{(float.IsNaN(value.Confidence) ? "-" : $"{value.Confidence:0.00}")}\t{value.Transcript}"));
    }
}
