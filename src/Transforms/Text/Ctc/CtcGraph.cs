using System.Globalization;
using MlNetSer.Onnx;
using MlNetSer.Onnx.Proto;

namespace MlNetSer.Text;

/// <summary>Adds what a CTC decoder needs to an encoder's graph, so that one run gives embeddings and log-probabilities.</summary>
internal sealed class CtcGraph
{
    /// <summary>Filterbank frames below which the input is filled up with zeros: 160 ms, in which nobody says a word. Every usual subsampling has an output by then.</summary>
    public const int MinimumFrameCount = 16;

    /// <summary>What counts as a frame where an encoder takes samples: 10 ms.</summary>
    public const int SamplesPerFrame = 160;

    // Most likely first: NeMo-in-Kaldi-style, sherpa, icefall and our own; WeNet's GPU export; NeMo's own; WeNet's separate ctc.onnx.
    private static readonly string[] s_outputs = ["log_probs", "ctc_log_probs", "logprobs", "probs"];

    /// <param name="encoder">The encoder's model.</param>
    /// <param name="output">Name of its log-probabilities; null = as a known exporter names them.</param>
    /// <exception cref="ArgumentException">It has no such output.</exception>
    public CtcGraph(SpeechEncoder encoder, string? output)
    {
        var model = ModelProto.Parser.ParseFrom(encoder.Model.Span);
        var outputs = model.Graph.Output;
        string[] wanted = output is null ? s_outputs : [output];
        var logProbs = wanted.Select(name => outputs.FirstOrDefault(o => o.Name == name)).FirstOrDefault(o => o is not null)
            ?? throw new ArgumentException($"The encoder has the outputs [{string.Join(", ", outputs.Take(20).Select(o => o.Name))}], and none is called {string.Join(", ", wanted)}. "
                + $"Transcripts need CTC log-probabilities: name them in {nameof(TranscribeSpeechOptions)}.{nameof(TranscribeSpeechOptions.LogProbsOutput)}, or export the encoder with its CTC head.", nameof(output));
        LogProbs = logProbs.Name;
        TokenCount = logProbs.Type?.TensorType?.Shape?.Dim is { Count: > 0 } dims && dims[^1].DimValue > 0 ? (int)dims[^1].DimValue : null;
        Subsampling = model.MetadataProps.Where(entry => entry.Key is "subsampling_factor" or "subsampling_rate")
            .Select(entry => int.TryParse(entry.Value, CultureInfo.InvariantCulture, out var factor) && factor > 0 ? (int?)factor : null).FirstOrDefault();
    }

    /// <summary>Name of the log-probabilities.</summary>
    public string LogProbs { get; }

    /// <summary>Tokens that the encoder tells apart; null where its graph leaves that open.</summary>
    public int? TokenCount { get; }

    /// <summary>Filterbank frames for each encoder frame, as exporters note it; null where they do not.</summary>
    public int? Subsampling { get; }

    /// <summary>The graph as TranscribeSpeech runs it, from the encoder wrapped for EmbedSpeech.</summary>
    /// <param name="wrapped">One utterance in, embeddings and their shape out; the encoder's own tensors keep their names.</param>
    /// <param name="keepEmbeddings">False: the wrapped outputs go, and with them what only they need.</param>
    /// <param name="settings">Travels through as a constant text.</param>
    /// <param name="names">Column names of what comes in and goes out.</param>
    public byte[] Extend(byte[] wrapped, bool keepEmbeddings, string settings, CtcGraphNames names)
    {
        var model = ModelProto.Parser.ParseFrom(wrapped);
        var graph = model.Graph;
        var builder = new OnnxGraph(model);
        if (!keepEmbeddings)
            graph.Output.Clear();
        FillUp(builder, graph, names.Input);

        var logProbs = builder.Op("Cast", [LogProbs], ("to", (long)OnnxType.Float));
        string[] sizes = [builder.Op("Shape", names.Input), builder.Op("Shape", logProbs)];
        builder.Output(logProbs, names.LogProbs, OnnxType.Float, 1, "ctc_frames", TokenCount is { } count ? count : "tokens");
        builder.Output(builder.Op("Concat", sizes, ("axis", 0L)), names.Sizes, OnnxType.Int64, graph.Input.First(i => i.Name == names.Input).Type.TensorType.Shape.Dim.Count + 3);
        builder.Output(builder.Op("Identity", builder.Constant("mlnetser.settings", [settings], 1)), names.Settings, OnnxType.String, 1);
        return builder.ToBytes();
    }

    /// <summary>Puts zeros behind an input that is shorter than <see cref="MinimumFrameCount"/>; longer ones keep their bits.</summary>
    private static void FillUp(OnnxGraph builder, GraphProto graph, string input)
    {
        var inner = graph.Input.Single(i => i.Name == CtcGraphNames.Inner);
        var rank = inner.Type.TensorType.Shape.Dim.Count;
        var least = rank == 3 ? MinimumFrameCount : MinimumFrameCount * SamplesPerFrame;
        inner.Name = input;

        var first = graph.Node.Count;
        var length = builder.Op("Gather", builder.Op("Shape", input), builder.Constant("mlnetser.time", [1L], 1));
        var missing = builder.Op("Cast", [builder.Op("Sub", builder.Constant("mlnetser.least", [(long)least], 1), length)], ("to", (long)OnnxType.Float));
        var added = builder.Op("Cast", [builder.Op("Relu", missing)], ("to", (long)OnnxType.Int64));
        string Zeros(int count) => builder.Constant("mlnetser.none", new long[count], count);
        string[] pads = rank == 3 ? [Zeros(4), added, Zeros(1)] : [Zeros(3), added];          // before each dimension, then behind each
        graph.Node.Add(new NodeProto { OpType = "Pad", Name = CtcGraphNames.Inner, Input = { input, builder.Op("Concat", pads, ("axis", 0L)) }, Output = { CtcGraphNames.Inner } });

        NodeProto[] ordered = [.. graph.Node.Skip(first), .. graph.Node.Take(first)];           // a graph is sorted: what feeds the encoder comes first
        graph.Node.Clear();
        graph.Node.AddRange(ordered);
    }
}

/// <summary>Columns at the border of a <see cref="CtcGraph"/>.</summary>
internal sealed record CtcGraphNames(string Input, string LogProbs, string Sizes, string Settings)
{
    /// <summary>What the wrapped encoder calls its input.</summary>
    public const string Inner = "mlnetser.filled";
}
