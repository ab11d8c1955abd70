using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSer.Encoders.Conformer;

namespace MlNetSer.Tests.Encoders;

public sealed class UntrainedEncoderTests
{
    [Fact]
    public void Same_seed_gives_the_same_bytes_and_another_seed_others()
    {
        Assert.Equal(SpeechEncoder.Untrained(1).Hash, SpeechEncoder.Untrained(1).Hash);
        Assert.NotEqual(SpeechEncoder.Untrained(1).Hash, SpeechEncoder.Untrained(2).Hash);
    }

    [Fact]
    public void Every_block_keeps_a_unit_scale_and_differs_from_the_next()
    {
        var ml = new MLContext(1);
        float[] samples = [.. Enumerable.Range(0, 16000).Select(i => (float)(0.3 * Math.Sin(0.05 * i) + 0.1 * Math.Sin(0.31 * i)))];
        var data = ml.Data.LoadFromEnumerable([new Wave { Waveform = samples }]);
        var chain = ml.Transforms.ExtractFilterbank("Filterbank", "Waveform")
            .Append(ml.Transforms.EmbedSpeech("Embedding", "Filterbank", SpeechEncoder.Untrained()));

        var embedded = chain.Fit(data).Transform(data);
        var values = embedded.GetColumn<float[]>("Embedding").Single();
        var shape = embedded.GetColumn<long[]>("Embedding.Shape").Single();

        Assert.Equal([4, 23, 64], shape);    // ((98 − 1) / 2 − 1) / 2
        var blocks = values.Chunk(23 * 64).ToArray();
        Assert.All(blocks, block => Assert.Equal(1, Math.Sqrt(block.Average(v => v * v)), 0.01));   // each ends with a layer norm
        Assert.True(blocks[0].Zip(blocks[3], (a, b) => Math.Abs(a - b)).Average() > 0.1);
    }

    [Theory]
    [InlineData(4, 7)]
    [InlineData(6, 11)]
    [InlineData(8, 15)]
    public void Shortest_utterance_has_one_frame(int subsampling, int frames)
    {
        var options = new ConformerOptions { Subsampling = subsampling };

        Assert.Equal(1, options.FrameCount(frames));
        Assert.Equal(0, options.FrameCount(frames - 1));
    }

    [Fact]
    public void Faulty_sizes_are_reported_together()
    {
        var error = Assert.Throws<ArgumentException>(() =>
            ConformerGraph.Write(new ConformerOptions { Dimension = 100, KernelSize = 4, Subsampling = 5 }, new SeededWeights(1)));

        Assert.Contains("Dimension is 100, but must be a multiple of 16", error.Message);
        Assert.Contains("KernelSize is 4, but must be odd", error.Message);
        Assert.Contains("Subsampling is 5, but must be 4, 6 or 8", error.Message);
    }

    private sealed class Wave
    {
        [VectorType]
        public float[] Waveform { get; set; } = [];
    }

    [Fact]
    public void In_8_bits_it_is_another_encoder_that_embeds_one_utterance_at_a_time()
    {
        var encoder = SpeechEncoder.Untrained();

        var small = encoder.Quantized();

        Assert.NotEqual(encoder.Hash, small.Hash);
        Assert.Equal(encoder.BlockCount, small.BlockCount);
        Assert.Equal((int.MaxValue, 1), (encoder.LargestBatch, small.LargestBatch));
    }
}
