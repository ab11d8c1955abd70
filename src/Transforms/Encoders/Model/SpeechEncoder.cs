using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using MlNetSer.Encoders.Conformer;
using MlNetSer.Encoders.Model;
using MlNetSer.Encoders.Profiles;
using MlNetSer.Encoders.WeNet;
using MlNetSer.Marks;
using MlNetSer.Onnx.Quantization;

namespace MlNetSer;

/// <summary>A pre-trained ASR encoder in ONNX with its <see cref="EncoderProfile"/>.</summary>
/// <remarks>Thread-safe: it only holds the model's bytes.</remarks>
public sealed class SpeechEncoder
{
    private readonly byte[] _model;
    private readonly OnnxBorder _border;
    private readonly GlobalCmvn? _cmvn;
    private readonly string? _folder;
    private readonly bool _scalesByBatch;
    private readonly Lazy<EncoderReach?> _reach;

    private SpeechEncoder(byte[] model, EncoderProfile? profile, string source, string? folder)
    {
        _folder = folder;
        var parsed = EncoderFile.Parse(model, source);
        _model = EncoderFile.BringWeightsInside(parsed, folder, source) ? parsed.ToByteArray() : model;
        _border = OnnxBorder.Of(parsed, source);
        _scalesByBatch = parsed.Graph.Node.Any(node => node.OpType == "DynamicQuantizeLinear");
        Profile = profile ?? EncoderDetection.Detect(_border);
        BlockNames = EncoderCheck.Blocks(_border, Profile);
        _reach = new Lazy<EncoderReach?>(() => EncoderReach.Of(WrapBatched(null), Profile.Takes == EncoderInput.Samples,
            Profile.Filterbank.MelBinCount));
        _cmvn = Profile.CmvnFile is { } file ? Statistics(Path.Combine(folder ?? "", file)) : null;
        Hash = Convert.ToHexStringLower(_cmvn is null ? SHA256.HashData(_model)
            : SHA256.HashData([.. SHA256.HashData(_model), .. MemoryMarshal.AsBytes<float>(_cmvn.Mean),
            .. MemoryMarshal.AsBytes<float>(_cmvn.InverseDeviation)]));
    }

    /// <summary>What the encoder wants and gives.</summary>
    public EncoderProfile Profile { get; }

    /// <summary>
    /// SHA-256 of the model, and of its CMVN statistics where they lie in a file, as lower-case hexadecimal digits: part of a result's
    /// identity.
    /// </summary>
    public string Hash { get; }

    /// <summary>Blocks that the encoder gives, or null where they are stacked and the graph does not say how many.</summary>
    public int? BlockCount => Profile.StackedOutput is { } stacked ? _border.Output(stacked)!.Size(1) : BlockNames.Count;

    /// <summary>Names of the block outputs in order; one name where the blocks are stacked.</summary>
    internal IReadOnlyList<string> BlockNames { get; }

    /// <summary>
    /// The most utterances that may be run at once: one in 8 bits, where all of a batch would share the scale of its activations.
    /// </summary>
    internal int LargestBatch => _scalesByBatch ? 1 : _border.Input(Profile.Input)!.Size(0) ?? int.MaxValue;

    /// <summary>The model itself.</summary>
    internal ReadOnlyMemory<byte> Model => _model;

    /// <summary>Reads an encoder from a file.</summary>
    /// <param name="path">An ONNX model; weights in other files must be in the same folder.</param>
    /// <param name="profile">What it wants and gives; null = as <see cref="EncoderProfile.Detect"/> tells.</param>
    /// <exception cref="FileNotFoundException">There is no such file, or none with the profile's CMVN statistics.</exception>
    /// <exception cref="InvalidDataException">The file is not an ONNX model, not one that fits the profile, of no known family, or without
    /// the output of its blocks.</exception>
    public static SpeechEncoder FromFile(string path, EncoderProfile? profile = null)
        => new(EncoderFile.Read(path), profile, path, Path.GetDirectoryName(Path.GetFullPath(path)));

    /// <summary>An encoder in memory.</summary>
    /// <inheritdoc cref="FromFile" path="/exception"/>
    public static SpeechEncoder FromBytes(byte[] model, EncoderProfile? profile = null, string name = "encoder")
        => new([.. model], profile, name, null);

    /// <summary>
    /// An encoder that needs no download: a small Conformer with seeded, <em>untrained</em> weights, for trying a pipeline. Its embeddings
    /// know no phonetics.
    /// </summary>
    /// <param name="seed">Seed of its weights.</param>
    /// <param name="options">Its sizes; null = 4 blocks of 64, 4 heads, feed-forward 128, kernel 15.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static SpeechEncoder Untrained(int seed = 1, ConformerOptions? options = null)
    {
        options ??= new ConformerOptions { BlockCount = 4, Dimension = 64, HeadCount = 4, FeedForwardSize = 128, KernelSize = 15 };
        return new SpeechEncoder(ConformerGraph.Write(options, new SeededWeights(seed)), null, "untrained Conformer", null);
    }

