using Microsoft.ML;

namespace MlNetSer.Tests;

public sealed class WordErrorRateTests
{
    private static RecognizedUtterance Heard(string utterance, string speaker, string reference, string hypothesis)
        => new() { Utterance = utterance, Speaker = speaker, Reference = reference, Hypothesis = hypothesis };

    [Fact]
    public void Edits_of_each_kind_are_counted_by_word_and_by_character()
    {
        // the cat sat on the mat -> the big cat sit on mat: one insertion (big), one substitution (sit), one deletion (the): 3 / 6.
        var alignment = TextAlignment.Words("the cat sat on the mat", "the big cat sit on mat");

        Assert.Equal(new ErrorCounts { Substitutions = 1, Deletions = 1, Insertions = 1, ReferenceCount = 6 }, alignment.Counts);
        Assert.Equal(0.5, alignment.Counts.Rate);
        Assert.Equal(
            """
            REF: the *** cat sat on the mat
            HYP: the big cat sit on *** mat
                     I       S      D
            """.ReplaceLineEndings("\n"), alignment.ToString());
        // kitten -> sitting, the textbook's pair: k/s, e/i, + g.
        Assert.Equal(new ErrorCounts
        {
            Substitutions = 2,
            Deletions = 0,
            Insertions = 1,
            ReferenceCount = 6,
        }, TextAlignment.Edits([.. "kitten"], [.. "sitting"]));
    }

    [Theory]
    [InlineData("a b c", "a b c", 0, 0, 0)]
    [InlineData("a b c", "", 0, 3, 0)]
    [InlineData("", "a b", 0, 0, 2)]
    [InlineData("", "", 0, 0, 0)]
    [InlineData("a b", "b", 0, 1, 0)]
    [InlineData("a a a", "a", 0, 2, 0)]
    [InlineData("a b", "c d e", 2, 0, 1)]
    public void Alignment_and_count_agree_on_small_cases(
        string reference, string hypothesis, int substitutions, int deletions, int insertions)
    {
        var expected = new ErrorCounts
        {
            Substitutions = substitutions,
            Deletions = deletions,
            Insertions = insertions,
            ReferenceCount = TextAlignment.Split(reference).Length,
        };

        Assert.Equal(expected, TextAlignment.Words(reference, hypothesis).Counts);
        Assert.Equal(expected, TextAlignment.Edits(TextAlignment.Split(reference), TextAlignment.Split(hypothesis)));
    }

    [Fact]
    public void Corpus_rate_weighs_utterances_by_their_words_and_each_speaker_has_its_own()
    {
        var result = WordErrorRate.Compare(
        [
            Heard("u1", "anna", "yes", "no"),                                   // 1 of 1 words; y/n, e/o, -s: 3 of 3 characters
            Heard("u2", "anna", "I don't know.", "i don't know"),               // 0 of 3; 0 of 12
            Heard("u3", "ben", "it is twenty-one", "it is twenty one"),         // 0 of 4; 0 of 16
            Heard("u4", "ben", "", "noise"),                                    // nobody knows what was said
        ]);

        Assert.Equal((1, 8), (result.Words.Errors, result.Words.ReferenceCount));
        Assert.Equal((3, 31), (result.Characters.Errors, result.Characters.ReferenceCount));
        Assert.Equal(1, result.WithoutReferenceCount);
        Assert.Equal([("anna", 2, 0.25), ("ben", 1, 0.0)], result.Speakers.Select(s => (s.Speaker, s.UtteranceCount, s.Words.Rate)));
        Assert.Equal([1.0, 0, 0], result.Utterances.Select(u => u.Words.Rate));
        Assert.Equal("| Librispeech | 12.50 | 9.68 | 3 utterances, 8 words, words-only |", result.TableRow("Librispeech"));
        Assert.Contains("1 utterances without a reference were not scored", result.ToString());
    }

    [Theory]
    [InlineData("as-written", "  Well,  I DON’T\tknow… ", "Well, I DON’T know…")]
    [InlineData("ignore-case", "Well, I DON'T", "well, i don't")]
    [InlineData("words-only", "“Well,” I DON’T know… 'cause it's 3.5% of 1,000 — or so: twenty-one/two.", "well i don't know cause it's "
        + "3.5 of 1,000 or so twenty one two")]
    [InlineData("words-only", "12 o'clock, room 7.", "12 o'clock room 7")]
    [InlineData("words-only", "ÄRGER über Öl", "ärger über öl")]
    [InlineData("words-only", "... - !", "")]
    public void Policies_make_equal_what_they_say(string policy, string text, string normalized)
        => Assert.Equal(normalized, TextNormalization.ByName(policy).Apply(text));

    [Fact]
    public void An_unknown_policy_is_refused_with_a_list_of_the_known()
        => Assert.Contains("no text normalisation 'x'. Built in are: as-written, ignore-case, words-only",
        Assert.Throws<ArgumentException>(() => TextNormalization.ByName("x")).Message);

