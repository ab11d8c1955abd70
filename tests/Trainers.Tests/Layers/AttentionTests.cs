using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSer.Layers;
using MlNetSer.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSer.Tests.Layers;

/// <summary>What CTA networks say they attended to.</summary>
[Collection("libtorch")]
public sealed class AttentionTests
{
    private static readonly MLContext Ml = new(1);

    [Fact]
    public void Each_heads_matrix_sums_to_1_and_gives_padded_frames_exactly_0()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(1);
        using var pooling = new CtaPooling(7, 3, 5);
        var lengths = tensor(new long[] { 4, 9, 1 });

        var attention = pooling.Attention(randn(2, 14, 7), lengths);       // [3, 3, 2, 9]

        Assert.Equal([3, 3, 2, 9], attention.shape);
        foreach (var sum in attention.sum([2L, 3L]).ToFloats())
            Assert.Equal(1, sum, 1e-6);
        Assert.Equal(0, attention[0].slice(2, 4, 9, 1).abs().max().item<float>());
        Assert.Equal(0, attention[2].slice(2, 1, 9, 1).abs().max().item<float>());
        Assert.True(attention[1].min().item<float>() > 0);
    }

    /// <summary>Noise everywhere but in one block at one moment, which alone tells the class.</summary>
    [Theory]
    [InlineData("ChannelTemporalAttention")]
    [InlineData("CtaRnn")]
    public void The_block_and_the_moment_that_carry_the_class_are_found(string name)
    {
        const int Frames = 12, Block = 1;
        var random = new Random(1);
        var moments = new List<int>();
        List<Row> Draw(int count) => [.. Enumerable.Range(0, count).Select(i =>
        {
            var (label, moment) = (i % 2, random.Next(2, Frames - 2));
            moments.Add(moment);
            var values = Enumerable.Range(0, Row.BlockCount * Frames * Row.FeatureSize)
                .Select(_ => (float)(0.2 * (random.NextDouble() - 0.5))).ToArray();
            var at = (Block * Frames + moment) * Row.FeatureSize;
            (values[at + label], values[at + 2]) = (3, 3);      // the class, and a mark that something happens here
            return new Row { Label = label == 0 ? "angry" : "sad", Shape = [Row.BlockCount, Frames, Row.FeatureSize], Embedding = values };
        })];
        SpeechTrainer trainer = name == "CtaRnn"
            ? Ml.MulticlassClassification.Trainers.CtaRnn(Quick.With(new CtaRnnOptions { AttentionColumnName = "Attention" }, epochs: 40))
            : Ml.MulticlassClassification.Trainers.ChannelTemporalAttention(
            Quick.With(new ChannelTemporalAttentionOptions { AttentionColumnName = "Attention" }, epochs: 40));

        using var model = trainer.Fit(Row.View(Ml, Draw(64)));
        moments.Clear();
        var scored = model.Transform(Row.View(Ml, Draw(20)));

        var attention = scored.GetColumn<float[]>("Attention").ToList();
        var heads = scored.GetColumn<float[]>("Attention.Heads").ToList();
        Assert.All(scored.GetColumn<long[]>("Attention.Shape"), shape => Assert.Equal([2, Row.BlockCount, Frames], shape));
        var ofBlock = attention.Average(a => a.Skip(Block * Frames).Take(Frames).Sum());
        var ofMoment = attention.Zip(moments).Average(pair => Enumerable.Range(0, Row.BlockCount)
            .Sum(n => Enumerable.Range(-1, 3).Sum(near => pair.First[n * Frames + pair.Second + near])));
        Assert.True(ofBlock > 0.5, $"the block has {ofBlock:0.00} of the attention; chance is 0.33");
        if (name != "CtaRnn")   // a state of a Bi-GRU can carry the moment to every frame, so any frame is as good as the moment itself
            Assert.True(ofMoment > 0.5, $"three frames around the moment have {ofMoment:0.00} of the attention; chance is 0.25");
        for (var i = 0; i < attention.Count; i++)
        {
            Assert.Equal(1, attention[i].Sum(), 1e-5);
            Assert.Equal(attention[i], Enumerable.Range(0, attention[i].Length)
                .Select(at => (heads[i][at] + heads[i][attention[i].Length + at]) / 2), (a, b) => Math.Abs(a - b) < 1e-6);
        }
    }
}