    /// <summary>
    /// Imports a WeNet model: a folder with <c>train.yaml</c>, <c>final.pt</c>, and <c>global_cmvn</c> where it was trained with one.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <returns>The encoder with the output of every block and, where the model has one, its CTC head. <see cref="Save"/> writes it as
    /// ONNX.</returns>
    /// <exception cref="FileNotFoundException">The folder lacks a file.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, the files do not belong together, or the model is not a Conformer that can
    /// be imported.</exception>
    public static SpeechEncoder FromWeNet(string folder) => new(WeNetModel.ToOnnx(folder), null, folder, null);

    /// <summary>
    /// The same encoder with its matrix products in 8 bits: a quarter of the size and up to twice as fast, at a few per cent of error
    /// (docs/wenet.md).
    /// </summary>
    /// <returns>A new encoder, with a hash of its own. It embeds one utterance at a time.</returns>
    public SpeechEncoder Quantized() => new(DynamicQuantizer.Quantize(_model), Profile, _border.Source + " in 8 bits", _folder);

    /// <summary>Writes the model as an ONNX file, all weights inside.</summary>
    public void Save(string path) => File.WriteAllBytes(path, _model);

    /// <summary>How its frames lie in its input; null = it takes inputs of one length only. The encoder is run to find out, at the first
    /// call.</summary>
    internal EncoderReach? Reach => _reach.Value;

    /// <summary>How what is too long for it is cut; null = it is not.</summary>
    internal WindowPlan? Windows => WindowPlan.Of(Profile, Reach);

    /// <summary>The graph as EmbedSpeech runs it: one utterance of any length in, <c>[1, blocks, frames, dimension]</c> and the shape's
    /// last three numbers out.</summary>
    /// <param name="input">Name of the input: <c>[1, frames, bins]</c>, or <c>[1, samples]</c>.</param>
    /// <param name="output">Name of the output.</param>
    /// <param name="shapeOutput">Name of the output with blocks, frames, dimension.</param>
    /// <param name="identityOutput">Name of the output whose slot name is <see cref="Identity"/>.</param>
    /// <param name="blocks">Blocks to keep, counted from 1; null = all.</param>
    /// <param name="windowed">False = what is too long is not cut: to compare with.</param>
    internal byte[] Wrap(string input, string output, string shapeOutput, string identityOutput, IReadOnlyList<int>? blocks,
        bool windowed = true)
        => Wrapping(blocks).Single(input, new SingleEmbedding(output, shapeOutput, identityOutput, Identity(blocks)), null, blocks,
            windowed ? Windows : null);

    /// <summary>The graph as TranscribeSpeech runs it: the same with log-probabilities, or these alone.</summary>
    /// <param name="input">Name of the input.</param>
    /// <param name="embedding">Names of values, shape and identity; null = no embedding.</param>
    /// <param name="logProbs">The encoder's log-probabilities, what they shall be called, and the number of tokens where it is
    /// known.</param>
    /// <param name="blocks">Blocks to keep, counted from 1; null = all.</param>
    internal byte[] WrapCtc(string input, (string Values, string Shape, string Identity)? embedding,
        (string Source, string Name, int? TokenCount) logProbs, IReadOnlyList<int>? blocks)
        => Wrapping(blocks).Single(input, embedding is var (values, shape, identity)
            ? new SingleEmbedding(values, shape, identity, Identity(blocks)) : null, logProbs, blocks, Windows);

    /// <summary>
    /// What embeddings are made by: the encoder, its profile with the front end, the blocks. Another identity, other embeddings.
    /// </summary>
    internal string Identity(IReadOnlyList<int>? blocks)
    {
        var profile = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Profile.ToString())));
        var front = Profile.Takes == EncoderInput.Features ? $", {LogMelFilterbank.Version}" : "";
        return $"{IdentityMarks.EmbedSpeech}encoder {Hash}, profile {Profile.Name} "
            + $"{profile[..16]}{front}{(blocks is null ? ", all blocks" : IdentityMarks.Blocks + string.Join(' ', blocks))}";
    }

    /// <summary>What a column with the embeddings holds.</summary>
    internal ColumnKind Kind(IReadOnlyList<int>? blocks) => new ColumnKind.Sequences(blocks?.Count ?? BlockCount, Identity(blocks));

    /// <summary>The graph as bulk extraction runs it: see <see cref="EncoderWrapping.Batched"/>.</summary>
    internal byte[] WrapBatched(IReadOnlyList<int>? blocks) => Wrapping(blocks).Batched(blocks);

    private EncoderWrapping Wrapping(IReadOnlyList<int>? blocks)
    {
        foreach (var block in blocks ?? [])
        {
            if (block < 1 || block > (BlockCount ?? int.MaxValue))
                throw new ArgumentOutOfRangeException(nameof(blocks), block,
                    $"Encoder '{_border.Source}' has blocks 1 to {BlockCount?.ToString(CultureInfo.InvariantCulture) ?? "?"}.");
        }
        return new EncoderWrapping(EncoderFile.Parse(_model, _border.Source), _border, Profile, BlockNames, _cmvn);
    }

    private GlobalCmvn Statistics(string path) => File.Exists(path) ? GlobalCmvn.Load(path, Profile.Filterbank.MelBinCount)
        : throw new FileNotFoundException(
        $"Profile '{Profile.Name}' normalises by '{Profile.CmvnFile}', and there is no '{path}'. "
        + "Put it into the encoder's folder, or name another in the profile.", path);
}
