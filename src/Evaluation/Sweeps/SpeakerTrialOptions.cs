namespace MlNetSer;

/// <summary>Options of <see cref="SpeakerTrialRunner{TOptions}"/>.</summary>
public sealed class SpeakerTrialOptions
{
    /// <summary>
    /// Folds by which trials are compared; null = <see cref="EvaluationProtocol.SpeakerGroups"/>, four or as many as there are speakers.
    /// </summary>
    public EvaluationProtocol? Protocol { get; set; }

    /// <summary>Ends trials that are clearly behind; null = every trial runs all folds.</summary>
    public MedianStopping? Stopping { get; set; } = new();

    /// <summary>Names of the columns.</summary>
    public EvaluationColumns Columns { get; set; } = new();

    /// <summary>Whether the trainer uses the validation rows that it reads; results say so.</summary>
    /// <value>The default is true.</value>
    public bool FitUsesValidation { get; set; } = true;

    internal SpeakerTrialOptions Copy()
    {
        var copy = (SpeakerTrialOptions)MemberwiseClone();
        copy.Columns = Columns.Copy();
        return copy;
    }
}
