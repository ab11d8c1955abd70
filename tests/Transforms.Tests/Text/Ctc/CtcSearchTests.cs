using MlNetSer.Text;
using MlNetSer.Text.Ctc;

namespace MlNetSer.Tests.Text;

public sealed class CtcSearchTests
{
    private const int Blank = 0;

    [Fact]
    public void Greedy_search_joins_repeats_and_keeps_those_that_a_blank_divides()
    {
        // a a - a b b: "aab", the first a in frames 0–1.
        var spans = CtcGreedySearch.Search(Log([0, 1, 0], [0.1, 0.8, 0.1], [1, 0, 0], [0.2, 0.5, 0.3], [0, 0.1, 0.9], [0.3, 0.1, 0.6]), 3,
            Blank);

        Assert.Equal([(1, 0, 2), (1, 3, 4), (2, 4, 6)], spans.Select(s => (s.Id, s.Start, s.End)));
        Assert.Equal([1, 0.5, 0.9], spans.Select(s => Math.Exp(s.LogProbability)), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void Beam_search_adds_up_paths_where_the_best_path_is_wrong()
    {
        // Two frames, blank 0.6, a 0.4. Best path: blank blank, 0.36. But "a" has three paths: 0.4·0.4 + 0.4·0.6 + 0.6·0.4 = 0.64.
        var probabilities = Log([0.6, 0.4], [0.6, 0.4]);

        var tokens = CtcPrefixBeamSearch.Search(probabilities, 2, Blank, width: 2, out var log);

        Assert.Empty(CtcGreedySearch.Search(probabilities, 2, Blank));
        Assert.Equal([1], tokens);
        Assert.Equal(0.64, Math.Exp(log), 1e-6);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 3)]
    [InlineData(2, 4)]
    public void Beam_search_wide_enough_finds_what_trying_every_path_finds(int blank, int seed)
    {
        const int tokenCount = 3, frames = 6;
        var probabilities = Noise(frames, tokenCount, seed);
        var sums = new Dictionary<string, double>();
        for (var path = 0; path < Math.Pow(tokenCount, frames); path++)
        {
            var (rest, before, probability, text) = (path, blank, 1.0, "");
            for (var frame = 0; frame < frames; frame++, rest /= tokenCount)
            {
                var token = rest % tokenCount;
                probability *= Math.Exp(probabilities[frame * tokenCount + token]);
                text += token != blank && token != before ? token.ToString() : "";
                before = token;
            }
            sums[text] = sums.GetValueOrDefault(text) + probability;
        }
        var best = sums.MaxBy(sum => sum.Value);

        var tokens = CtcPrefixBeamSearch.Search(probabilities, tokenCount, blank, width: 1000, out var log);

        Assert.Equal(best.Key, string.Concat(tokens));
        Assert.Equal(best.Value, Math.Exp(log), 1e-6);
    }

    [Fact]
    public void Equal_scores_are_decided_by_order_so_that_runs_agree()
    {
        var even = Log([.. Enumerable.Repeat(new[] { 0.2, 0.2, 0.2, 0.2, 0.2 }, 8)]);

        var first = CtcPrefixBeamSearch.Search(even, 5, Blank, width: 4);

        Assert.Equal(first, CtcPrefixBeamSearch.Search(even, 5, Blank, width: 4));
        Assert.All(first, token => Assert.InRange(token, 1, 4));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public void Aligned_tokens_of_the_best_path_lie_where_the_best_path_has_them(int blank)
    {
        var probabilities = Noise(200, 5, seed: 7);
        var greedy = CtcGreedySearch.Search(probabilities, 5, blank);

        var aligned = CtcAlignment.Align(probabilities, 5, blank, [.. greedy.Select(s => s.Id)]);

        Assert.Equal(greedy, aligned);
    }

    [Fact]
    public void No_frames_and_nothing_but_blanks_give_no_tokens()
    {
        Assert.Empty(CtcGreedySearch.Search([], 3, Blank));
        Assert.Empty(CtcPrefixBeamSearch.Search([], 3, Blank, 4));
        Assert.Empty(CtcPrefixBeamSearch.Search(Log([1, 0, 0], [1, 0, 0]), 3, Blank, 4));
        Assert.Empty(CtcAlignment.Align(Log([1, 0, 0]), 3, Blank, []));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Decoder_gives_text_times_and_confidence(int beamWidth)
    {
        var decoder = new CtcDecoder(CtcTokens.FromList(["<blk>", "▁a", "b"]), beamWidth);

        var transcript = decoder.Decode(Log([0, 1, 0], [0.9, 0.05, 0.05], [0.6, 0, 0.4], [0.04, 0, 0.96], [1, 0, 0]), frameMs: 40);

        Assert.Equal("ab", transcript.Text);
        Assert.Equal([("▁a", 0, 40), ("b", 120, 160)], transcript.Tokens.Select(t => (t.Token, t.StartMs, t.EndMs)));
        Assert.Equal(0.96, transcript.Tokens[1].Confidence, 1e-6);
        Assert.Equal(Math.Sqrt(0.96), transcript.Confidence, 1e-6);
    }

    [Fact]
    public void Decoder_refuses_what_are_no_log_probabilities_of_its_tokens()
    {
        var decoder = new CtcDecoder(CtcTokens.FromList(["<blk>", "a", "b"]));

        Assert.Contains("4 log-probabilities are not a whole number of frames of 3 tokens",
            Assert.Throws<ArgumentException>(() => decoder.Decode([0, 0, 0, 0], 40)).Message);
        Assert.Contains("add up to 3, not to 1", Assert.Throws<ArgumentException>(() => decoder.Decode([0, 0, 0], 40)).Message);
        Assert.Contains("add up to NaN", Assert.Throws<ArgumentException>(() => decoder.Decode([float.NaN, 0, 0], 40)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new CtcDecoder(CtcTokens.FromList(["<blk>"]), 0));
    }

    [Fact]
    public void Nothing_recognised_is_an_empty_text_of_unknown_confidence()
    {
        var transcript = new CtcDecoder(CtcTokens.FromList(["<blk>", "a"])).Decode([], 40);

        Assert.Equal("", transcript.Text);
        Assert.True(float.IsNaN(transcript.Confidence));
        Assert.Empty(transcript.Tokens);
    }

    private static float[] Log(params double[][] probabilities)
        => [.. probabilities.SelectMany(row => row).Select(p => (float)Math.Log(p))];

    private static float[] Noise(int frames, int tokens, int seed)
    {
        var random = new Random(seed);
        return Log([.. Enumerable.Range(0, frames).Select(_ =>
        {
            double[] weights = [.. Enumerable.Range(0, tokens).Select(_ => Math.Exp(3 * random.NextDouble()))];
            return weights.Select(w => w / weights.Sum()).ToArray();
        })]);
    }
}
