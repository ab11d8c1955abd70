using System.Globalization;
using System.Text.RegularExpressions;
using Google.Protobuf;
using MlNetSer.Encoders.Profiles;
using MlNetSer.Encoders.Tap;
using MlNetSer.Onnx;
using MlNetSer.Onnx.Proto;

namespace MlNetSer;

/// <summary>A tensor that is probably the output of an encoder block.</summary>
/// <param name="Block">Number of the block, from 1.</param>
/// <param name="Tensor">Name of the tensor inside the graph.</param>
/// <param name="Width">Features of a frame; null = the graph does not say.</param>
/// <param name="Confidence">In [0, 1]: 0.95 = structure and names agree; 0.8 = structure alone; 0.5 = names alone; 0.3 = the metadata count
/// other blocks.</param>
/// <param name="Reason">Why, in words.</param>
public sealed record BlockCandidate(int Block, string Tensor, long? Width, double Confidence, string Reason);

/// <summary>
/// Finds the block outputs inside an ONNX Conformer or Transformer encoder and declares them as outputs, since most exports give the last
/// layer only.
/// </summary>
/// <remarks>Thread-safe.</remarks>
public static partial class BlockTap
{
    /// <summary>What the added outputs are called: the pattern of every built-in profile that wants tapped blocks.</summary>
    public const string NamePattern = EncoderFamilies.TappedBlocks;

    private static readonly string[] s_blockCounts = ["num_blocks", "num_encoder_layers", "num_layers", "encoder_layers", "n_layers"];

    /// <summary>The block outputs of an encoder, one candidate for each block, in order.</summary>
    /// <param name="path">An ONNX file.</param>
    /// <returns>The candidates; empty where nothing in the graph repeats as blocks do.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not an ONNX model.</exception>
    public static IReadOnlyList<BlockCandidate> Find(string path) => Find(EncoderFile.Parse(EncoderFile.Read(path), path));

    /// <summary>Writes a copy of an encoder that also gives the output of its blocks.</summary>
    /// <param name="path">The encoder.</param>
    /// <param name="outputPath">The copy.</param>
    /// <param name="blocks">The tensors; null = what <see cref="Find(string)"/> finds.</param>
    /// <param name="namePattern">Names of the outputs: a <see cref="string.Format(string, object)"/> text that takes the block's
    /// number.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not an ONNX model, weights that lie in other files are missing or would be left
    /// behind, or no blocks are found.</exception>
    /// <exception cref="ArgumentException">A tensor is not in the graph, or an output's name is taken in it.</exception>
    public static void Write(string path, string outputPath, IReadOnlyList<BlockCandidate>? blocks = null, string namePattern = NamePattern)
    {
        ArgumentNullException.ThrowIfNull(outputPath);
        var bytes = EncoderFile.Read(path);
        var model = EncoderFile.Parse(bytes, path);
        var folder = Path.GetDirectoryName(Path.GetFullPath(path));
        // Missing weights are reported here, not when the copy is run.
        if (EncoderFile.BringWeightsInside(model, folder, path) && Path.GetDirectoryName(Path.GetFullPath(outputPath)) != folder)
            throw new InvalidDataException(
                $"'{path}' keeps weights in other files of its folder, which a copy in another folder would not find. "
                + "Write the copy into the same folder.");
        blocks ??= Find(model);
        if (blocks.Count == 0)
            throw new InvalidDataException(
                $"No repeating blocks are found in '{path}': neither a residual stream with one attention for each block, nor norms whose "
                + "names count. Name the tensors yourself.");
        var addition = new ModelProto { Graph = Addition(model.Graph, blocks, namePattern) };
        // Messages of protobuf merge: a second graph field that holds the new outputs only is added to the first, and no weight is written
        // anew.
        using var file = File.Create(outputPath);
        file.Write(bytes);
        file.Write(addition.ToByteArray());
    }

    internal static IReadOnlyList<BlockCandidate> Find(ModelProto model)
    {
        var graph = new TapGraph(model.Graph);
        var norms = NormFinder.Find(graph);
        var ends = ResidualStream.BlockEnds(ResidualStream.Find(graph, norms));
        var counted = model.MetadataProps.Where(entry => s_blockCounts.Contains(entry.Key)
            && int.TryParse(entry.Value, CultureInfo.InvariantCulture, out _))
            .Select(entry => (entry.Key, Count: int.Parse(entry.Value, CultureInfo.InvariantCulture))).FirstOrDefault();
        return ends.Count > 0 ? [.. ends.Select((end, i) => FromStructure(end, i, ends, graph, counted))] : [.. FromNames(norms, counted)];
    }

