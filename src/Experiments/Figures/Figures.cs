namespace MlNetSer.Experiments;

/// <summary>Pictures of results.</summary>
public static class Figures
{
    /// <summary>Training loss (solid) and validation loss (dashed) over the epochs: thin for each fold, thick for the mean.</summary>
    /// <param name="trainings">A report for each fold.</param>
    /// <param name="title">Title.</param>
    /// <exception cref="ArgumentException">There are no trainings.</exception>
    public static Figure LearningCurves(IReadOnlyList<TrainingReport> trainings, string title = "Learning curves")
        => LearningCurvesFigure.Draw(trainings, title);

    /// <summary>A confusion matrix: rows = truth, columns = what was predicted, colour = share of the row.</summary>
    public static Figure Confusion(ConfusionMatrix matrix, string title = "Confusion matrix") => ConfusionFigure.Draw(matrix, title);

    /// <summary>UAR of each speaker with a 95 % interval that draws the speaker's utterances.</summary>
    public static Figure Speakers(SpeakerCrossValidationResult result, string title = "UAR of each speaker")
        => SpeakersFigure.Draw(result, title);

    /// <summary>UAR over the blocks of an encoder, block 0 = the filterbank; shaded = the interval.</summary>
    /// <param name="points">A point for each block, under the name of its line.</param>
    /// <param name="title">Title.</param>
    /// <exception cref="ArgumentException">There are no points.</exception>
    public static Figure Blocks(IEnumerable<(string Line, int Block, double Uar, ScoreInterval Interval)> points,
        string title = "UAR over the encoder's blocks")
        => BlocksFigure.Draw([.. points], title);

    /// <summary>What a CTA network attended to: blocks x time, over the filterbank.</summary>
    public static Figure Attention(AttentionMap map, string title = "Attention") => AttentionFigure.Draw(map, title);
}
