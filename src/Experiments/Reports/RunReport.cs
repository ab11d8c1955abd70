namespace MlNetSer.Experiments;

/// <summary>The part of a report on one run, and the report on one run alone.</summary>
internal static class RunReport
{
    public static string Html(ExperimentRun run)
    {
        var page = new HtmlPage(run.Name);
        page.Section("Result");
        page.Text(ReportWords.Uar);
        Write(page, run);
        page.Section("Protocol");
        page.Facts(run.Within is { } within
            ? [("corpus", within.Corpus), ("folds", within.ProtocolInWords), .. within.Audit.Summary().Select(line => ("audit", line))]
            : [("trained on", run.Across!.Source), ("tested on", run.Across.Target)]);
        page.Section("Environment");
        page.Facts((run.Within?.Notes ?? run.Across!.Notes).Select(note => (note.Key, note.Value)));
        page.Section("Words");
        page.Facts(ReportWords.All);
        return page.ToString();
    }

    public static void Write(HtmlPage page, ExperimentRun run)
    {
        page.Subsection(run.System.Length > 0 ? $"{run.System}: {run.Name}" : run.Name);
        if (run.Within is { } within)
        {
            page.Text($"UAR {FigureStyle.Percent(within.MeanUar)} ± {FigureStyle.Percent(within.UarStandardDeviation)} over "
                + $"{within.Folds.Count} folds; "
                + $"pooled {FigureStyle.Percent(within.Pooled.Uar)} (95 % interval {ReportWords.Interval(within.Interval)}, drawn by "
                + $"speaker).");
            page.Picture(Figures.Confusion(within.Pooled), "Confusion matrix");
            page.Picture(Figures.Speakers(within), "UAR of each speaker with its 95 % interval");
            page.Table(Folds(within));
        }
        else if (run.Across is { } across)
        {
            page.Text($"Trained on {across.Source}, tested on {across.Target}: UAR {FigureStyle.Percent(across.MeanUar)} over "
                + $"{across.Folds.Count} models; "
                + $"their ensemble {FigureStyle.Percent(across.Ensemble.Uar)} (95 % interval "
                + $"{ReportWords.Interval(across.EnsembleInterval)}, drawn by speaker).");
            page.Picture(Figures.Confusion(across.Ensemble), "Confusion matrix of the ensemble");
        }
        if (run.Trainings.Count > 0 && run.Within is not null)
            page.Picture(Figures.LearningCurves(run.Trainings), "Training and validation loss over the epochs");
    }

    private static TextTable Folds(SpeakerCrossValidationResult result)
    {
        var table = new TextTable("fold", "tested", "validated by", "utterances", "UAR", "accuracy", "model");
        foreach (var fold in result.Folds)
        {
            table.Add(fold.Fold.Number.ToString(System.Globalization.CultureInfo.InvariantCulture), string
                .Join(' ', fold.Fold.TestSpeakers), string.Join(' ', fold.Fold.ValidationSpeakers),
                fold.TestCount.ToString(System.Globalization.CultureInfo.InvariantCulture), FigureStyle.Percent(fold.Matrix.Uar),
                    FigureStyle.Percent(fold.Matrix.Accuracy), fold.ModelSummary ?? "");
        }
        return table;
    }
}