    private static BlockCandidate FromStructure(StreamStep end, int i, List<StreamStep> ends, TapGraph graph,
        (string? Key, int Count) counted)
    {
        string Name(StreamStep step) => step.Norm?.Name ?? graph.Producer(step.Tensor)!.Name;
        // Names agree where each block's number is one more than the last block's.
        var named = ends.Select(step => Numbered().Match(Name(step)) is { Success: true } match
            ? int.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture) : -1).ToList();
        var agree = named[0] >= 0 && named.Select((number, k) => number - k).Distinct().Count() == 1;
        var reason =
            $"{(end.Norm is null ? "the residual stream after" : "the layer norm that ends")} repetition {i + 1} of "
            + $"{ends.Count}{(agree ? $", named '{Name(end)}'" : "")}";
        return Weighed(new BlockCandidate(i + 1, end.Tensor, end.Norm?.Width, agree ? 0.95 : 0.8, reason), ends.Count, counted);
    }

    /// <summary>The last norm under each of <c>layers.0</c>, <c>layers.1</c>, ...: for graphs whose stream cannot be followed.</summary>
    private static IEnumerable<BlockCandidate> FromNames(List<Norm> norms, (string? Key, int Count) counted)
    {
        var groups = norms.Select(norm => (Norm: norm, Match: Numbered().Match(norm.Name))).Where(pair => pair.Match.Success)
            .GroupBy(pair => pair.Match.Groups[1].Value)
            .Select(group => group.GroupBy(pair => int.Parse(pair.Match.Groups[2].ValueSpan, CultureInfo.InvariantCulture))
            .OrderBy(block => block.Key).Select(block => block.Last().Norm).ToList());
        var last = groups.MaxBy(group => group.Count) ?? [];
        return last.Count < 2 ? [] : last.Select((norm, i) =>
            Weighed(new BlockCandidate(i + 1, norm.Output, norm.Width, 0.5, $"the last layer norm whose name counts {i + 1} of "
            + $"{last.Count}, '{norm.Name}'"), last.Count, counted));
    }

    private static BlockCandidate Weighed(BlockCandidate candidate, int found, (string? Key, int Count) counted)
        => counted.Key is null ? candidate
        : counted.Count == found ? candidate with
        {
            Confidence = Math.Min(1, candidate.Confidence + 0.04),
            Reason = $"{candidate.Reason}; {counted.Key} is {counted.Count} too"
        }
        : candidate with { Confidence = 0.3, Reason = $"{candidate.Reason}; but {counted.Key} is {counted.Count}" };

    private static GraphProto Addition(GraphProto graph, IReadOnlyList<BlockCandidate> blocks, string namePattern)
    {
        var made = graph.Node.SelectMany(node => node.Output).ToHashSet();
        var taken = made.Concat(graph.Input.Select(input => input.Name)).Concat(graph.Initializer.Select(tensor => tensor.Name))
            .ToHashSet();
        var declared = graph.Output.Select(output => output.Name).ToHashSet();
        var type = graph.Initializer.Where(tensor => tensor.DataType is (int)OnnxType.Float or (int)OnnxType.Float16)
            .MaxBy(tensor => tensor.Dims.Aggregate(1L, (a, b) => a * b))?.DataType ?? (int)OnnxType.Float;
        var addition = new GraphProto();
        foreach (var block in blocks)
        {
            var name = string.Format(CultureInfo.InvariantCulture, namePattern, block.Block);
            if (!made.Contains(block.Tensor))
                throw new ArgumentException($"The encoder has no tensor '{block.Tensor}' for block {block.Block}.", nameof(blocks));
            if (name != block.Tensor)
            {
                if (taken.Contains(name))
                    throw new ArgumentException(
                        $"The encoder has a tensor '{name}' already, and it is not block {block.Block} ('{block.Tensor}'). "
                        + "Give another pattern of names.", nameof(namePattern));
                addition.Node.Add(new NodeProto { OpType = "Identity", Name = name, Input = { block.Tensor }, Output = { name } });
            }
            if (!declared.Contains(name))
                addition.Output.Add(OnnxGraph.Info(name, (OnnxType)type, "tap_dim_0", "tap_dim_1", block.Width is { } width
                    ? width : "tap_dim_2"));
        }
        return addition;
    }

    /// <summary>
    /// A container's name, a number, and what is inside: <c>encoder.encoders.3.norm_final</c>, <c>/encoder/layers.3/norm_out/…</c>.
    /// </summary>
    [GeneratedRegex(@"^(.*?(?:layers?|encoders|blocks?|h))[./_](\d+)[./_]")]
    private static partial Regex Numbered();
}
