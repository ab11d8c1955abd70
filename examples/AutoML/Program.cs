// AutoML's tuners over speaker-disjoint folds, on a synthetic corpus: dotnet run --project examples/AutoML -p:WithAutoML=true
using Microsoft.ML;
using Microsoft.ML.AutoML;
using MlNetSer;

var ml = new MLContext(seed: 1);
var speech = SyntheticCorpus.Write("automl-output/corpus", speakerCount: 4, utterancesPerEmotion: 2).ToDataView(ml);
var features = ml.Transforms.LoadAudio("Waveform", "AudioPath").Append(ml.Transforms.EmbedSpeech("Embedding", SpeechEncoder.Untrained()));
var embedded = features.Fit(speech).Transform(speech).Cached("automl-output/embeddings");

var start = new RnnMhsaOptions { Block = 2, Epochs = 5, HiddenSize = 24, HeadSize = 16 };
var space = SweepSpace.Of<RnnMhsaOptions>().Only("HiddenSize", "RecurrentDropout", "LearningRate")
    .With(SweptOption.Range("HiddenSize", 16, 48, logarithmic: true));
var best = await ml.Auto().CreateExperiment()
    .SetSpeakerGroupedTrials(embedded, start, options => ml.MulticlassClassification.Trainers.RnnMhsa(options).Fit, space,
        progress: new Told())
    .SetCostFrugalTuner()
    .SetMaxModelToExplore(8)
    .RunAsync();
Console.WriteLine($"UAR {100 * best.Metric:0.0} with {best.SpeechOptions<RnnMhsaOptions>()}: the best of 8 on the speakers that chose "
    + $"it, so too high; docs/sweep.md has the nested estimate");

internal sealed class Told : IProgress<AutoMLProgress>
{
    public void Report(AutoMLProgress value)
        => Console.WriteLine($"trial {value.Trial} {value.State}{(value.Uar is { } uar ? $": UAR {100 * uar:0.0}" : "")}{value.Error}");
}
