namespace MlNetSer.Tests;

public sealed class EmoBoxFoldsTests
{
    private static readonly string[] s_ids = ["Ses01F_impro01_F000", "Ses01F_impro01_M000", "Ses02M_impro01_F000", "Ses02M_impro01_M000",
        "Ses03F_impro01_F000", "Ses03F_impro01_M000"];

    // Our speaker: session and the letter after the LAST underscore.
    private static readonly FoldRow[] s_rows = [.. s_ids.Select(
        (id, i) => new FoldRow { Utterance = id, Speaker = id[..5] + id[^4], Label = i % 2 == 0 ? "sad" : "angry", Session = id[..5] })];

    private static string Line(string id) => $$"""{"key": "iemocap-{{id}}", "dataset": "iemocap", "wav": "downloads/iemocap/{{id}}.wav", """
        + "\"emo\": \"sad\", \"length\": 1.5, \"channel\": 1}";

    private static string Dataset(string name, params (string File, string[] Lines)[] files)
    {
        var folder = Path.Combine(Directory.CreateTempSubdirectory().FullName, name);
        foreach (var (file, lines) in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, file))!);
            File.WriteAllLines(Path.Combine(folder, file), lines);
        }
        return folder;
    }

    private static string[] Lines(params int[] rows) => [.. rows.Select(i => Line(s_ids[i]))];

    [Fact]
    public void Session_folds_come_in_by_speaker_with_a_drawn_validation_speaker()
    {
        var folder = Dataset("iemocap", ("fold_1/iemocap_train_fold_1.jsonl", [.. Lines(2, 3, 4, 5), Line("Ses02M_impro01_F001")]),
            ("fold_1/iemocap_test_fold_1.jsonl", Lines(0, 1)));

        var file = EmoBoxFolds.Import(folder, s_rows);

        var fold = file.Folds.Single();
        Assert.Null(fold.Utterances);
        Assert.Equal(["Ses01F", "Ses01M"], fold.TestSpeakers);
        Assert.Equal(["Ses02F", "Ses02M", "Ses03F", "Ses03M"], fold.TrainSpeakers.Concat(fold.ValidationSpeakers).Order());
        Assert.Single(fold.ValidationSpeakers);
        Assert.Equal("Folds from EmoBox, dataset iemocap; 1 speaker(s) drawn from training by seed 1 validate", file.Protocol.ToString());
        Assert.Equal("1 rows left out: listed by EmoBox, not in the data (Ses02M_impro01_F001)", file.NotInData.Single().ToString());
        file.Audit(s_rows).ThrowIfInvalid();
    }

    [Fact]
    public void Folds_by_the_letter_of_the_prefix_are_flagged_by_our_speaker()
    {
        // Whoever takes the letter after the session for the speaker tests "Ses01F", which is both people of session 1; a split of that
        // "speaker" by utterance leaks.
        FoldRow[] rows = [.. s_rows, s_rows[0] with { Utterance = "Ses01F_impro02_F000" }];
        var folder = Dataset("iemocap", ("fold_1/iemocap_train_fold_1.jsonl", [.. Lines(2, 3, 4, 5), Line("Ses01F_impro02_F000")]),
            ("fold_1/iemocap_valid_fold_1.jsonl", Lines(1)), ("fold_1/iemocap_test_fold_1.jsonl", Lines(0)));

        var file = EmoBoxFolds.Import(folder, rows);

        Assert.Equal(["Ses01F_impro01_F000"], file.Folds[0].Utterances!.Test);
        Assert.Contains("Fold 1 leaks: speaker 'Ses01F' is on the train side and on the test side (1 of 1 test rows)",
            Assert.Throws<InvalidOperationException>(() => file.Audit(rows).ThrowIfInvalid()).Message);
    }

    [Fact]
    public void Folds_of_MELD_come_in_and_its_speakers_on_all_sides_are_flagged()
    {
        static string Meld(string split, string id)
            => $$"""{"key": "meld-{{id}}-{{split}}", "wav": "downloads/MELD.Raw/{{split}}_splits/{{id}}.mp4"}""";
        FoldRow[] rows = [Fold.Row("train_dia0_utt0", "Ross"), Fold.Row("dev_dia0_utt0", "Monica"), Fold.Row("test_dia0_utt0", "Ross")];
        var folder = Dataset("meld", ("fold_1/meld_train_fold_1.jsonl", [Meld("train", "dia0_utt0")]),
            ("fold_1/meld_valid_fold_1.jsonl", [Meld("dev", "dia0_utt0")]), ("fold_1/meld_test_fold_1.jsonl", [Meld("test", "dia0_utt0")]));

        var file = EmoBoxFolds.Import(folder, rows);

        Assert.Empty(file.NotInData);
        Assert.Contains("Fold 1 leaks: speaker 'Ross' is on the train side and on the test side",
            Assert.Throws<InvalidOperationException>(() => file.Audit(rows).ThrowIfInvalid()).Message);
    }

    [Fact]
    public void The_file_that_TESS_mistyped_is_found()
    {
        FoldRow[] rows = [Fold.Row("OAF_bite_neutral", "OAF"), Fold.Row("OAF_lid_sad", "OAF"), Fold.Row("YAF_lid_sad", "YAF")];
        static string Tess(string id) => $$"""{"key": "tess-{{id}}", "wav": "downloads/tess/{{id}}.wav"}""";
        var folder = Dataset("tess", ("fold_1/tess_train_fold_1.jsonl", [Tess("OA_bite_neutral")]),
            ("fold_1/tess_valid_fold_1.jsonl", [Tess("OAF_lid_sad")]), ("fold_1/tess_test_fold_1.jsonl", [Tess("YAF_lid_sad")]));

        Assert.Empty(EmoBoxFolds.Import(folder, rows).NotInData);
    }

    [Fact]
    public void The_files_name_finds_an_utterance_whose_key_is_spelt_otherwise()
    {
        static string Cremad(string id)
            => $$"""{"key": "cremad-{{id.Replace('_', '-')}}", "audio": "downloads/cremad/AudioWAV/{{id}}.wav"}""";
        FoldRow[] rows = [Fold.Row("1001_IWL_SAD_XX", "1001"), Fold.Row("1002_IWL_SAD_XX", "1002"), Fold.Row("1003_IWL_SAD_XX", "1003")];
        var folder = Dataset("cremad", ("fold_1/cremad_train_fold1.jsonl", [Cremad("1001_IWL_SAD_XX"), Cremad("1002_IWL_SAD_XX")]),
            ("fold_1/cremad_test_fold1.jsonl", [Cremad("1003_IWL_SAD_XX")]));

        Assert.Equal(["1003"], EmoBoxFolds.Import(folder, rows).Folds.Single().TestSpeakers);
    }

    [Fact]
    public void What_is_not_EmoBoxs_layout_is_refused_by_name()
    {
        Assert.Contains("has no folders fold_1, fold_2",
            Assert.Throws<DirectoryNotFoundException>(() => EmoBoxFolds.Import(Dataset("iemocap", ("readme.md", [])), s_rows)).Message);
        Assert.Contains("has no iemocap_test_fold_1.jsonl; it has: iemocap_train_fold_1.jsonl", Assert.Throws<FileNotFoundException>(
            () => EmoBoxFolds.Import(Dataset("iemocap", ("fold_1/iemocap_train_fold_1.jsonl", Lines(0))), s_rows)).Message);
        string Fault(string line) => Assert.Throws<InvalidDataException>(
            () => EmoBoxFolds.Import(Dataset("iemocap", ("fold_1/iemocap_train_fold_1.jsonl", [.. Lines(0), line]),
            ("fold_1/iemocap_test_fold_1.jsonl", Lines(1))), s_rows)).Message;
        Assert.Contains("line 2 is not a JSON object", Fault("version https://git-lfs.github.com/spec/v1"));
        Assert.Contains("line 2 has no 'key'", Fault("{}"));
        Assert.Contains("lists 1 utterances, and the data has none of them, such as 'other'", Assert.Throws<InvalidDataException>(
            () => EmoBoxFolds.Import(Dataset("iemocap", ("fold_1/iemocap_train_fold_1.jsonl", [Line("other")]),
                ("fold_1/iemocap_test_fold_1.jsonl", Lines(1))), s_rows)).Message);
    }
}
