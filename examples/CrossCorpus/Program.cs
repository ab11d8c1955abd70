// How well does a model of one corpus do on another? Here two synthetic ones; yours are CorpusManifest.Load("a.csv") and
// CorpusManifest.Load("b.csv").
using Microsoft.ML;
using MlNetSer;

var ml = new MLContext(seed: 1);
var features = ml.Transforms.LoadAudio("Waveform", "AudioPath").Append(ml.Transforms.EmbedSpeech("Embedding", SpeechEncoder.Untrained()));
using var source = Embedded("source", SyntheticCorpus.Write("source", seed: 1));
using var target = Embedded("target", SyntheticCorpus.Write("target", seed: 2));            // other voices, under the same names

var trainer = ml.MulticlassClassification.Trainers.ChannelTemporalAttention(
    new ChannelTemporalAttentionOptions { Epochs = 15, HeadSize = 16 });
using var models = new FoldModels();                                                  // keeps the model of every fold
var within = ml.MulticlassClassification.CrossValidateBySpeaker(source, trainer.Fit,
    new SpeakerCrossValidationOptions { ModelFitted = models.Add });
var across = ml.MulticlassClassification.CrossCorpus(models, target);                 // each scores all of the target
Console.WriteLine(within);
Console.WriteLine(across);

CachedDataView Embedded(string name, CorpusManifest corpus)
{
    var speech = corpus.ToDataView(ml);
    return features.Fit(speech).Transform(speech).Cached($"embeddings-{name}");
}
