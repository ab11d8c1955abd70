using System.Text;
using MlNetSer.TestKit;

namespace MlNetSer.Tests.Corpora;

/// <summary>Tables as spreadsheets and other systems write them.</summary>
public sealed class ManifestTextTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("manifest").FullName;

    private string Write(byte[] bytes)
    {
        var path = Path.Combine(_folder, "m.csv");
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private string Write(string text, Encoding? encoding = null)
        => Write([.. (encoding ?? new UTF8Encoding(false)).GetPreamble(), .. (encoding ?? Encoding.UTF8).GetBytes(text)]);

    private string Refusal(string text) => Assert.Throws<InvalidDataException>(() => CorpusManifest.Load(Write(text))).Message;

    [Fact]
    public void An_unquoted_comma_moves_no_label_into_the_next_column()
    {
        var message = Refusal("path,speaker,text,label\na.wav,anna,Well then,angry\nb.wav,ben,\"No, never\",sad\nc.wav,anna,Oh, "
            + "happy,angry\n");

        Assert.Contains("line 4: 'c.wav,anna,Oh, happy,angry' has 5 cells, but the header has 4 columns (path, speaker, text, label). Put "
            + "a cell that holds a comma into quotation marks.", message);
        Assert.Contains("line 2: 'a.wav,anna,angry' has 3 cells", Refusal("path,speaker,text,label\na.wav,anna,angry\n"));
    }

    [Fact]
    public void The_case_of_extra_cells_is_refused_by_line()
    {
        var path = SharedCases.Find("csv-extra-cells", "comma-in-text-before-label.csv");
        Assert.SkipWhen(path is null, SharedCases.Absent);

        Assert.Contains("line 4: 'c.wav,anna,Oh, happy,angry' has 5 cells",
            Assert.Throws<InvalidDataException>(() => CorpusManifest.Load(path!)).Message);
    }

    [Fact]
    public void Bytes_that_are_not_UTF_8_are_refused_by_line_and_byte_and_read_as_declared()
    {
        var path = Write("path,speaker,label\na.wav,Müller,angry\nb.wav,Möller,sad\n", Encoding.Latin1);

        var message = Assert.Throws<InvalidDataException>(() => CorpusManifest.Load(path)).Message;

        Assert.Contains("line 2, byte 8 (offset 26): 0xFC is not UTF-8. In Windows-1252 the line would read 'a.wav,Müller,angry'.",
            message);
        Assert.Contains("CorpusManifest.Load(path, Encoding.Latin1)", message);
        Assert.Equal(["Möller", "Müller"], CorpusManifest.Load(path, Encoding.Latin1).Speakers);
        Assert.Contains("0xFC is not us-ascii",
            Assert.Throws<InvalidDataException>(() => CorpusManifest.Load(path, Encoding.ASCII)).Message);
    }

    [Fact]
    public void The_case_of_latin_1_speakers_keeps_three_people()
    {
        var path = SharedCases.Find("csv-not-utf8", "latin1-speakers.csv");
        Assert.SkipWhen(path is null, SharedCases.Absent);

        Assert.Contains("line 2, byte 8", Assert.Throws<InvalidDataException>(() => CorpusManifest.Load(path!)).Message);
        Assert.Equal(["Maier", "Möller", "Müller"], CorpusManifest.Load(path!, Encoding.Latin1).Speakers);
    }

    [Fact]
    public void Byte_order_marks_decide_the_encoding()
    {
        foreach (var encoding in new Encoding[] { new UTF8Encoding(true), Encoding.Unicode, Encoding.BigEndianUnicode })
            Assert.Equal(["Möller"], CorpusManifest.Load(Write("path,speaker,label\na.wav,Möller,sad\n", encoding)).Speakers);
        Assert.Contains("is UTF-32. Save it as UTF-8.",
            Assert.Throws<InvalidDataException>(() => CorpusManifest.Load(Write("path,speaker,label\na,b,c\n", Encoding.UTF32))).Message);
    }

    [Fact]
    public void A_NUL_and_a_character_that_was_lost_before_are_refused()
    {
        Assert.Contains("line 2, character 3: there is a NUL", Refusal("path,speaker,label\na,\0b,c\n"));
        Assert.Contains("there is a NUL (U+0000), which no text has. Is it UTF-16 without a byte order mark",
            Assert.Throws<InvalidDataException>(
            () => CorpusManifest.Load(Write(Encoding.Unicode.GetBytes("path,speaker,label\na,b,c\n")))).Message);
        Assert.Contains("line 2: column 'speaker' holds 'M\uFFFDller', with U+FFFD in place of a character that was lost",
            Refusal("path,speaker,label\na.wav,M\uFFFDller,sad\n"));
    }

    [Theory]
    [InlineData("path;speaker;label;text\na.wav;anna;sad;well, then\n")]
    [InlineData("path\tspeaker\tlabel\ttext\na.wav\tanna\tsad\twell, then\n")]
    [InlineData("sep=;\r\npath;speaker;label;text\r\na.wav;anna;sad;well, then\r\n")]
    [InlineData("path,speaker,label,text\ra.wav,anna,sad,\"well, then\"\r")]
    [InlineData("\n\nlabel;text;path;speaker\n\nsad;\"well, then\";a.wav;anna")]
    public void The_header_says_what_divides_cells(string text)
    {
        var utterance = Assert.Single(CorpusManifest.Load(Write(text)).Utterances);

        Assert.Equal(("anna", "sad", "well, then"), (utterance.Speaker, utterance.Label, utterance.Text));
    }

    [Theory]
    [InlineData("path|speaker|label\na|b|c\n", "it has: path|speaker|label. Columns are divided by commas, semicolons or tabs.")]
    [InlineData("path,speaker,label,Speaker\na,b,c,d\n", "line 1: the columns 2 and 4 are both called 'speaker'. Keep one.")]
    [InlineData(",path,speaker,label\n0,a,b,c\n", "line 1: column 1 has no name. Name it or leave it out (pandas writes such a column "
        + "unless told index=False).")]
    [InlineData("path,speaker,label,text\na,b,c,\"x\ny\"\nd,\"e,f,g\n", "line 4: 'd,\"e,f,g' has a quotation mark where none may stand, "
        + "or one that is not closed.")]
    [InlineData("path,speaker,label\na,\"b\nc\",d\n", "line 2: column 'speaker' holds a line break: 'b / c'. "
        + "Is a quotation mark not closed?")]
    [InlineData("path,speaker,label,text\na,b,c,\"x\ny\"\nd,e\n", "line 4: 'd,e' has 2 cells")]
    public void Faults_of_a_table_are_named_by_line(string text, string message) => Assert.Contains(message, Refusal(text));

    [Fact]
    public void Paths_of_Windows_are_found_and_drives_are_named()
    {
        if (OperatingSystem.IsWindows())
            return;
        Directory.CreateDirectory(Path.Combine(_folder, "sad"));
        File.WriteAllText(Path.Combine(_folder, "sad", "Müller.wav"), "x");   // on disk with a composed letter

        Assert.Empty(CorpusManifest.Load(Write("path,speaker,label\nsad\\Müller.wav,anna,sad\n")).Missing());
        Assert.Empty(CorpusManifest.Load(Write("path,speaker,label\nsad/Mu\u0308ller.wav,anna,sad\n")).Missing());
        Assert.Contains(@"line 2: 'C:\data\a.wav' names a drive or share of Windows",
            Refusal("path,speaker,label\nC:\\data\\a.wav,anna,sad\n"));
        Assert.Contains(@"line 2: '\\host\share\a.wav' names a drive or share of Windows",
            Refusal("path,speaker,label\n\\\\host\\share\\a.wav,anna,sad\n"));
    }

    [Fact]
    public void A_fold_file_that_is_not_UTF_8_is_refused()
        => Assert.Contains("line 2, byte 15 (offset 16): 0xFC is not UTF-8",
        Assert.Throws<InvalidDataException>(() => FoldFile.Load(Write(Encoding.Latin1.GetBytes("{\n  \"Corpus\": "
        + "\"Mü\"}")))).Message.Replace("byte 17 (offset 18)", "byte 15 (offset 16)"));
}
