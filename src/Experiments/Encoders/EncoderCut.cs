using Google.Protobuf;
using MlNetSer.Encoders.Profiles;
using MlNetSer.Onnx;
using MlNetSer.Onnx.Proto;

namespace MlNetSer.Experiments;

/// <summary>Writes a copy of an encoder that ends after one of its blocks: smaller and faster, with the same embeddings up to
/// there.</summary>
public static class EncoderCut
{
    /// <summary>Writes the copy.</summary>
    /// <param name="path">An encoder that gives its blocks.</param>
    /// <param name="outputPath">The copy.</param>
    /// <param name="block">The last block to keep, from 1.</param>
    /// <param name="int8">Whether the copy runs in 8 bits.</param>
    /// <param name="profile">What the encoder wants; null = as it tells.</param>
    /// <returns>The copy, read back. Where its file alone does not tell its profile, the profile is written beside it
    /// (<see cref="ProfilePath"/>).</returns>
    /// <exception cref="ArgumentOutOfRangeException">The encoder has no such block.</exception>
    /// <exception cref="InvalidDataException">The file is no encoder that gives its blocks, or its blocks are stacked in a way that is not
    /// known.</exception>
    /// <exception cref="IOException">A file is missing or cannot be written.</exception>
    public static SpeechEncoder Write(string path, string outputPath, int block, bool int8 = false, EncoderProfile? profile = null)
    {
        ArgumentNullException.ThrowIfNull(outputPath);
        var encoder = SpeechEncoder.FromFile(path, profile);
        if (block < 1 || block > (encoder.BlockCount ?? int.MaxValue))
            throw new ArgumentOutOfRangeException(nameof(block), block, $"Encoder '{path}' has blocks 1 to {encoder.BlockCount}.");
        var model = EncoderFile.Parse(encoder.Model.ToArray(), path);
        var kept = Outputs(model.Graph, encoder, block, path);
        Prune(model.Graph, kept);

        var shown = encoder.Profile with
        {
            CtcOutput = null,
            LengthOutput = encoder.Profile.LengthOutput is { } lengths
            && kept.Contains(lengths) ? lengths : null
        };
        var cut = SpeechEncoder.FromBytes(model.ToByteArray(), shown, Path.GetFileName(outputPath));
        if (int8)
            cut = cut.Quantized();
        cut.Save(outputPath);
        if (profile is not null || !TellsItsProfile(outputPath, cut))
            shown.Save(ProfilePath(outputPath));
        return cut;
    }

    /// <summary>Where the profile of a cut encoder lies, if its file does not tell it: <c>encoder.onnx</c> has
    /// <c>encoder.onnx.profile.json</c>.</summary>
    public static string ProfilePath(string encoder) => encoder + ".profile.json";

    private static bool TellsItsProfile(string path, SpeechEncoder cut)
    {
        try
        {
            var read = SpeechEncoder.FromFile(path);
            return read.Profile.ToString() == cut.Profile.ToString() && read.BlockCount == cut.BlockCount;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    private static HashSet<string> Outputs(GraphProto graph, SpeechEncoder encoder, int block, string source)
    {
        HashSet<string> kept = [];
        if (encoder.Profile.LengthOutput is { } lengths)
            kept.Add(lengths);
        if (encoder.Profile.StackedOutput is not { } stacked)
        {
            kept.UnionWith(encoder.BlockNames.Take(block));
            return kept;
        }
        // Blocks that are stacked by one node: its first inputs stay.
        var node = Producer(graph, stacked);
        while (node is { OpType: "Identity" })
            node = Producer(graph, node.Input[0]);
        if (node is not { OpType: "Concat" } || node.Input.Count != encoder.BlockCount)
            throw new InvalidDataException(
                $"'{source}' stacks its blocks as '{stacked}', and not by one Concat of {encoder.BlockCount} inputs. Export it with an "
                    + $"output for each block.");
        string[] first = [.. node.Input.Take(block)];
        node.Input.Clear();
        node.Input.Add(first);
        if (graph.Output.First(output => output.Name == stacked).Type.TensorType.Shape is { Dim.Count: 4 } shape)
            shape.Dim[1] = new TensorShapeProto.Types.Dimension { DimValue = block };
        kept.Add(stacked);
        return kept;
    }

    /// <summary>Keeps what the outputs need.</summary>
    private static void Prune(GraphProto graph, HashSet<string> outputs)
    {
        var makers = new Dictionary<string, NodeProto>(StringComparer.Ordinal);
        foreach (var node in graph.Node)
        {
            foreach (var name in node.Output)
                makers[name] = node;
        }
        var (needed, nodes, open) = (new HashSet<string>(outputs), new HashSet<NodeProto>(ReferenceEqualityComparer.Instance),
            new Stack<string>(outputs));
        while (open.TryPop(out var name))
        {
            if (!makers.TryGetValue(name, out var node) || !nodes.Add(node))
                continue;
            foreach (var input in node.Input.Where(needed.Add))
                open.Push(input);
        }
        Keep(graph.Output, output => outputs.Contains(output.Name));
        if (nodes.Any(node => node.Attribute.Any(attribute => attribute.Type == AttributeProto.Types.AttributeType.Graph)))
            return;   // inner graphs take what they like from outside: all of it stays, and the copy is no smaller
        Keep(graph.Node, nodes.Contains);
        Keep(graph.Initializer, tensor => needed.Contains(tensor.Name));
        Keep(graph.ValueInfo, info => needed.Contains(info.Name));
    }

    private static NodeProto? Producer(GraphProto graph, string name) => graph.Node.FirstOrDefault(node => node.Output.Contains(name));

    private static void Keep<T>(Google.Protobuf.Collections.RepeatedField<T> field, Func<T, bool> wanted)
    {
        T[] kept = [.. field.Where(wanted)];
        field.Clear();
        field.Add(kept);
    }
}
