using Microsoft.ML;

namespace MlNetSer;

/// <summary>Options of <c>CrossValidateBySpeaker</c>.</summary>
public sealed class SpeakerCrossValidationOptions
{
    /// <summary>Key column with the classes.</summary>
    /// <value>The default is <c>Label</c>.</value>
    public string LabelColumnName { get; set; } = "Label";

    /// <summary>Text column with the speakers.</summary>
    /// <value>The default is <c>Speaker</c>.</value>
    public string SpeakerColumnName { get; set; } = "Speaker";

    /// <summary>Text column with the sessions; used where the data has it.</summary>
    /// <value>The default is <c>Session</c>.</value>
    public string SessionColumnName { get; set; } = "Session";

    /// <summary>Text column with the utterances' names; used where the data has it.</summary>
    /// <value>The default is <c>Utterance</c>.</value>
    public string UtteranceColumnName { get; set; } = "Utterance";

    /// <summary>Text column with the scripts or scenarios; used where the data has it.</summary>
    /// <value>The default is <c>Script</c>.</value>
    public string ScriptColumnName { get; set; } = "Script";

    /// <summary>Text column with what is said; used where the data has it.</summary>
    /// <value>The default is <c>Text</c>.</value>
    public string TextColumnName { get; set; } = "Text";

    /// <summary>Text column with the identity of the corpus: name, label policy, count, fingerprint; used where the data has it.</summary>
    /// <value>The default is <c>Corpus</c>.</value>
    public string CorpusColumnName { get; set; } = "Corpus";

    /// <summary>Text column with the paths of the recordings; used where the data has it, to find rows with the same recording.</summary>
    /// <value>The default is <c>AudioPath</c>.</value>
    public string AudioPathColumnName { get; set; } = "AudioPath";

    /// <summary>Whether recordings with the same bytes were looked for already.</summary>
    internal bool SkipRecordings { get; set; }

    /// <summary>Who validates while one speaker is left out. Ignored where <see cref="Protocol"/> or <see cref="Folds"/> is set.</summary>
    /// <value>The default is <see cref="MlNetSer.ValidationPolicy.Auto"/>.</value>
    public ValidationPolicy ValidationPolicy { get; set; }

    /// <summary>How folds are made; null = one speaker left out. Ignored where <see cref="Folds"/> is set.</summary>
    public EvaluationProtocol? Protocol { get; set; }

    /// <summary>Folds that were made before; null = they are made now.</summary>
    public FoldFile? Folds { get; set; }

    /// <summary>Whether folds with a speaker on two sides are run all the same; the result says so.</summary>
    /// <value>The default is false: they are refused.</value>
    public bool AllowSpeakerOverlap { get; set; }

    /// <summary>
    /// Numbers of the folds to run, for one process of several; <see cref="SpeakerCrossValidationResult.Merge"/> puts the parts together.
    /// Null = all.
    /// </summary>
    public IReadOnlyCollection<int>? FoldNumbers { get; set; }

    /// <summary>
    /// Takes each fold's model after its test rows were scored, and owns it from then on; <see cref="FoldModels.Add"/> keeps all. Null =
    /// models are disposed of.
    /// </summary>
    public Action<FoldModel>? ModelFitted { get; set; }

    /// <summary>Says in a few words what came out of a fold's training, such as the epoch that was kept; null = nothing.</summary>
    public Func<ITransformer, string>? DescribeModel { get; set; }

    /// <summary>Whether a function that is given as fit uses the validation rows that it reads; its result says so. Ignored for an
    /// estimator.</summary>
    /// <value>The default is true. A function that does not read them does not use them, whatever is said here.</value>
    public bool FitUsesValidation { get; set; } = true;

    /// <summary>Folder that keeps each finished fold, so that a run that was cancelled or killed goes on from there and gives the result of
    /// an undisturbed one; null = none.</summary>
    /// <value>The default is null. A fold is taken from it only where rows, values, protocol, trainer, options and notes are the same; runs
    /// of other settings may share the folder.
    /// Where <see cref="ModelFitted"/> is set, models are kept too.</value>
    public string? ResumeFolder { get; set; }

    /// <summary>Facts to carry in the result: seed, trainer options, encoder hash.</summary>
    public IDictionary<string, string> Notes { get; private set; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    internal SpeakerCrossValidationOptions Copy()
    {
        var copy = (SpeakerCrossValidationOptions)MemberwiseClone();
        copy.FoldNumbers = FoldNumbers is null ? null : [.. FoldNumbers];
        copy.Notes = new SortedDictionary<string, string>(Notes, StringComparer.Ordinal);
        return copy;
    }
}
