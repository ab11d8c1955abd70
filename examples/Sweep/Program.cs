// Which hidden size, heads, dropout and learning rate? A sweep by speaker, with the estimate to report beside the one that flatters.
// Kill it at any time and start it again: it goes on where it was.
using Microsoft.ML;
using MlNetSer;

var ml = new MLContext(seed: 1);
var speech = SyntheticCorpus.Write("corpus", speakerCount: 5, utterancesPerEmotion: 2).ToDataView(ml);
var encoder = SpeechEncoder.Untrained();
using var features = ml.Transforms.LoadAudio("Waveform", "AudioPath").Append(ml.Transforms.EmbedSpeech("Embedding", encoder)).Fit(speech);
using var embedded = features.Transform(speech).Cached("embeddings");

var start = new RnnMhsaOptions { Block = 4, Epochs = 5, HiddenSize = 32, HeadSize = 16 };
var options = new SweepOptions
{
    Trials = 6,
    TestFoldCount = 1,                                                                // null = all five: the nested estimate of everyone
    Space = SweepSpace.Of<RnnMhsaOptions>().Only("HiddenSize", "HeadCount", "RecurrentDropout", "LearningRate")
        .With(SweptOption.Range("HiddenSize", 16, 48, logarithmic: true), SweptOption.Choice("HeadCount", 2, 4, 8)),
    FeatureIdentity = encoder.Hash,
    LogPath = "sweep.jsonl",
};
var result = ml.MulticlassClassification.SweepBySpeaker(embedded, start, tried => ml.MulticlassClassification.Trainers.RnnMhsa(tried).Fit,
    options);
Console.WriteLine(result);

ml.Model.Save(features.Append(result.Refit()), speech.Schema, "emotion.zip");         // the winner, trained on every speaker
