namespace MlNetSer.Text.Ctc;

/// <summary>
/// Prefix beam search without a language model: paths that collapse to the same tokens add up (Graves 2012, §7.5.3; Hannun et al. 2014,
/// algorithm 1).
/// </summary>
/// <remarks>
/// A frame extends each prefix by blank, by its own last token and by the <c>width</c> likeliest others; the <c>width</c> likeliest
/// prefixes go on. Sums are float64. Of equally likely prefixes the one found first stays, of equally likely tokens the lower id: the same
/// input gives the same answer.
/// </remarks>
internal sealed class CtcPrefixBeamSearch
{
    private const int Root = 0;

    private readonly int _width;
    private readonly List<(int Parent, int Token)> _nodes = [(-1, -1)];               // a prefix is its parent and one more token
    private readonly Dictionary<(int Parent, int Token), int> _known = [];
    private readonly List<Candidate> _candidates = [];
    private readonly Dictionary<(int Parent, int Token), int> _places = [];           // of a prefix among the candidates

    private CtcPrefixBeamSearch(int width) => _width = width;

    /// <summary>The likeliest tokens.</summary>
    /// <param name="logProbs">m frames x V tokens, row-major.</param>
    /// <param name="tokenCount">V.</param>
    /// <param name="blank">Id of the blank.</param>
    /// <param name="width">Prefixes kept.</param>
    public static int[] Search(ReadOnlySpan<float> logProbs, int tokenCount, int blank, int width)
        => new CtcPrefixBeamSearch(width).Search(logProbs, tokenCount, blank, out _);

    /// <summary>The same, with the logarithm of their probability: of all paths that were not pruned.</summary>
    public static int[] Search(ReadOnlySpan<float> logProbs, int tokenCount, int blank, int width, out double logProbability)
        => new CtcPrefixBeamSearch(width).Search(logProbs, tokenCount, blank, out logProbability);

    private int[] Search(ReadOnlySpan<float> logProbs, int tokenCount, int blank, out double logProbability)
    {
        List<Prefix> beam = [new Prefix(Root, InBlank: 0, InToken: double.NegativeInfinity)];
        Span<int> likely = new int[Math.Min(_width, tokenCount - 1)];
        for (var frame = 0; (frame + 1) * tokenCount <= logProbs.Length; frame++)
        {
            var row = logProbs.Slice(frame * tokenCount, tokenCount);
            Likeliest(row, blank, likely);
            _candidates.Clear();
            _places.Clear();
            foreach (var prefix in beam)
            {
                var (parent, last) = _nodes[prefix.Node];
                Add(parent, last, prefix.Total + row[blank], double.NegativeInfinity);
                if (last >= 0)
                {
                    Add(parent, last, double.NegativeInfinity, prefix.InToken + row[last]);
                    Add(prefix.Node, last, double.NegativeInfinity, prefix.InBlank + row[last]);   // said again after a blank
                }
                foreach (var token in likely)
                {
                    if (token != last)
                        Add(prefix.Node, token, double.NegativeInfinity, prefix.Total + row[token]);
                }
            }
            _candidates.Sort();
            beam.Clear();
            foreach (var kept in _candidates.Take(_width))
                beam.Add(new Prefix(Node(kept.Parent, kept.Token), kept.InBlank, kept.InToken));
        }
        logProbability = beam[0].Total;
        return Tokens(beam[0].Node);
    }

    private void Add(int parent, int token, double inBlank, double inToken)
    {
        if (_places.TryGetValue((parent, token), out var place))
        {
            var old = _candidates[place];
            _candidates[place] = old with { InBlank = LogSum(old.InBlank, inBlank), InToken = LogSum(old.InToken, inToken) };
            return;
        }
        _places.Add((parent, token), _candidates.Count);
        _candidates.Add(new Candidate(parent, token, inBlank, inToken, _candidates.Count));
    }

    private int Node(int parent, int token)
    {
        if (token < 0)
            return Root;
        if (!_known.TryGetValue((parent, token), out var node))
        {
            node = _nodes.Count;
            _nodes.Add((parent, token));
            _known.Add((parent, token), node);
        }
        return node;
    }

    private int[] Tokens(int node)
    {
        List<int> tokens = [];
        for (; node != Root; node = _nodes[node].Parent)
            tokens.Add(_nodes[node].Token);
        tokens.Reverse();
        return [.. tokens];
    }

    /// <summary>The likeliest tokens but the blank, likeliest first.</summary>
    private static void Likeliest(ReadOnlySpan<float> row, int blank, Span<int> best)
    {
        var found = 0;
        for (var token = 0; token < row.Length; token++)
        {
            if (token == blank || found == best.Length && !(row[token] > row[best[^1]]))
                continue;
            var place = found < best.Length ? found++ : found - 1;
            for (; place > 0 && row[token] > row[best[place - 1]]; place--)
                best[place] = best[place - 1];
            best[place] = token;
        }
    }

    private static double LogSum(double a, double b)
    {
        var (high, low) = a >= b ? (a, b) : (b, a);
        return double.IsNegativeInfinity(low) ? high : high + Math.Log(1 + Math.Exp(low - high));
    }

    /// <summary>A prefix with the log-probability of its paths that end in blank, and of those that end in its last token.</summary>
    private readonly record struct Prefix(int Node, double InBlank, double InToken)
    {
        public double Total => LogSum(InBlank, InToken);
    }

    private readonly record struct Candidate(int Parent, int Token, double InBlank, double InToken, int Order) : IComparable<Candidate>
    {
        public int CompareTo(Candidate other)
        {
            var likelier = LogSum(other.InBlank, other.InToken).CompareTo(LogSum(InBlank, InToken));
            return likelier != 0 ? likelier : Order.CompareTo(other.Order);
        }
    }
}
