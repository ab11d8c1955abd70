namespace MlNetSer.Tests.Corpora;

/// <summary>The descriptions agree with themselves: a count that was mistyped in one place does not add up in another.</summary>
public sealed class CorpusDescriptionTests
{
    public static TheoryData<string> Corpora => [.. SpeechCorpora.Names];

    [Theory, MemberData(nameof(Corpora))]
    public void Description_says_what_it_must(string corpus)
    {
        var description = SpeechCorpora.Describe(corpus);

        Assert.Equal(corpus, description.Name);
        Assert.All([description.Title, description.Licence, description.Source, description.Layout], Assert.NotEmpty);
        Assert.NotEmpty(description.Languages);
        Assert.Contains(description.DefaultPolicy, description.Policies.Keys);
        Assert.All(description.Speakers.Values, speaker => Assert.Matches("^[fm]$", speaker.Gender));
        Assert.All(description.Speakers.Values, speaker =>
            Assert.True(description.Sessions.Count == 0 || description.Sessions.Contains(speaker.Session)));
    }

    [Theory, MemberData(nameof(Corpora))]
    public void Counts_add_up(string corpus)
    {
        var description = SpeechCorpora.Describe(corpus);

        if (description.UtteranceCount is { } all)
        {
            Assert.Equal(all, description.Labels.Values.Sum(l => l.Count!.Value));
            Assert.True(description.Splits.Count == 0 || description.Splits.Values.Sum() == all);
        }
        if (description.Speakers.Count > 0)
            Assert.Equal(description.SpeakerCount, description.Speakers.Count);
        Assert.All(description.Speakers.SelectMany(s => s.Value.Labels).GroupBy(l => l.Key, l => l.Value),
            label => Assert.Equal(description.Labels[label.Key].Count, label.Sum()));
        if (description.Speakers.Values.All(s => s.UtteranceCount is not null) && description.Speakers.Count > 0)
            Assert.Equal(description.UtteranceCount, description.Speakers.Values.Sum(s => s.UtteranceCount));
    }

    [Theory, MemberData(nameof(Corpora))]
    public void Policies_name_labels_of_the_corpus_and_expect_their_counts(string corpus)
    {
        var description = SpeechCorpora.Describe(corpus);

        Assert.All(description.Policies.Values, policy =>
        {
            Assert.True(policy.Perceived || policy.Labels.Keys.All(description.Labels.ContainsKey));
            Assert.True(policy.Classes.Count == 0 || policy.Classes.Keys.Order(StringComparer.Ordinal)
                .SequenceEqual(policy.Labels.Values.Distinct().Order(StringComparer.Ordinal)));
            if (policy.Parts.Count > 0 || policy.Classes.Count == 0)
                return;
            var whole = policy.Labels.Sum(l => description.Labels[l.Key].Count!.Value);
            Assert.InRange(policy.Classes.Values.Sum(), whole - description.KnownFaults.Count, whole);
        });
    }

    [Fact]
    public void Iemocap_has_the_speaker_totals_of_its_oracle()
        => Assert.Equal([528, 557, 481, 542, 522, 629, 528, 503, 590, 651],
        SpeechCorpora.Describe("iemocap").Speakers.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => s.Value.Labels.Values.Sum()));

    [Theory]
    [InlineData("iemocap", "happy", "has no label policy 'happy'. It has: merge-excited, excited-only")]
    [InlineData("IEMOCAP", null, "There is no corpus 'IEMOCAP'. There are: crema-d, emodb, esd, iemocap")]
    public void Unknown_names_are_refused_with_a_list_of_the_known(string corpus, string? policy, string message)
        => Assert.Contains(message, Assert.Throws<ArgumentOutOfRangeException>(
        () => SpeechCorpora.Read(corpus, Path.GetTempPath(), policy)).Message);

    [Theory, MemberData(nameof(Corpora))]
    public void Folder_without_the_corpus_is_refused_with_what_was_looked_for(string corpus)
    {
        using var empty = new MiniatureCorpus().Wav("something/else.wav");

        var error = Assert.Throws<InvalidDataException>(() => empty.Read(corpus));

        Assert.Contains($"looked for {SpeechCorpora.Describe(corpus).Layout}", error.Message);
        Assert.Throws<DirectoryNotFoundException>(() => SpeechCorpora.Read(corpus, Path.Combine(empty.Folder, "absent")));
    }
}
