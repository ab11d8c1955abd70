namespace MlNetSer.Tests.Corpora;

public sealed class SaveeTests
{
    [Theory]
    [InlineData("DC/{1}.wav")]
    [InlineData("AudioData/DC/{1}.wav")]
    [InlineData("ALL/DC_{1}.wav")]
    public void Emotions_of_two_letters_are_not_those_of_one(string pattern)
    {
        using var corpus = new MiniatureCorpus().Wav(new[] { "a01", "sa01", "su01", "n30" }.Select(name => pattern.Replace("{1}", name)));

        var reading = corpus.Read("savee", "all-classes");

        Assert.Equal(["angry", "neutral", "sad", "surprise"], reading.Manifest.Utterances.Select(u => u.Label));
        Assert.Equal(["DC_a01", "DC_n30", "DC_sa01", "DC_su01"], reading.Manifest.Utterances.Select(u => u.Id));
        Assert.Equal(480 - 4, reading.Subjects(CorpusFindingKind.Missing).Count());
        Assert.Contains("KL_su15", reading.Subjects(CorpusFindingKind.Missing));
    }

    [Fact]
    public void Complete_tree_has_480_files_and_no_difference()
    {
        using var corpus = new MiniatureCorpus().Wav(
            from speaker in new[] { "DC", "JE", "JK", "KL" }
            from emotion in new[] { "a", "d", "f", "h", "n", "sa", "su" }
            from number in Enumerable.Range(1, emotion == "n" ? 30 : 15)
            select $"{speaker}/{emotion}{number:00}.wav");

        var reading = corpus.Read("savee");

        Assert.Equal([("angry", 60), ("happy", 60), ("neutral", 120), ("sad", 60)], reading.Classes());
        reading.EnsureComplete();
    }
}
