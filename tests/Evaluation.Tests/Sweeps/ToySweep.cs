using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.SearchSpace;

namespace MlNetSer.Tests.Sweeps;

/// <summary>
/// Options whose score is known: of the four repetitions of each class in <see cref="SpeechRows"/>, the first Skill are right. UAR = Skill
/// / 4.
/// </summary>
public sealed class ToyOptions
{
    [Microsoft.ML.SearchSpace.Range(0, 4)]
    public int Skill { get; set; } = 1;

    [Microsoft.ML.SearchSpace.Range(1e-4, 1e-1, true)]
    public double Rate { get; set; } = 1e-3;

    [Choice("tanh", "relu")]
    public string Activation { get; set; } = "tanh";

    [BooleanChoice]
    public bool Bias { get; set; }

    public int Epochs { get; set; } = 5;

    [Microsoft.ML.SearchSpace.Range(1, 2)]
    public int NotSettable => 1;
}

internal static class ToySweep
{
    public static readonly string[] Classes = ["angry", "calm"];

    public sealed class Asked
    {
        public string Utterance { get; set; } = "";
    }

    public sealed class Answered
    {
        public string Answer { get; set; } = "";
    }

    public static IDataView Data(int speakerCount = 6) => SpeechRows.View(SpeechRows.Rows(speakerCount, Classes));

    /// <summary>A fit that notes who trained and validated, and counts.</summary>
    public sealed class Trainer
    {
        public List<(ToyOptions Options, string[] Train, string[] Validation)> Fits { get; } = [];

        public Func<IDataView, IDataView, CancellationToken, ITransformer> Fit(ToyOptions options) => (train, validation, _) =>
        {
            Fits.Add((options, SpeechRows.Values(train, "Speaker"), SpeechRows.Values(validation, "Speaker")));
            return Model(options.Skill, train);
        };
    }

    public static ITransformer Model(int skill, IDataView any)
    {
        var ml = SpeechRows.Ml;
        var keys = ml.Data.LoadFromEnumerable(Classes.Select(name => new Answered { Answer = name }));
        return ml.Transforms.CustomMapping<Asked, Answered>((asked, answered) => answered.Answer = Say(asked.Utterance, skill), null)
            .Append(ml.Transforms.Conversion.MapValueToKey("PredictedLabel", nameof(Answered.Answer), keyData: keys)).Fit(any);
    }

    /// <summary>Utterances are called speaker-class-repetition.</summary>
    private static string Say(string utterance, int skill)
        => utterance.Split('-') is [_, var truth, var repetition] && repetition[0] - '0' < skill
        ? truth : Classes.First(name => name != utterance.Split('-')[1]);

    /// <summary>Few folds: what a test asks does not need more.</summary>
    public static SweepOptions Options(string? log = null)
        => new()
        {
            Trials = 8,
            TestFoldCount = 2,
            Inner = EvaluationProtocol.SpeakerGroups(3),
            Space = SweepSpace.Of<ToyOptions>()
        .Only("Skill", "Rate"),
            LogPath = log
        };

    public static SweepResult<ToyOptions> Sweep(SweepOptions options, Trainer? trainer = null, IDataView? data = null,
        CancellationToken cancellation = default, IProgress<SweepProgress>? progress = null)
        => SpeechRows.Ml.MulticlassClassification.SweepBySpeaker(
        data ?? Data(), new ToyOptions { Epochs = 7 }, (trainer ?? new Trainer()).Fit, options, progress, cancellation);

    public static string Json(object value) => JsonSerializer.Serialize(value);
}
