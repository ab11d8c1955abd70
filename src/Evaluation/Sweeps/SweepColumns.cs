namespace MlNetSer.Sweeps;

/// <summary>Carries column names and notes from one cross-validation to another.</summary>
internal static class SweepColumns
{
    /// <summary>These columns with one fold of a file, or with a protocol.</summary>
    public static SpeakerCrossValidationOptions With(
        SpeakerCrossValidationOptions columns, FoldFile? folds = null, int? number = null, EvaluationProtocol? protocol = null)
    {
        var made = new SpeakerCrossValidationOptions
        {
            LabelColumnName = columns.LabelColumnName,
            SpeakerColumnName = columns.SpeakerColumnName,
            SessionColumnName = columns.SessionColumnName,
            UtteranceColumnName = columns.UtteranceColumnName,
            ScriptColumnName = columns.ScriptColumnName,
            TextColumnName = columns.TextColumnName,
            CorpusColumnName = columns.CorpusColumnName,
            AudioPathColumnName = columns.AudioPathColumnName,
            FitUsesValidation = columns.FitUsesValidation,
            SkipRecordings = number is not null,   // the folds were audited when they were made
            DescribeModel = columns.DescribeModel,
            Folds = folds,
            FoldNumbers = number is { } one ? [one] : null,
            Protocol = protocol,
        };
        foreach (var (name, fact) in columns.Notes)
            made.Notes[name] = fact;
        return made;
    }
}
