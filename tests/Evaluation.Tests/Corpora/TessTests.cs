namespace MlNetSer.Tests.Corpora;

public sealed class TessTests
{
    [Fact]
    public void Label_follows_the_last_underscore_and_a_mistyped_speaker_is_understood()
    {
        using var corpus = new MiniatureCorpus().Wav("OAF_Fear/OAF_lid_fear.wav", "OAF_neutral/OA_bite_neutral.wav",
            "YAF_pleasant_surprised/YAF_lid_ps.wav", "TESS/YAF_lid_fear.wav");

        var reading = corpus.Read("tess", "all-classes");

        Assert.Equal([("OAF_bite_neutral", "OAF", "neutral"), ("OAF_lid_fear", "OAF", "fear"), ("YAF_lid_fear", "YAF", "fear"),
            ("YAF_lid_ps", "YAF", "surprise")], reading.Manifest.Utterances.Select(u => (u.Id, u.Speaker, u.Label)));
        Assert.Equal("Say the word bite.", reading.Named("OAF_bite_neutral").Text);
        // Two words, seven emotions, two women: 28, of which four are there.
        Assert.Equal(24, reading.Subjects(CorpusFindingKind.Missing).Count());
        Assert.Contains("YAF_bite_sad", reading.Subjects(CorpusFindingKind.Missing));
    }
}
