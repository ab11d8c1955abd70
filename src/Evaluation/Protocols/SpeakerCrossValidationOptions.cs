using Microsoft.ML;

namespace MlNetSer;

/// <summary>Options of <c>CrossValidateBySpeaker</c>.</summary>
public sealed class SpeakerCrossValidationOptions
{
    /// <summary>Names of the columns.</summary>
    public EvaluationColumns Columns { get; set; } = new();

    /// <summary>Whether recordings with the same bytes were looked for already.</summary>
    internal bool SkipRecordings { get; set; }

    /// <summary>How folds are made and who validates; null = one speaker left out. Ignored where <see cref="Folds"/> is set.</summary>
    public EvaluationProtocol? Protocol { get; set; }

    /// <summary>Folds that were made before; null = they are made now.</summary>
    public FoldFile? Folds { get; set; }

    /// <summary>Whether folds with a speaker on two sides are run all the same; the result says so.</summary>
    /// <value>The default is false: they are refused. Neither a protocol nor a fold file can allow it.</value>
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

    /// <summary>Whether what trains uses the validation rows that it reads; the result says so.</summary>
    /// <value>The default is true. What does not read them does not use them, whatever is said here.</value>
    public bool FitUsesValidation { get; set; } = true;

    /// <summary>Folder that keeps each finished fold, so that a run that was cancelled or killed goes on from there and gives the result of
    /// an undisturbed one; null = none.</summary>
    /// <value>The default is null. A fold is taken from it only where rows, values, protocol, trainer, options and notes are the same; runs
    /// of other settings may share the folder.
    /// Where <see cref="ModelFitted"/> is set, models are kept too.</value>
    public string? ResumeFolder { get; set; }

    /// <summary>Facts to carry in the result: seed, trainer options, encoder hash.</summary>
    public IDictionary<string, string> Notes { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal);
}
