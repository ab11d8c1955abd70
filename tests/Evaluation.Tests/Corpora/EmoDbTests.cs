using MlNetSer.TestKit;

namespace MlNetSer.Tests.Corpora;

public sealed class EmoDbTests
{
    [Theory]
    [InlineData("03a01Wa", "03", "m", "a01", "angry")]
    [InlineData("16b10Td", "16", "f", "b10", "sad")]
    [InlineData("08a02Fb", "08", "f", "a02", "happy")]
    [InlineData("11b03Nc", "11", "m", "b03", "neutral")]
    [InlineData("13a04Ac", "13", "f", "a04", "fear")]   // A is Angst: fear
    [InlineData("14a05Ea", "14", "f", "a05", "disgust")]
    [InlineData("15a07La", "15", "m", "a07", "boredom")]
    public void File_name_tells_speaker_sentence_and_german_emotion(string id, string speaker, string gender, string script, string label)
    {
        using var corpus = new MiniatureCorpus().Wav($"wav/{id}.wav");

        var utterance = corpus.Read("emodb", "all-classes").Named(id);

        Assert.Equal((speaker, gender, script, label), (utterance.Speaker, utterance.Gender, utterance.Script, utterance.Label));
        Assert.NotEqual("", utterance.Text);
    }

    [Fact]
    public void Four_classes_leave_three_out_by_name_and_strays_are_unexpected()
    {
        using var corpus = new MiniatureCorpus().Wav("wav/03a01Wa.wav", "wav/03a01La.wav", "wav/noise.wav", "copy/03a01Wa.wav");

        var reading = corpus.Read("emodb");

        Assert.Equal([("angry", 1)], reading.Classes());
        Assert.Equal(["wav/03a01La.wav"], reading.Subjects(
            CorpusFindingKind.LeftOut, "label 'L' (Langeweile, boredom) is not in the policy"));
        Assert.Equal(["copy/03a01Wa.wav"], reading.Subjects(CorpusFindingKind.LeftOut, "has been read already"));
        Assert.Equal(["wav/noise.wav"], reading.Subjects(CorpusFindingKind.Unexpected));
        Assert.Equal(["label 'W'", "class 'angry'"], reading.Subjects(CorpusFindingKind.Count, "1 found, 127 published"));
    }

    [Fact]
    public void Real_files_decode_as_their_manifest_says()
    {
        var shared = SharedData.Find("emodb");
        Assert.SkipWhen(shared is null, SharedData.Absent);
        var given = CorpusManifest.Load(Path.Combine(shared!, "manifest.csv"));

        var reading = SpeechCorpora.Read("emodb", shared!);

        Assert.Equal(339, reading.Manifest.Utterances.Count);
        Assert.Equal(given.Utterances.OrderBy(u => u.Id, StringComparer.Ordinal)
            .Select(u => (u.Path, u.Id, u.Speaker, u.Gender, u.Text, u.Label)),
            reading.Manifest.Utterances.Select(u => (u.Path, u.Id, u.Speaker, u.Gender, u.Script, u.Label)));
        Assert.Equal(given.Fingerprint, reading.Manifest.Fingerprint);
        // This copy has four of the seven emotions: what lacks is exactly the other three.
        Assert.Equal(["label 'A'", "label 'E'", "label 'L'"], reading.Subjects(CorpusFindingKind.Count)
            .Where(subject => subject.StartsWith("label", StringComparison.Ordinal)).Order());
        Assert.Equal(["utterances"], reading.Subjects(CorpusFindingKind.Count, "339 found, 535 published"));
        Assert.DoesNotContain(reading.Findings, f => f.Kind != CorpusFindingKind.Count);
    }
}
