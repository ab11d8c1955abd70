using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSer.Tests.Corpora;

public sealed class ManifestRoundTripTests
{
    private static CorpusManifest Saved(MiniatureCorpus corpus, string policy, string name)
    {
        var path = Path.Combine(corpus.Folder, name);
        corpus.Read("meld", policy).Manifest.Save(path);
        return CorpusManifest.Load(path);
    }

    private static MiniatureCorpus Meld() => new MiniatureCorpus()
        .Text("test_sent_emo.csv",
        "Utterance,Speaker,Emotion,Dialogue_ID,Utterance_ID\n\"He said \"\"no\"\", then\nleft; "
        + "# really\",\"Ross, Sr.\",sadness,0,0\nÖh.,Joey,joy,0,1\nNo.,Joey,fear,0,2\n")
        .Wav("test/dia0_utt0.wav", "test/dia0_utt1.wav", "test/dia0_utt2.wav");

    [Fact]
    public void Saved_manifest_gives_back_every_column_and_its_identity()
    {
        using var corpus = Meld();
        var manifest = corpus.Read("meld").Manifest;

        var loaded = Saved(corpus, "four-class", "lists/meld.csv");

        Assert.Equal(manifest.Utterances, loaded.Utterances);
        Assert.Equal("He said \"no\", then\nleft; # really", loaded.Utterances[0].Text);
        Assert.Equal(("meld", "four-class", manifest.Fingerprint), (loaded.Name, loaded.Policy, loaded.Fingerprint));
        Assert.Contains("../test/dia0_utt0.wav", File.ReadAllText(Path.Combine(corpus.Folder, "lists", "meld.csv")));
        Assert.Empty(loaded.Missing());
    }

    [Fact]
    public void Policy_is_part_of_the_identity_and_of_the_data_view()
    {
        using var corpus = Meld();

        var four = Saved(corpus, "four-class", "4.csv");
        var all = Saved(corpus, "all-classes", "7.csv");

        Assert.NotEqual(four.Fingerprint, all.Fingerprint);
        Assert.StartsWith("meld/all-classes/3-", all.Identity);
        var view = four.ToDataView(new MLContext());
        Assert.Equal([four.Identity, four.Identity], view.GetColumn<string>("Corpus"));
        Assert.Equal(["test", "test"], view.GetColumn<string>("Split"));
    }

    [Fact]
    public void Fingerprint_is_that_of_the_rows_and_not_of_their_order_or_place()
    {
        using var corpus = Meld();
        using var moved = Meld();
        var here = corpus.Read("meld").Manifest;

        var reversed = new CorpusManifest("", here.Name, here.Policy, [.. here.Utterances.Reverse()]);

        Assert.Equal(here.Fingerprint, reversed.Fingerprint);
        Assert.Equal(here.Fingerprint, moved.Read("meld").Manifest.Fingerprint);
        Assert.NotEqual(here.Fingerprint, new CorpusManifest(
            "", here.Name, here.Policy, [here.Utterances[0] with { Label = "angry" }, here.Utterances[1]]).Fingerprint);
    }

    [Fact]
    public void Rows_changed_under_a_policy_are_refused()
    {
        using var corpus = Meld();
        Saved(corpus, "four-class", "meld.csv");
        var path = Path.Combine(corpus.Folder, "meld.csv");
        var text = File.ReadAllText(path);

        File.WriteAllText(path, text.Replace(",happy,", ",neutral,"));
        var changed = Assert.Throws<InvalidDataException>(() => CorpusManifest.Load(path));
        File.WriteAllText(path, text[(text.IndexOf('\n') + 1)..]);
        var plain = CorpusManifest.Load(path);
        File.WriteAllText(path, "# corpus: meld\n" + text);
        var torn = Assert.Throws<InvalidDataException>(() => CorpusManifest.Load(path));

        Assert.Contains("were changed since. If that was meant, take the first line out", changed.Message);
        Assert.Equal(("meld", "as-given"), (plain.Name, plain.Policy));
        Assert.Contains("line 1: '# corpus: meld' is not", torn.Message);
    }

    [Fact]
    public void A_manifest_whose_splits_or_texts_were_changed_is_refused()
    {
        using var corpus = Meld();
        Saved(corpus, "four-class", "meld.csv");
        var path = Path.Combine(corpus.Folder, "meld.csv");

        File.WriteAllText(path, File.ReadAllText(path).Replace("Öh.", "Oh."));

        Assert.Contains("scripts, splits or texts were changed since",
            Assert.Throws<InvalidDataException>(() => CorpusManifest.Load(path)).Message);
    }

    [Fact]
    public void Faults_name_the_line_of_the_file_that_carries_a_first_line()
    {
        using var corpus = Meld()
            .Text("m.csv", "# corpus: x; policy: y; utterances: 1; fingerprint: 0123456789abcdef\npath,speaker,label\na,s,b\na,s,b\n");

        Assert.Contains("is in line 3 and again in line 4",
            Assert.Throws<InvalidDataException>(() => CorpusManifest.Load(Path.Combine(corpus.Folder, "m.csv"))).Message);
    }

    [Fact]
    public void Half_missing_audio_is_refused_with_the_count_and_the_first_names()
    {
        using var corpus = Meld();
        var manifest = Saved(corpus, "four-class", "meld.csv");
        manifest.EnsureFiles();

        File.Delete(manifest.Utterances[1].Path);

        Assert.Equal([manifest.Utterances[1]], manifest.Missing());
        Assert.Contains($"1 of the 2 audio files of '{manifest.Source}' are missing: {manifest.Utterances[1].Path}.",
            Assert.Throws<FileNotFoundException>(manifest.EnsureFiles).Message);
    }
}
