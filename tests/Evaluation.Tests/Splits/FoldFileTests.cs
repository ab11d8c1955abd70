namespace MlNetSer.Tests;

public sealed class FoldFileTests
{
    private static readonly FoldRow[] s_rows = [.. "abcd".Select(
        (who, i) => new FoldRow
        {
            Utterance = $"{who}1",
            Speaker = $"{who}",
            Label = i % 2 == 0 ? "sad" : "angry",
            Script = who == 'a' ? "x" : "y",
        })];

    [Theory]
    [InlineData(TextOverlap.Allowed)]
    [InlineData(TextOverlap.ScriptDisjoint)]
    public void A_file_is_read_back_as_it_was_written(TextOverlap texts)
    {
        FoldRow[] rows = [.. s_rows, .. s_rows.Select(row => row with { Utterance = row.Speaker + "2", Script = $"z{row.Speaker}" })];
        var file = FoldSplitter.Split(EvaluationProtocol.LeaveOneSpeakerOut() with
        {
            Texts = texts,
            Filter = new RowFilter { Column = "Condition", Values = ["improvised"] }
        }, rows);
        var path = Path.Combine(Directory.CreateTempSubdirectory().FullName, "folds.json");

        file.Save(path);
        var read = FoldFile.Load(path);

        Assert.Equal(file.ToJson(), read.ToJson());
        Assert.Equal(texts == TextOverlap.ScriptDisjoint, read.Folds[3].Utterances is not null);
        Assert.Equal(file.Folds[3].Utterances?.Train, read.Folds[3].Utterances?.Train);
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public void The_file_says_in_plain_lines_who_is_where()
    {
        var text = FoldSplitter.Split(EvaluationProtocol.LeaveOneSpeakerOut(), s_rows).ToJson();

        Assert.Contains("\"Split\": \"LeaveOneSpeakerOut\",\n", text);
        Assert.Contains("\"Validation\": \"NextSpeaker\",\n", text);
        Assert.Contains(
            "\"Number\": 2,\n      \"TrainSpeakers\": [\"a\",\"d\"],\n      \"ValidationSpeakers\": [\"c\"],\n      \"TestSpeakers\": "
            + "[\"b\"],\n", text);
    }

    [Theory]
    [InlineData("{\"Format\":\"mlnetser-folds/9\",\"Protocol\":{},\"RowCount\":1,\"Folds\":[]}", "has format 'mlnetser-folds/9'; "
        + "wanted 'mlnetser-folds/1'")]
    [InlineData("{\"Protocol\":{},\"RowCount\":1,\"Folds\":[]}", "has no folds")]
    [InlineData("{\"Protocol\":{},\"RowCount\":1}", "cannot be read")]
    [InlineData("{\"Protocol\":{\"Split\":\"ByMood\"},\"RowCount\":1,\"Folds\":[]}", "line 1, at '$.Protocol.Split'")]
    [InlineData("folds", "cannot be read, line 1")]
    public void A_faulty_file_is_refused(string text, string message)
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory().FullName, "folds.json");
        File.WriteAllText(path, text);

        var error = Assert.Throws<InvalidDataException>(() => FoldFile.Load(path));

        Assert.Contains(message, error.Message);
        Assert.Contains(path, error.Message);
    }

    [Fact]
    public void A_protocol_is_read_back_as_it_was_written()
    {
        var protocol = EvaluationProtocol.FixedSplit(new SplitColumn
        {
            Name = "Split_Set",
            Train = "Train",
            Validation = "Development",
            Test = "Test1",
        },
            ValidationPolicy.RandomSpeakers) with
        {
            Texts = TextOverlap.SentenceDisjoint,
            AllowSpeakerOverlap = true,
            ValidationSpeakerCount = 3,
            Seed = 7
        };

        Assert.Equal(protocol, EvaluationProtocol.FromJson(protocol.ToJson()));
        Assert.Equal(
            "Fixed split by column Split_Set (Train, Development, Test1); 3 speaker(s) drawn from training by seed 7 validate; "
            + "sentences of the test left out of training and validation; speakers on two sides allowed", protocol.ToString());
    }
}
