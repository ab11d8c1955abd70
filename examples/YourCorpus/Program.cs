// Your own recordings: a CSV with path,speaker,label, and an ASR encoder in ONNX. Without them it writes a synthetic corpus and takes an
// untrained encoder.
using Microsoft.ML;
using MlNetSer;

const string Manifest = "corpus.csv", EncoderPath = "encoder.onnx";                   // paths in the CSV are relative to it

var corpus = File.Exists(Manifest) ? CorpusManifest.Load(Manifest) : SyntheticCorpus.Write("corpus");
corpus.EnsureFiles();                                                                 // says which files are missing
Console.WriteLine($"{corpus.Utterances.Count} utterances of {corpus.Speakers.Count} speakers: {string.Join(", ", corpus.Classes)}");
var encoder = File.Exists(EncoderPath) ? SpeechEncoder.FromFile(EncoderPath) : SpeechEncoder.Untrained();

var ml = new MLContext(seed: 1);
var speech = corpus.ToDataView(ml);
var features = ml.Transforms.LoadAudio("Waveform", "AudioPath").Append(ml.Transforms.EmbedSpeech("Embedding", encoder));
using var embedded = features.Fit(speech).Transform(speech).Cached("embeddings");           // extracted once, kept on disk

// On hundreds of utterances CTA without RNN; from a few thousand on CtaRnn (docs/results.md).
var trainer = ml.MulticlassClassification.Trainers.ChannelTemporalAttention(
    new ChannelTemporalAttentionOptions { Epochs = 30, HeadSize = 32 });
var folds = new SpeakerCrossValidationOptions { Protocol = EvaluationProtocol.LeaveOneSpeakerOut() };
var result = ml.MulticlassClassification.CrossValidateBySpeaker(embedded, trainer.Fit, folds);
Console.WriteLine(result);                                                            // UAR (mean of the classes' recalls), interval, audit
// every prediction; 'mlnetser report result.json' draws it
File.WriteAllText("result.json", result.ToJson());

var model = features.Append(trainer).Fit(speech);                                     // learns from every speaker
ml.Model.Save(model, speech.Schema, "emotion.zip");
