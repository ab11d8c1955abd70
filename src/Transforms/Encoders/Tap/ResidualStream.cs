namespace MlNetSer.Encoders.Tap;

/// <summary>A step of the residual stream.</summary>
/// <param name="Kind">What was done: S(elf-attention), C(onvolution) or F(eed-forward) added to the stream, or L: the stream itself
/// normalised.</param>
/// <param name="Tensor">The stream after it.</param>
/// <param name="Norm">The norm of an L.</param>
internal sealed record StreamStep(char Kind, string Tensor, Norm? Norm);

/// <summary>
/// The backbone of a Transformer: a tensor to which one branch after another is added, <c>x + f(x)</c>, and which is normalised now and
/// then.
/// </summary>
/// <remarks>
/// Written as letters, a Conformer block reads FSCFL, a Transformer block with norms before its parts SF, with norms after them SLFL. So
/// blocks are the repetition in that word: its period is the distance from one attention to the next, and its end the last place where
/// whole periods fit.
/// </remarks>
internal static class ResidualStream
{
    /// <summary>The longest stream of a graph, in its order.</summary>
    public static List<StreamStep> Find(TapGraph graph, IReadOnlyList<Norm> norms)
    {
        var normOf = new Dictionary<string, Norm>(StringComparer.Ordinal);
        foreach (var norm in norms)
            normOf[norm.Output] = norm;
        var steps = new Dictionary<string, (StreamStep Step, string Before)?>(StringComparer.Ordinal);
        var lengths = new Dictionary<string, int>(StringComparer.Ordinal);
        (StreamStep Step, string Before)? StepTo(string tensor)
        {
            if (!steps.TryGetValue(tensor, out var step))
                steps[tensor] = step = normOf.TryGetValue(tensor, out var norm)
                    ? (new StreamStep('L', tensor, norm), norm.Input) : Addition(graph, tensor);
            return step;
        }

        // In the graph's order, so that what comes before a step has been counted when the step is.
        var (end, longest) = ("", 0);
        foreach (var output in graph.Nodes.Where(node => node.Output.Count > 0).Select(node => node.Output[0])
            .Where(output => !graph.IsConstant(output)))
        {
            if (StepTo(output) is not { } step)
                continue;
            var length = lengths[output] = 1 + lengths.GetValueOrDefault(graph.Behind(step.Before));
            if (length >= longest)
                (end, longest) = (output, length);
        }

        List<StreamStep> stream = [];
        for (var tensor = end; StepTo(tensor) is { } step; tensor = graph.Behind(step.Before))
            stream.Add(step.Step);
        stream.Reverse();
        return stream;
    }

    /// <summary>The steps that end a block: the last of each period; empty where nothing repeats.</summary>
    public static List<StreamStep> BlockEnds(IReadOnlyList<StreamStep> stream)
    {
        int[] attentions = [.. Enumerable.Range(0, stream.Count).Where(i => stream[i].Kind == 'S')];
        if (attentions.Length < 2)
            return [];
        var period = attentions[^1] - attentions[^2];
        var (bestEnd, bestCount) = (0, 0);
        for (var end = stream.Count; end > Math.Max(attentions[^1], stream.Count - period); end--)
        {
            var same = 0;
            while (end - 1 - same - period >= 0 && stream[end - 1 - same].Kind == stream[end - 1 - same - period].Kind)
                same++;
            var count = 1 + same / period;
            if (count > bestCount)
                (bestEnd, bestCount) = (end, count);
        }
        return bestCount < 2 ? [] : [.. Enumerable.Range(1, bestCount).Select(i => stream[bestEnd - 1 - (bestCount - i) * period])];
    }

    /// <summary>x + f(x), or null where the tensor is something else.</summary>
    private static (StreamStep, string)? Addition(TapGraph graph, string tensor)
    {
        if (graph.Producer(tensor) is not { OpType: "Add", Input: [var a, var b] } || graph.IsConstant(a) || graph.IsConstant(b))
            return null;
        foreach (var (stream, branch) in new[] { (a, b), (b, a) })
        {
            if (stream != branch && graph.Between(graph.Behind(stream), branch) is { } operations)
                return (new StreamStep(Kind(operations), tensor, null), stream);
        }
        return null;
    }

    private static char Kind(HashSet<string> operations)
        => operations.Overlaps(["Softmax", "Attention", "MultiHeadAttention"]) ? 'S' : operations.Contains("Conv") ? 'C' : 'F';
}
