using Microsoft.ML;

namespace MlNetSer.Tests.Corpora;

public sealed class ManifestCheckTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("check").FullName;

    /// <summary>A manifest whose files hold 2,000 bytes of the text in the fourth cell; none where that is empty.</summary>
    private CorpusManifest Manifest(params string[] rows)
    {
        foreach (var cells in rows.Select(row => row.Split(',')).Where(cells => cells[3].Length > 0))
            File.WriteAllText(Path.Combine(_folder, cells[0]), new string(cells[3][0], 2000));
        var path = Path.Combine(_folder, "m.csv");
        File.WriteAllText(path, "path,speaker,label\n"
            + string.Concat(rows.Select(row => string.Join(',', row.Split(',').Take(3)) + "\n")));
        return CorpusManifest.Load(path);
    }

    [Fact]
    public void A_good_manifest_has_no_findings()
    {
        var check = Manifest("1.wav,anna,sad,a", "2.wav,anna,angry,b", "3.wav,ben,sad,c", "4.wav,ben,angry,d", "5.wav,cleo,sad,e",
            "6.wav,cleo,angry,f").Check("sad", "angry");

        check.ThrowIfInvalid();
        Assert.EndsWith("nothing found", check.ToString());
    }

    [Fact]
    public void All_missing_files_are_counted_and_the_first_twenty_named()
    {
        var manifest = Manifest([.. Enumerable.Range(1, 30)
            .Select(i => $"{i:00}.wav,s{i % 3},{(i % 2 == 0 ? "sad" : "angry")},{(i <= 5 ? $"{i}" : "")}")]);
        File.WriteAllText(Path.Combine(_folder, "01.wav"), "");

        var check = manifest.Check();
        var message = Assert.Throws<InvalidDataException>(check.ThrowIfInvalid).Message;

        Assert.Equal(26, check.Unusable.Count);
        Assert.Contains("26 of the 30 audio files are missing: ", message);
        Assert.Contains("01.wav (an empty file)", message);
        Assert.Contains("24.wav (no such file), and 6 more.", message);
        Assert.DoesNotContain("25.wav", message);
        Assert.Contains("25 of the 30 audio files of",
            Assert.Throws<FileNotFoundException>(() => manifest.ToDataView(new MLContext())).Message);
        Assert.NotNull(manifest.ToDataView(new MLContext(), allowMissingFiles: true));
    }

    [Fact]
    public void One_speaker_one_class_and_classes_that_are_absent_are_faults()
    {
        var faults = Manifest("1.wav,anna,sad,a", "2.wav,anna,sad,b").Check("sad", "neutral").Faults;

        Assert.Equal([
            "There are 1 speaker(s) (anna); training, validation and test need one each, so at least three.",
            "There is one class only ('sad', 2 rows); there is nothing to tell apart.",
            "Classes that were asked for are absent: neutral; there are sad."], faults);
    }

    [Fact]
    public void Names_that_nearly_agree_are_noted()
    {
        var notes = Manifest("1.wav,Anna,Angry,a", "2.wav,anna,angry,b", "3.wav,Jos\u00E9,sad,c", "4.wav,Jose\u0301,sad,d",
            "5.wav,Mary  Ann,sad,e", "6.wav,Mary Ann,sad,f", "7.wav,ben,angry,g", "8.wav,be\u200Bn,sad,h").Check().Notes;

        Assert.Contains("speakers 'Anna', 'anna' differ in case only", notes);
        Assert.Contains("labels 'Angry', 'angry' differ in case only", notes);
        Assert.Contains("speakers 'Jose<U+0301>', 'José' differ in the form of an accent (Unicode NFC and NFD) only", notes);
        Assert.Contains("speakers 'Mary  Ann', 'Mary Ann' differ in blanks only", notes);
        Assert.Contains("speakers 'ben', 'be<U+200B>n' differ in case, blanks or invisible characters only", notes);
        Assert.Contains("class 'Angry' is that of one speaker only ('Anna'): whoever tests it cannot have learned it", notes);
    }

    [Fact]
    public void The_same_recording_under_two_speakers_is_a_fault_and_under_one_a_note()
    {
        var check = Manifest("1.wav,anna,sad,a", "2.wav,anna,angry,b", "3.wav,anna,angry,b", "4.wav,ben,angry,d", "5.wav,cleo,sad,a",
            "6.wav,cleo,angry,f").Check();

        Assert.Equal("1 recordings are also those of another speaker: '1' of 'anna' = '5' of 'cleo'. Keep each once, under the "
            + "name of who speaks.", Assert.Single(check.Faults));
        Assert.Contains("2 identical recordings: '1' = '5'; '2' = '3'", check.Notes);
    }

    [Fact]
    public void Links_to_one_recording_are_one_recording()
    {
        var folder = Directory.CreateTempSubdirectory("links-").FullName;
        var file = Path.Combine(folder, "a recording.wav");
        File.WriteAllBytes(file, [.. Enumerable.Range(0, 3000).Select(i => (byte)i)]);
        string[] links = [.. new[] { "a.wav", "longer.wav" }.Select(name
            => File.CreateSymbolicLink(Path.Combine(folder, name), file).FullName)];

        var names = MlNetSer.Corpora.SameRecordings.Of(links);
        Directory.Delete(folder, recursive: true);

        Assert.True(names[0].Length > 0 && names[0] == names[1]);
    }

    [Fact]
    public void The_audit_refuses_a_speaker_who_is_another_byte_for_byte()
    {
        // Every recording has a letter of its own as its bytes, but dora's are anna's.
        string Bytes(string who, int i) => $"{(char)('A' + i + (who == "dora" ? 0 : 4 * (who[0] - 'a')))}";
        string[] rows = [.. new[] { "anna", "ben", "cleo", "dora" }.SelectMany(who => Enumerable.Range(0, 4)
            .Select(i => $"{who}{i}.wav,{who},{(i % 2 == 0 ? "sad" : "angry")},{Bytes(who, i)}"))];
        var ml = new MLContext(1);

        var audit = ml.MulticlassClassification.AuditSpeakerFolds(Manifest(rows).ToDataView(ml));
        var error = Assert.Throws<InvalidOperationException>(
            () => ml.MulticlassClassification.CrossValidateBySpeaker(
            Manifest(rows).ToDataView(ml), (_, _, _) => throw new NotSupportedException("Fit was reached.")));

        Assert.StartsWith("4 recordings are also those of another speaker: 'anna0' of 'anna' = 'dora0' of 'dora'",
            Assert.Single(audit.Faults));
        Assert.Equal(audit.Faults[0], error.Message);
    }

    [Fact]
    public void A_recording_that_a_speaker_has_twice_is_reported_and_refused_only_on_two_sides()
    {
        var ml = new MLContext(1);
        // Every recording has a letter of its own as its bytes, but a3 is a1 again.
        string Bytes(char who, int i) => who == 'a' && i == 3 ? "B" : $"{(char)('A' + 4 * (who - 'a') + i)}";
        string[] rows = [.. "abc".SelectMany(who => Enumerable.Range(0, 4)
            .Select(i => $"{who}{i}.wav,{who},{(i % 2 == 0 ? "sad" : "angry")},{Bytes(who, i)}"))];
        var data = Manifest(rows).ToDataView(ml);
        var split = new FoldFile
        {
            Protocol = new EvaluationProtocol { Split = SplitKind.Imported },
            RowCount = 12,
            Folds = [Fold.Of(1, ["a", "b"], ["c"], ["a"]) with { Utterances = Fold.Sides(["a0", "a1", "b0", "b1"], ["c0"], ["a3"]) }],
        };

        var audit = ml.MulticlassClassification.AuditSpeakerFolds(data);
        var leaky = ml.MulticlassClassification.AuditSpeakerFolds(data, new SpeakerCrossValidationOptions { Folds = split });

        audit.ThrowIfInvalid();
        Assert.Contains("1 identical recordings: 'a1' = 'a3'", audit.Summary());
        Assert.Equal("Fold 1 leaks: 1 recordings are on two sides: 'a1' (train) = 'a3' (test). Keep each once.",
            Assert.Single(leaky.Faults));
    }
}
