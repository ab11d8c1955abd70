using System.Globalization;
using System.Security.Cryptography;
using Google.Protobuf;
using MlNetSer.Encoders;
using MlNetSer.Onnx;
using MlNetSer.Onnx.Proto;

namespace MlNetSer;

/// <summary>A pre-trained ASR encoder in ONNX with its <see cref="EncoderProfile"/>.</summary>
/// <remarks>Thread-safe: it only holds the model's bytes.</remarks>
public sealed class SpeechEncoder
{
    private readonly byte[] _model;
    private readonly string _source;

    private SpeechEncoder(byte[] model, EncoderProfile profile, string source)
    {
        (_model, Profile, _source) = (model, profile, source);
        Hash = Convert.ToHexStringLower(SHA256.HashData(model));
        BlockNames = Check();
    }

    /// <summary>What the encoder wants and gives.</summary>
    public EncoderProfile Profile { get; }

    /// <summary>SHA-256 of the model, as lower-case hexadecimal digits: part of a result's identity.</summary>
    public string Hash { get; }

    /// <summary>Names of the block outputs in order; one name where the blocks are stacked.</summary>
    internal IReadOnlyList<string> BlockNames { get; }

    /// <summary>Reads an encoder from a file.</summary>
    /// <param name="path">An ONNX model whose weights are inside the file.</param>
    /// <param name="profile">What it wants and gives.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is no ONNX model, or not one that fits the profile.</exception>
    public static SpeechEncoder FromFile(string path, EncoderProfile profile)
    {
        ArgumentNullException.ThrowIfNull(profile);
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no encoder at '{path}'. Give the path of an ONNX file.", path);
        return new SpeechEncoder(File.ReadAllBytes(path), profile, path);
    }

    /// <summary>An encoder in memory.</summary>
    /// <inheritdoc cref="FromFile" path="/exception"/>
    public static SpeechEncoder FromBytes(byte[] model, EncoderProfile profile, string name = "encoder") => new([.. model], profile, name);

    /// <summary>An encoder that needs no download: a small Conformer with seeded, <em>untrained</em> weights, for trying a pipeline. Its embeddings know no phonetics.</summary>
    /// <param name="seed">Start of its weights.</param>
    /// <param name="options">Its sizes; null = 4 blocks of 64, 4 heads, feed-forward 128, kernel 15.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static SpeechEncoder Untrained(int seed = 1, ConformerOptions? options = null)
    {
        options ??= new ConformerOptions { BlockCount = 4, Dimension = 64, HeadCount = 4, FeedForwardSize = 128, KernelSize = 15 };
        var profile = EncoderProfile.WeNet with { Filterbank = new LogMelFilterbankOptions { MelBinCount = options.MelBinCount } };
        return new SpeechEncoder(ConformerGraph.Write(options, new SeededWeights(seed)), profile, "untrained Conformer");
    }

    /// <summary>Imports a WeNet model: a folder with <c>train.yaml</c>, <c>final.pt</c>, and <c>global_cmvn</c> where it was trained with one.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>The encoder with the output of every block and, where the model has one, its CTC head. <see cref="Save"/> writes it as ONNX.</returns>
    /// <exception cref="FileNotFoundException">The folder lacks a file.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, the files do not belong together, or the model is no Conformer that can be imported.</exception>
    public static SpeechEncoder FromWeNet(string folder) => new(WeNetModel.ToOnnx(folder), EncoderProfile.WeNet, folder);

    /// <summary>Writes the model as an ONNX file.</summary>
    public void Save(string path) => File.WriteAllBytes(path, _model);

    /// <summary>The model itself.</summary>
    internal ReadOnlyMemory<byte> Model => _model;

    private ModelProto Parse()
    {
        try
        {
            var model = ModelProto.Parser.ParseFrom(_model);
            if (model.Graph is { Node.Count: > 0 })
                return model;
        }
        catch (InvalidProtocolBufferException)
        {
            // told below: the same fault from a reader's point of view
        }
        throw new InvalidDataException($"'{_source}' ({_model.Length:N0} bytes) is not an ONNX model. Give an encoder exported to ONNX.");
    }

