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
}
