namespace MlNetSer.Tests;

public sealed class ResultJsonTests
{
    private static readonly SpeakerCrossValidationResult s_result = WrittenResults.Of("ASAS SASA ASAS AASS");

    [Fact]
    public void A_result_is_read_back_as_it_was_written()
    {
        var read = SpeakerCrossValidationResult.FromJson(s_result.ToJson());

        Assert.Equal(s_result.ToJson(), read.ToJson());
        Assert.Equal(s_result.ToString(), read.ToString());
        Assert.Equal([0f, 1f], read.Predictions[1].Scores!);
        Assert.Empty(s_result.DifferencesTo(read));
    }

    [Fact]
    public void Properties_keep_the_names_that_they_have_in_files_that_exist()
    {
        var json = System.Text.Json.Nodes.JsonNode.Parse(s_result.ToJson())!;

        Assert.Equal("Leave one speaker out; the next speaker validates", (string?)json["Protocol"]);
        Assert.Equal("LeaveOneSpeakerOut", (string?)json["Setup"]!["Split"]);
        Assert.Null(json["Setup"]!["Column"]);
        Assert.Equal("epoch 3", (string?)json["Folds"]![0]!["Model"]);
        Assert.Contains("\"Column\": \"Side\"", EvaluationProtocol.FixedSplit(new SplitColumn { Name = "Side" }).ToJson());
    }

    [Fact]
    public void A_result_without_folds_is_refused()
    {
        var json = System.Text.Json.Nodes.JsonNode.Parse(s_result.ToJson())!;
        (json["Folds"], json["Predictions"]) = (new System.Text.Json.Nodes.JsonArray(), new System.Text.Json.Nodes.JsonArray());

        Assert.Contains("The result has 0 folds and 0 predictions",
            Assert.Throws<InvalidDataException>(() => SpeakerCrossValidationResult.FromJson(json.ToJsonString())).Message);
    }

    [Fact]
    public void A_prediction_is_one_line()
        => Assert.Contains("\n    {\"Utterance\":\"u5\",\"Speaker\":\"b\",\"Fold\":2,\"Truth\":0,\"Predicted\":1,\"Scores\":[0,1]},\n",
        s_result.ToJson());

    [Theory]
    [InlineData("\"Predicted\":1,\"Scores\":[0,1]}", "\"Predicted\":7,\"Scores\":[0,1]}", "has classes 0 to 1, but utterance 'u2' is 1, "
        + "predicted 7")]
    [InlineData("\"Truth\":1,\"Predicted\":1,", "\"Truth\":1,\"Predicted\":0,", "but its predictions give")]
    [InlineData("\"TestCount\": 4,\n      \"Matrix\"", "\"TestCount\": 5,\n      \"Matrix\"", "says that fold 1 has 5 test rows, but "
        + "holds 4 predictions of it")]
    [InlineData("mlnetser-result/1", "mlnetser-result/2", "has format 'mlnetser-result/2'; wanted 'mlnetser-result/1'")]
    [InlineData("\"Predictions\"", "\"Guesses\"", "cannot be read")]
    public void An_edited_result_is_refused(string text, string edited, string message)
    {
        var json = s_result.ToJson();
        var at = json.IndexOf(text, StringComparison.Ordinal);
        Assert.True(at >= 0);

        Assert.Contains(message, Assert.Throws<InvalidDataException>(
            () => SpeakerCrossValidationResult.FromJson(json[..at] + edited + json[(at + text.Length)..])).Message);
    }

    [Fact]
    public void Differences_name_what_changed_and_count_predictions()
    {
        var differences = s_result.DifferencesTo(WrittenResults.Of("ASAS SASA ASAS ASAS", seed: "2"));

        Assert.Contains("Notes.seed: 1 -> 2", differences);
        Assert.Contains("MeanUar: 0.625 -> 0.75", differences);
        Assert.Contains("Folds[4].Matrix.Counts[1]: [1,1] -> [2,0]", differences);
        Assert.Contains("Predictions: 2 of 16 differ", differences);
        Assert.DoesNotContain(differences, line => line.Contains("Setup") || line.Contains("Audit"));
    }

    [Fact]
    public void Parts_put_together_are_the_whole()
    {
        SpeakerCrossValidationResult Part(params int[] numbers) =>
            new(WrittenResults.Classes, [.. s_result.Folds.Where(fold => numbers.Contains(fold.Fold.Number))],
            [.. s_result.Predictions.Where(row => numbers.Contains(row.Fold))], s_result.Protocol, s_result.Audit, s_result.Corpus,
            s_result.Notes);

        var merged = SpeakerCrossValidationResult.Merge([SpeakerCrossValidationResult.FromJson(Part(2, 4).ToJson()), Part(1, 3)]);

        Assert.Equal(s_result.ToJson(), merged.ToJson());
        Assert.Contains("The parts hold the folds 1, 2, 3, 3; wanted is each of 1, 2, 3, 4 once",
            Assert.Throws<InvalidOperationException>(() => SpeakerCrossValidationResult.Merge([Part(1, 3), Part(2, 3)])).Message);
        Assert.Contains("The parts are of different runs",
            Assert.Throws<InvalidOperationException>(() =>
            SpeakerCrossValidationResult.Merge([Part(1, 3), WrittenResults.Of("AS AS AS AS")])).Message);
    }
}