    private List<string> Check()
    {
        var graph = Parse().Graph;
        var weights = graph.Initializer.Select(tensor => tensor.Name).ToHashSet();
        var inputs = graph.Input.Select(input => input.Name).Where(name => !weights.Contains(name)).ToList();
        var outputs = graph.Output.Select(output => output.Name).ToHashSet();

        string[] wanted = Profile.LengthInput is null ? [Profile.FeatureInput] : [Profile.FeatureInput, Profile.LengthInput];
        if (!inputs.Order(StringComparer.Ordinal).SequenceEqual(wanted.Order(StringComparer.Ordinal)))
            throw new InvalidDataException($"Encoder '{_source}' has the inputs [{string.Join(", ", inputs)}], but profile '{Profile.Name}' wants [{string.Join(", ", wanted)}]. Choose the profile that belongs to this encoder.");

        var rank = graph.Input.First(input => input.Name == Profile.FeatureInput).Type?.TensorType?.Shape?.Dim;
        if (rank is not { Count: 3 } || rank[2].DimValue is var bins && bins != 0 && bins != Profile.Filterbank.MelBinCount)
            throw new InvalidDataException($"Encoder '{_source}' takes '{Profile.FeatureInput}' of shape [{string.Join(", ", rank?.Select(d => d.DimParam is { Length: > 0 } p ? p : d.DimValue.ToString(CultureInfo.InvariantCulture)) ?? [])}], "
                + $"but profile '{Profile.Name}' gives [batch, frames, {Profile.Filterbank.MelBinCount}].");

        List<string> blocks = [];
        if (Profile.StackedOutput is { } stacked)
        {
            if (outputs.Contains(stacked))
                blocks.Add(stacked);
        }
        else
        {
            for (var i = 1; outputs.Contains(string.Format(CultureInfo.InvariantCulture, Profile.BlockOutputs!, i)); i++)
                blocks.Add(string.Format(CultureInfo.InvariantCulture, Profile.BlockOutputs!, i));
        }
        if (blocks.Count == 0)
            throw new InvalidDataException($"Encoder '{_source}' has the outputs [{string.Join(", ", outputs.Order(StringComparer.Ordinal).Take(20))}], but profile '{Profile.Name}' wants its blocks as "
                + $"'{Profile.StackedOutput ?? Profile.BlockOutputs}'. Export the encoder with the output of every block.");
        return blocks;
    }

    /// <summary>The graph as EmbedSpeech runs it: one utterance in, <c>[1, blocks, frames, dimension]</c> and the shape's last three numbers out.</summary>
    /// <param name="input">Name of the input, <c>[1, frames, bins]</c>.</param>
    /// <param name="output">Name of the output.</param>
    /// <param name="shapeOutput">Name of the output with blocks, frames, dimension.</param>
    /// <param name="blocks">Blocks to keep, counted from 1; null = all.</param>
    internal byte[] Wrap(string input, string output, string shapeOutput, IReadOnlyList<int>? blocks)
    {
        var model = Parse();
        var graph = model.Graph;
        var nodes = graph.Node.ToList();
        var weights = graph.Initializer.Select(tensor => tensor.Name).ToHashSet();
        var overridable = graph.Input.Where(i => weights.Contains(i.Name)).ToList();
        var builder = new OnnxGraph(model);   // made first: it must know the names that are taken
        graph.Node.Clear();
        graph.Input.Clear();
        graph.Output.Clear();

        builder.Input(input, OnnxType.Float, 1, "frames", Profile.Filterbank.MelBinCount);
        graph.Input.AddRange(overridable);
        graph.Node.Add(new NodeProto { OpType = "Identity", Name = "mlnetser.features", Input = { input }, Output = { Profile.FeatureInput } });
        if (Profile.LengthInput is { } length)
        {
            var shape = builder.Op("Shape", input);
            var frames = builder.Op("Gather", shape, builder.Constant("mlnetser.frame_axis", [1L], 1));
            graph.Node.Add(new NodeProto { OpType = "Identity", Name = "mlnetser.lengths", Input = { frames }, Output = { length } });
        }
        graph.Node.AddRange(nodes);

        string stacked;
        if (Profile.StackedOutput is { } one)
        {
            stacked = blocks is null ? one : builder.Op("Gather", [one, builder.Constant("mlnetser.blocks", [.. blocks.Select(b => b - 1L)], blocks.Count)], ("axis", 1L));
        }
        else
        {
            var axis = builder.Constant("mlnetser.block_axis", [1L], 1);
            var kept = (blocks ?? [.. Enumerable.Range(1, BlockNames.Count)]).Select(b => builder.Op("Unsqueeze", BlockNames[Known(b) - 1], axis)).ToArray();
            stacked = builder.Op("Concat", kept, ("axis", 1L));
        }
        var sizes = builder.Op("Slice", builder.Op("Shape", stacked), builder.Constant("mlnetser.from", [1L], 1), builder.Constant("mlnetser.to", [4L], 1));
        builder.Output(stacked, output, OnnxType.Float, 1, "blocks", "encoder_frames", "dimension");
        builder.Output(sizes, shapeOutput, OnnxType.Int64, 3);
        return builder.ToBytes();
    }

    private int Known(int block) => block >= 1 && block <= BlockNames.Count ? block
        : throw new ArgumentOutOfRangeException("blocks", block, $"Encoder '{_source}' has blocks 1 to {BlockNames.Count}.");
}
