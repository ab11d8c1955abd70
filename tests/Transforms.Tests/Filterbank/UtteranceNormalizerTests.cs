using MlNetSer.Filterbank;

namespace MlNetSer.Tests.Filterbank;

public sealed class UtteranceNormalizerTests
{
    [Theory]
    [InlineData(80, UtteranceNormalization.None)]
    [InlineData(80, UtteranceNormalization.Mean)]
    [InlineData(80, UtteranceNormalization.MeanAndStandardDeviation)]
    [InlineData(23, UtteranceNormalization.Mean)]
    [InlineData(23, UtteranceNormalization.MeanAndStandardDeviation)]
    public void Eight_bins_at_once_give_the_bits_of_one_at_a_time(int bins, UtteranceNormalization normalization)
    {
        var scalar = Sounds.Speak(57 * bins);
        var ours = scalar.ToArray();

        UtteranceNormalizer.Apply(ours, bins, normalization);

        ScalarFilterbank.Normalize(scalar, 57, bins, normalization);
        Assert.Equal(scalar, ours);
    }

    /// <summary>NeMo's <c>normalize_batch</c>: of 1, 2, 3, 6 the mean is 3 and the sample variance (4 + 1 + 0 + 9) / 3.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    public void The_deviation_is_that_of_a_sample(int bins)
    {
        float[] features = [.. new float[] { 1, 2, 3, 6 }.SelectMany(value => Enumerable.Repeat(value, bins))];

        UtteranceNormalizer.Apply(features, bins, UtteranceNormalization.MeanAndStandardDeviation);

        var deviation = Math.Sqrt(14 / 3.0) + 1e-5;
        Assert.All(features.Chunk(bins).Zip([-2.0, -1, 0, 3]),
            frame => Assert.All(frame.First, value => Assert.Equal(frame.Second / deviation, value, 1e-6)));
    }

    /// <summary>NeMo takes the deviation of one frame, which is no number, for 0.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    public void A_single_frame_becomes_zero(int bins)
    {
        var features = Enumerable.Repeat(5f, bins).ToArray();

        UtteranceNormalizer.Apply(features, bins, UtteranceNormalization.MeanAndStandardDeviation);

        Assert.All(features, value => Assert.Equal(0, value));
    }
}
