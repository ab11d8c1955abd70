using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSer.Training;
using TorchSharp;

namespace MlNetSer.Tests.Training;

[Collection("libtorch")]   // others count the tensors of the process
public sealed class BatchTests
{
    /// <summary>
    /// Lengths as IEMOCAP's, in frames of 40 ms: log-normal with mean 114 and longest 850 (4.55 s and 34 s; shared/reference/corpora.md).
    /// </summary>
    private static int[] Lengths(int count = 5531)
    {
        var random = new Random(1);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        return [.. Enumerable.Range(0, count).Select(_ => (int)Math.Clamp(90 * Math.Exp(0.69 * Normal()), 14, 850))];
    }

    [Fact]
    public void Buckets_waste_less_than_a_tenth_on_padding_where_plain_batches_waste_more_than_half()
    {
        var (lengths, random) = (Lengths(), new Random(2));
        int[] order = [.. Enumerable.Range(0, lengths.Length)];
        random.Shuffle(order);

        var plain = BatchPlan.InOrder(order, 32);
        var bucketed = BatchPlan.Bucketed(order, 32, row => lengths[row], random);

        Assert.InRange(BatchPlan.PaddingShare(plain, row => lengths[row]), 0.5, 1);
        Assert.InRange(BatchPlan.PaddingShare(bucketed, row => lengths[row]), 0, 0.1);
        Assert.Equal(Enumerable.Range(0, lengths.Length), bucketed.SelectMany(b => b).Order());
    }

    [Fact]
    public void Padding_is_counted_by_hand()
        => Assert.Equal(1 - 9.0 / 14, BatchPlan.PaddingShare([[0, 1], [2, 3]], row => new[] { 1, 3, 4, 1 }[row]), 1e-12);

    [Fact]
    public void Sequences_in_memory_take_16_bits_where_that_loses_nothing_that_matters()
    {
        var random = new Random(1);
        float[] Draw(float scale) => [.. Enumerable.Range(0, 2 * 3 * 5).Select(_ => scale * (float)(random.NextDouble() - 0.5))];

        foreach (var (scale, half) in new[] { (1f, true), (40f, true), (1e6f, false), (1e-7f, false) })
        {
            var values = Draw(scale);
            var kept = new MemorySequences(values, blocks: 2, frames: 3);
            var block = new float[15];
            kept.Read(0, 2, block);

            Assert.Equal((2, 3, 5, half), (kept.BlockCount, kept.FrameCount(0), kept.FeatureSize, kept.IsHalf));
            for (var i = 0; i < block.Length; i++)
                Assert.Equal(values[15 + i], block[i], half ? scale / 2048 : 0);
        }
    }

    [Fact]
    public void A_batch_keeps_its_rows_while_the_next_is_read_though_memory_is_used_again()
    {
        // Utterance i: 2 blocks of 1 + i frames, every value i + 1 in the first block, -(i + 1) in the second.
        using var rows = Utterances.Read(new MLContext(1).Data.LoadFromEnumerable(Enumerable.Range(0, 7).Select(i => new Row
        {
            Label = (uint)(i % 2),
            Embedding = [.. Enumerable.Repeat(i + 1f, 3 * (i + 1)), .. Enumerable.Repeat(-i - 1f, 3 * (i + 1))],
            Shape = [2, i + 1, 3],
        })), new CtaRnnOptions(), default);
        int[][] batches = [[0, 1], [6, 5, 4], [2], [3, 6], [1, 0]];   // larger, smaller and larger again
        using var reader = new BatchReader(rows, torch.CPU);

        for (var epoch = 0; epoch < 2; epoch++)
        {
            foreach (var (batch, wanted) in reader.Read(batches).Zip(batches))
            {
                Thread.Sleep(20);   // the next one is being read meanwhile
                using (batch)
                {
                    var values = wanted.SelectMany(i => Enumerable.Repeat(i + 1f, 3 * (i + 1))).ToList();
                    Assert.Equal([.. values, .. values.Select(v => -v)], batch.Streams[0].Features.data<float>().ToArray());
                    Assert.Equal(wanted.Select(i => i + 1L), batch.Streams[0].Lengths.data<long>().ToArray());
                    Assert.Equal(wanted.Select(i => i % 2L), batch.Labels.data<long>().ToArray());
                }
            }
        }
    }

    private sealed class Row
    {
        [KeyType(2)]
        public uint Label { get; set; }

        [VectorType]
        public float[] Embedding { get; set; } = [];

        [VectorType(3), ColumnName("Embedding.Shape")]
        public long[] Shape { get; set; } = [];
    }
}
