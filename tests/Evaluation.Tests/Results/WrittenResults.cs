namespace MlNetSer.Tests;

/// <summary>Results made of predictions that a test writes down.</summary>
internal static class WrittenResults
{
    public static readonly string[] Classes = ["angry", "sad"];

    /// <summary>
    /// Speakers a to d of four utterances each, truth angry sad angry sad; the text says what was predicted: A or S, one block per speaker.
    /// </summary>
    public static SpeakerCrossValidationResult Of(string predicted, string seed = "1", string[]? classes = null)
    {
        var rows = predicted.Split(' ').SelectMany((answers, speaker) =>
            answers.Select((answer, i) => (Speaker: $"{(char)('a' + speaker)}", Truth: i % 2, Predicted: answer == 'A' ? 0 : 1))).ToList();
        FoldRow[] data = [.. rows.Select((row, i) => new FoldRow
        {
            Utterance = $"u{i + 1}",
            Speaker = row.Speaker,
            Label = Classes[row.Truth],
        })];
        var file = FoldSplitter.Split(EvaluationProtocol.LeaveOneSpeakerOut(), data);
        List<ScoredUtterance> predictions = [];
        List<FoldResult> folds = [];
        foreach (var fold in file.Folds)
        {
            List<ScoredUtterance> scored = [.. rows.Select(
                (row, i) => new ScoredUtterance
                {
                    Utterance = $"u{i + 1}",
                    Speaker = row.Speaker,
                    Fold = fold.Number,
                    Truth = row.Truth,
                    Predicted = row.Predicted,
                    Scores = [1 - row.Predicted, row.Predicted],
                }).Where(row => fold.TestSpeakers.Contains(row.Speaker))];
            predictions.AddRange(scored);
            folds.Add(new FoldResult
            {
                Fold = fold,
                FoldCount = file.Folds.Count,
                TrainCount = 8,
                ValidationCount = 4,
                TestCount = scored.Count,
                Matrix = ScoredUtterance.Matrix(classes ?? Classes, scored),
                Seconds = fold.Number,
                ModelSummary = "epoch 3",
                Validation = ValidationUse.Used,
            });
        }
        return new SpeakerCrossValidationResult(classes
            ?? Classes, folds, predictions, file.Protocol, file.Audit(data), "corpus", new Dictionary<string, string> { ["seed"] = seed });
    }
}
