using System.Text.Json;
using System.Text.Json.Serialization;
using MlNetSer.Json;
using MlNetSer.Results;

namespace MlNetSer;

/// <summary>The outcome of a cross-corpus evaluation.</summary>
public sealed class CrossCorpusResult
{
    private readonly CrossCorpusIntervals _intervals;

    internal CrossCorpusResult(
        IReadOnlyList<string> classes, IReadOnlyList<CrossCorpusFold> folds, IReadOnlyList<CrossCorpusUtterance> predictions)
    {
        (Folds, Predictions) = (folds, predictions);
        Ensemble = ConfusionMatrix.Of(classes, predictions.Select(row => (row.Truth, row.Ensemble)));
        _intervals = new CrossCorpusIntervals(classes.Count, folds.Count, predictions);
    }

    /// <summary>Name and version of the JSON.</summary>
    public string Format => CrossCorpusJson.Format;

    /// <summary>Identity of the corpus that the models were trained on, with its label policy; empty = unknown.</summary>
    public string Source { get; internal init; } = "";

    /// <summary>The protocol of the models' folds; null = unknown.</summary>
    [JsonPropertyName("Setup")]   // the name in files that exist
    public EvaluationProtocol? Protocol { get; internal init; }

    /// <summary>Identity of the target, as its column Corpus gives it; empty where there is none.</summary>
    public string Target { get; internal init; } = "";

    /// <summary>Mean of the models' UAR on the target: the paper's figure.</summary>
    public double MeanUar => Folds.Average(fold => fold.Matrix.Uar);

    /// <summary>Sample standard deviation of the models' UAR; 0 for one model.</summary>
    public double UarStandardDeviation => SeedSummary.StandardDeviation([.. Folds.Select(fold => fold.Matrix.Uar)]);

    /// <summary>95 % interval of the mean, by a bootstrap that draws speakers of the target.</summary>
    public ScoreInterval Interval => _intervals.BySpeaker;

    /// <summary>The same, drawing utterances as if they were independent: what most papers report, and too narrow.</summary>
    public ScoreInterval IntervalByUtterance => _intervals.ByUtterance;

    /// <summary>Truth against the class with the largest mean probability.</summary>
    public ConfusionMatrix Ensemble { get; }

    /// <summary>95 % interval of the ensemble's UAR, by a bootstrap that draws speakers of the target.</summary>
    public ScoreInterval EnsembleInterval => _intervals.OfEnsemble;

    /// <summary>Classes of the target that had another name.</summary>
    public IReadOnlyDictionary<string, string> LabelMap { get; internal init; } = new Dictionary<string, string>();

    /// <summary>Rows of the target that were left out; null = none.</summary>
    public LeftOutRows? LeftOut { get; internal init; }

    /// <summary>Rows of the target that were left out before the evaluation, such as recordings that could not be read: how many, which,
    /// and why.</summary>
    public IReadOnlyList<string> LeftOutBefore { get; internal init => field = ByValue.List(value); } = ByValue.List<string>([]);

    /// <summary>
    /// Speakers of the target whose name a model was trained on, or its epoch chosen by: two people of one name, or a leak.
    /// </summary>
    [JsonConverter(typeof(OneLine<IReadOnlyList<string>>))]
    public IReadOnlyList<string> SpeakersAlsoInTraining { get; internal init; } = [];

    /// <summary>Corpora, seed, options, encoder hash: what the number depends on.</summary>
    public IReadOnlyDictionary<string, string> Notes { get; internal init; } = new Dictionary<string, string>();

    /// <summary>Every model.</summary>
    public IReadOnlyList<CrossCorpusFold> Folds { get; }

    /// <summary>Every row of the target that was scored.</summary>
    [JsonConverter(typeof(OneLineEach<CrossCorpusUtterance>))]
    public IReadOnlyList<CrossCorpusUtterance> Predictions { get; }

    /// <summary>The result for people.</summary>
    public override string ToString() => CrossCorpusTable.Write(this);

    /// <summary>What differs from another result, one value a line; predictions and probabilities are counted.</summary>
    public IReadOnlyList<string> DifferencesTo(CrossCorpusResult other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return ResultDifferences.Between(this, other);
    }

    /// <summary>The whole result as JSON, one row of the target a line.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, EvaluationJson.File);

    /// <summary>Reads what <see cref="ToJson"/> wrote. Matrices and intervals are counted again from the predictions.</summary>
    /// <exception cref="InvalidDataException">The text is not such JSON, of another version, cut or edited.</exception>
    public static CrossCorpusResult FromJson(string json) => CrossCorpusJson.Read(json);

    /// <summary>
    /// Puts the parts of one run together, as if one process had run all models; to the last digit where each part has one model. Notes
    /// that differ follow one another.
    /// </summary>
    /// <param name="parts">Results of different models of one run on the same target.</param>
    /// <exception cref="InvalidOperationException">The parts have other rows, classes or label maps, or a fold occurs twice.</exception>
    public static CrossCorpusResult Merge(IEnumerable<CrossCorpusResult> parts) => CrossCorpusParts.Merge([.. parts]);
}
