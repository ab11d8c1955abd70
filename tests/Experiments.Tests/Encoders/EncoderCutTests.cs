using MlNetSer.Experiments;
using MlNetSer.TestKit;

namespace MlNetSer.Tests.Encoders;

public sealed class EncoderCutTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mlnetser-cut").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Stacked_blocks_are_the_same_up_to_the_cut_and_the_file_is_smaller()
    {
        SpeechEncoder.Untrained(1, new ConformerOptions
        {
            BlockCount = 4,
            Dimension = 32,
            HeadCount = 4,
            FeedForwardSize = 64,
            KernelSize = 7,
            VocabularySize = 9
        }).Save(In("whole.onnx"));

        var cut = EncoderCut.Write(In("whole.onnx"), In("cut.onnx"), block: 2);

        Assert.Equal(2, cut.BlockCount);
        Assert.InRange(Size("cut.onnx"), 1, Size("whole.onnx") * 0.7);
        Assert.Equal(Embed(SpeechEncoder.FromFile(In("whole.onnx")), [1, 2]), Embed(SpeechEncoder.FromFile(In("cut.onnx")), null));
    }

    [Fact]
    public void A_block_that_is_not_there_is_refused()
    {
        SpeechEncoder.Untrained().Save(In("whole.onnx"));

        Assert.Contains("has blocks 1 to 4",
            Assert.Throws<ArgumentOutOfRangeException>(() => EncoderCut.Write(In("whole.onnx"), In("cut.onnx"), block: 5)).Message);
        Assert.False(File.Exists(In("cut.onnx")));
    }

    [Fact]
    public void A_real_encoder_after_its_best_block_in_8_bits_is_a_tenth_of_its_size()
    {
        Assert.SkipWhen(SharedData.Find("nemo-conformer-ctc-small", "encoder.onnx") is null, SharedData.Absent);
        var whole = SharedData.Find("nemo-conformer-ctc-small", "encoder.onnx")!;

        EncoderCut.Write(whole, In("cut.onnx"), block: 5);
        var small = EncoderCut.Write(whole, In("small.onnx"), block: 5, int8: true);

        Assert.Equal(5, small.BlockCount);
        Assert.InRange(Size("small.onnx"), 1, 6e6);
        var (exact, cut) = (Embed(SpeechEncoder.FromFile(whole), [5]), Embed(SpeechEncoder.FromFile(In("cut.onnx")), [5]));
        Assert.Equal(exact, cut);
    }

    private string In(string name) => Path.Combine(_folder, name);

    private double Size(string name) => new FileInfo(In(name)).Length;

    private static float[] Embed(SpeechEncoder encoder, IReadOnlyList<int>? blocks)
    {
        using var extractor = new EmbeddingExtractor(encoder, new EmbeddingExtractorOptions { Blocks = blocks, ThreadCount = 1 });
        float[] tone = [.. Enumerable.Range(0, 16_000).Select(t => (float)(0.3 * Math.Sin(0.05 * t) * Math.Sin(0.0007 * t)))];
        return extractor.Extract([tone]).Single().Values.ToArray();
    }
}
