using System.Globalization;
using MlNetSer.Onnx;
using MlNetSer.Onnx.Proto;

namespace MlNetSer.Text.Ctc;

/// <summary>Adds what a CTC decoder needs to an encoder's graph, so that one run gives embeddings and log-probabilities.</summary>
internal sealed class CtcGraph
{
    /// <summary>What counts as a frame where an encoder takes samples: 10 ms.</summary>
    public const int SamplesPerFrame = 160;

    // Most likely first: NeMo-in-Kaldi-style, sherpa, icefall and our own; WeNet's GPU export; NeMo's own; WeNet's separate ctc.onnx.
    private static readonly string[] s_outputs = ["log_probs", "ctc_log_probs", "logprobs", "probs"];

    /// <param name="encoder">The encoder's model.</param>
    /// <param name="output">Name of its log-probabilities; null = as the profile or a known exporter names them.</param>
    /// <exception cref="ArgumentException">It has no such output.</exception>
    public CtcGraph(SpeechEncoder encoder, string? output)
    {
        var model = ModelProto.Parser.ParseFrom(encoder.Model.Span);
        var outputs = model.Graph.Output;
        string[] wanted = output is not null ? [output]
            : encoder.Profile.CtcOutput is { } profiled ? [profiled, .. s_outputs.Except([profiled])] : s_outputs;
        var logProbs = wanted.Select(name => outputs.FirstOrDefault(o => o.Name == name)).FirstOrDefault(o => o is not null)
            ?? throw new ArgumentException(
            $"The encoder has the outputs [{string.Join(", ", outputs.Take(20).Select(o => o.Name))}], and none is called "
            + $"{string.Join(", ", wanted)}. "
                + "Transcripts need CTC log-probabilities: "
                + $"name them in {nameof(TranscribeSpeechOptions)}.{nameof(TranscribeSpeechOptions.LogProbsOutput)}, or export the "
                + "encoder with its CTC head.", nameof(output));
        LogProbs = logProbs.Name;
        TokenCount = logProbs.Type?.TensorType?.Shape?.Dim is { Count: > 0 } dims && dims[^1].DimValue > 0 ? (int)dims[^1].DimValue : null;
        Subsampling = model.MetadataProps.Where(entry => entry.Key is "subsampling_factor" or "subsampling_rate")
            .Select(entry => int.TryParse(entry.Value, CultureInfo.InvariantCulture, out var factor) && factor > 0 ? (int?)factor : null)
            .FirstOrDefault();
    }

    /// <summary>Name of the log-probabilities.</summary>
    public string LogProbs { get; }

    /// <summary>Tokens that the encoder tells apart; null where its graph leaves that open.</summary>
    public int? TokenCount { get; }

    /// <summary>Filterbank frames for each encoder frame, as exporters note it; null where they do not.</summary>
    public int? Subsampling { get; }

    /// <summary>The graph as TranscribeSpeech runs it, from the encoder wrapped for one utterance.</summary>
    /// <param name="wrapped">One utterance in, log-probabilities out.</param>
    /// <param name="settings">Travels through as a constant text.</param>
    /// <param name="identity">What transcripts are made by; travels as the slot name of a column.</param>
    /// <param name="names">Column names of what comes in and goes out.</param>
    public static byte[] Extend(byte[] wrapped, string settings, string identity, CtcGraphNames names)
    {
        var model = ModelProto.Parser.ParseFrom(wrapped);
        var builder = new OnnxGraph(model);
        string[] sizes = [builder.Op("Shape", names.Input), builder.Op("Shape", names.LogProbs)];
        builder.Output(builder.Op("Concat", sizes, ("axis", 0L)), names.Sizes, OnnxType.Int64,
            model.Graph.Input.First(i => i.Name == names.Input).Type.TensorType.Shape.Dim.Count + 3);
        builder.Output(builder.Op("Identity", builder.Constant("mlnetser.settings", [settings], 1)), names.Settings, OnnxType.String, 1);
        builder.Remark(names.Identity, identity);
        return builder.ToBytes();
    }
}

/// <summary>Columns at the border of a <see cref="CtcGraph"/>.</summary>
internal sealed record CtcGraphNames(string Input, string LogProbs, string Sizes, string Settings, string Identity);
