using Microsoft.ML;

namespace MlNetSer.Experiments;

/// <summary>One system: a row of a table, a point of the figure, or both. Rows are data: a system over other columns is one more line in
/// <see cref="All"/>.</summary>
/// <param name="Id">Short name, as <c>--systems</c> and file names have it.</param>
/// <param name="Label">Name in the tables.</param>
/// <param name="Network">What is trained.</param>
/// <param name="Streams">What it reads: columns of the data, blocks by their number in the encoder; none = all blocks of the
/// embedding.</param>
internal sealed record SystemRow(string Id, string Label, SpeechNetwork Network, params IReadOnlyList<SequenceColumn> Streams)
{
    public const string Filterbank = "Filterbank", Embedding = "Embedding", Text = "TextEmbedding";

    /// <summary>Table of the paper that it belongs to; 0 = the figure only.</summary>
    public int Table { get; init; }

    /// <summary>The paper's row that it corresponds to; null = none.</summary>
    public string? Paper { get; init; }

    /// <summary>Its place on the block axis of Figure 2, 0 = A; null = it is not on the axis.</summary>
    public int? FigureBlock { get; init; }

    /// <summary>Whether Figure 2 shows it as a dashed line. The paper's is A + T; without text it is A.</summary>
    public bool IsBaseline { get; init; }

    /// <summary>Every row, in the order of the paper.</summary>
    /// <param name="blocks">Blocks of the encoder that are used.</param>
    /// <param name="representative">Three of them, for the paper's 2, 6 and 12.</param>
    /// <param name="hasText">Whether there are text features T.</param>
    public static IReadOnlyList<SystemRow> All(IReadOnlyList<int> blocks, IReadOnlyList<int> representative, bool hasText)
    {
        int[] papers = [2, 6, 12];
        static SequenceColumn Block(int block) => new(Embedding, [block]);
        string? Paper(int block, string prefix = "")
            => representative.ToList().LastIndexOf(block) is >= 0 and var at ? $"{prefix}E({papers[at]})" : null;
        SystemRow[] text = hasText ?
        [
            new("t", "T", SpeechNetwork.RnnMhsa, new SequenceColumn(Text)) { Table = 2 },
            new("a+t", "A + T", SpeechNetwork.LateFusionRnn, new SequenceColumn(Filterbank),
                new SequenceColumn(Text)) { Table = 2, IsBaseline = true },
        ] : [];
        return
        [
            new("a", "A", SpeechNetwork.RnnMhsa, new SequenceColumn(Filterbank)) { Table = 2, FigureBlock = 0, IsBaseline = true },
            .. text,
            .. blocks.Select(i => new SystemRow($"e{i}", $"E({i})", SpeechNetwork.RnnMhsa, Block(i)) { Table = representative.Contains(i)
                ? 2 : 0, Paper = Paper(i), FigureBlock = i }),
            .. representative.Distinct().Select(i
                => new SystemRow($"a+e{i}", $"A + E({i})", SpeechNetwork.LateFusionRnn, new SequenceColumn(Filterbank),
                    Block(i)) { Table = 2, Paper = Paper(i, "A + ") }),
            .. hasText ? representative.Distinct()
            .Select(i => new SystemRow($"t+e{i}", $"T + E({i})", SpeechNetwork.LateFusionRnn, new SequenceColumn(Text),
                Block(i)) { Table = 2, Paper = Paper(i, "T + ") }) : [],
            new("wf-rnn", "WF-RNN", SpeechNetwork.WeightedFusionRnn) { Table = 3, Paper = "WF-RNN" },
            new("ef-rnn", "EF-RNN", SpeechNetwork.EarlyFusionRnn) { Table = 3, Paper = "EF-RNN" },
            new("lf-rnn", "LF-RNN", SpeechNetwork.LateFusionRnn) { Table = 3, Paper = "LF-RNN" },
            new("cta", "CTA w/o RNN", SpeechNetwork.ChannelTemporalAttention) { Table = 3, Paper = "CTA w/o RNN" },
            new("cta-rnn", "CTA-RNN", SpeechNetwork.CtaRnn) { Table = 3, Paper = "CTA-RNN" },
        ];
    }

    /// <summary>The paper's 2, 6 and 12 of 12 blocks, in proportion. Of few blocks one may stand twice: its last role counts.</summary>
    public static IReadOnlyList<int> Representative(int blockCount)
        => [.. new[] { blockCount / 6.0, blockCount / 2.0, blockCount }
            .Select(block => Math.Max(1, (int)Math.Round(block, MidpointRounding.AwayFromZero)))];

    /// <summary>The trainer of this row.</summary>
    /// <param name="trainers">The catalog.</param>
    /// <param name="shown">Blocks that the embedding column holds, by their numbers in the encoder.</param>
    /// <param name="set">Sets what all rows share.</param>
    public SpeechTrainer CreateTrainer(MulticlassClassificationCatalog.MulticlassClassificationTrainers trainers, IReadOnlyList<int> shown,
        Action<SpeechTrainerOptions> set)
    {
        IReadOnlyList<SequenceColumn> streams = [.. Streams.Select(stream => stream with { Blocks = Shown(stream.Blocks) })];
        return Network.CreateTrainer(trainers, streams, set);

        IReadOnlyList<int>? Shown(IReadOnlyList<int>? blocks)
            => blocks is null ? null : [.. blocks.Select(block => shown.ToList().IndexOf(block) + 1)];
    }
}
