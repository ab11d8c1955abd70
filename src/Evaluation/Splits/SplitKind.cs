namespace MlNetSer;

/// <summary>How rows are divided into folds.</summary>
public enum SplitKind
{
    /// <summary>One fold per speaker (paper, §4.2.3).</summary>
    LeaveOneSpeakerOut,

    /// <summary>One fold per session.</summary>
    LeaveOneSessionOut,

    /// <summary>Speakers in k groups of about the same number of rows, one fold per group.</summary>
    SpeakerGroups,

    /// <summary>One fold, by a column that the corpus brings.</summary>
    FixedSplit,

    /// <summary>Folds that came from elsewhere.</summary>
    Imported,
}