    [Fact]
    public void A_rate_without_words_is_unknown_and_one_with_many_insertions_exceeds_1()
    {
        Assert.True(double.IsNaN(new ErrorCounts { Substitutions = 0, Deletions = 0, Insertions = 2, ReferenceCount = 0 }.Rate));
        Assert.Equal(2, new ErrorCounts { Substitutions = 0, Deletions = 0, Insertions = 4, ReferenceCount = 2 }.Rate);
    }

    [Fact]
    public void Two_thousand_words_are_compared()
    {
        var said = string.Join(' ', Enumerable.Range(0, 2000).Select(i => $"w{i}"));
        var heard = string.Join(' ', Enumerable.Range(0, 2000).Where(i => i % 100 != 7).Select(i => i % 100 == 9 ? "x" : $"w{i}"));

        var result = WordErrorRate.Compare([Heard("u", "s", said, heard)]);

        Assert.Equal(new ErrorCounts { Substitutions = 20, Deletions = 20, Insertions = 0, ReferenceCount = 2000 }, result.Words);
    }

    [Fact]
    public void Columns_of_a_data_view_are_compared_and_named()
    {
        var ml = new MLContext(1);
        var rows = ml.Data.LoadFromEnumerable([new Row("u1", "anna", "good morning", "good mourning"),
            new Row("u2", "ben", "hello", "hello")]);

        var result = WordErrorRate.Compare(rows);

        Assert.Equal(["u1", "u2"], result.Utterances.Select(u => u.Utterance));
        Assert.Equal(["anna", "ben"], result.Speakers.Select(s => s.Speaker));
        Assert.Equal(1.0 / 3, result.Words.Rate, 1e-12);
        Assert.Contains("Could not find input column 'Words'",
            Assert.Throws<ArgumentOutOfRangeException>(() => WordErrorRate.Compare(rows, "Transcript", "Words")).Message);
        Assert.Contains("expected String, got Single",
            Assert.Throws<ArgumentOutOfRangeException>(() => WordErrorRate.Compare(rows, "Transcript", nameof(Row.Number))).Message);
    }

    private sealed record Row(string Utterance, string Speaker, string Text, string Transcript)
    {
        public float Number { get; set; }
    }

    [Theory]
    [InlineData("I\u0092m fine", "i'm fine")]           // Windows-1252 read as ISO-8859-1
    [InlineData("it\u2018s", "it's")]
    [InlineData("it\u2019s", "it's")]
    [InlineData("it`s", "it's")]
    [InlineData("it\u00B4s", "it's")]
    [InlineData("it\u02BCs", "it's")]
    [InlineData("it\u2032s", "it's")]
    [InlineData("\u2018it\u2019s\u2019", "it's")]       // quotation marks around it go
    [InlineData("caf\u00E9", "cafe\u0301")]
    [InlineData("twenty\u0096one", "twenty one")]      // a dash of Windows-1252
    [InlineData("\u2212five co\u00ADoperate", "five cooperate")]
    [InlineData("q\u0303'est", "Q\u0303\u2019est")]    // no single character holds it
    public void Words_that_look_equal_count_as_equal(string hypothesis, string reference)
    {
        var result = WordErrorRate.Compare([Heard("u", "s", reference, hypothesis)]);

        Assert.Equal((0, 0), (result.Words.Errors, result.Characters.Errors));
    }

    [Fact]
    public void As_written_tells_apostrophes_apart_and_equates_Unicode_forms()
    {
        Assert.NotEqual(TextNormalization.AsWritten.Apply("it\u2019s"), TextNormalization.AsWritten.Apply("it's"));
        Assert.Equal(TextNormalization.AsWritten.Apply("cafe\u0301"), TextNormalization.AsWritten.Apply("caf\u00E9"));
        Assert.Equal("I’m", TextNormalization.AsWritten.Apply("I\u0092m"));
    }

    [Fact]
    public void References_are_read_line_by_line_and_faults_are_named_by_line()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory().FullName, "said.tsv");
        File.WriteAllText(path, "a.wav\tWELL THEN\r\n\nb.wav\tNo\n");

        Assert.Equal(["a.wav: WELL THEN", "b.wav: No"], WordErrorRate.LoadReferences(path).Select(entry => $"{entry.Key}: {entry.Value}"));
        File.WriteAllText(path, "a.wav\tx\nb.wav no tab\n");
        Assert.Contains("line 2: 'b.wav no tab' is not a name, one tab and words",
            Assert.Throws<InvalidDataException>(() => WordErrorRate.LoadReferences(path)).Message);
        File.WriteAllText(path, "a.wav\tx\na.wav\ty\n");
        Assert.Contains("line 2: 'a.wav' occurs twice",
            Assert.Throws<InvalidDataException>(() => WordErrorRate.LoadReferences(path)).Message);
        File.WriteAllBytes(path, [.. "a.wav\tM"u8, 0xFC, .. "ller\n"u8]);
        Assert.Contains("line 1, byte 8 (offset 7): 0xFC is not UTF-8",
            Assert.Throws<InvalidDataException>(() => WordErrorRate.LoadReferences(path)).Message);
    }
}
