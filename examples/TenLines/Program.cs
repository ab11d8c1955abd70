// The lines of the README; a test holds the two to each other.
using Microsoft.ML;
using MlNetSer;

var ml = new MLContext(seed: 1);
var speech = SyntheticCorpus.Write("corpus").ToDataView(ml);                          // or CorpusManifest.Load("corpus.csv")
var encoder = SpeechEncoder.Untrained();                                              // or SpeechEncoder.FromFile("encoder.onnx")

var features = ml.Transforms.LoadAudio("Waveform", "AudioPath")                       // 16 kHz mono
    .Append(ml.Transforms.EmbedSpeech("Embedding", encoder));                         // filterbank -> blocks x frames x dimension
var trainer = ml.MulticlassClassification.Trainers.CtaRnn(new CtaRnnOptions { Epochs = 15, HiddenSize = 32, HeadSize = 16 });

var embedded = features.Fit(speech).Transform(speech).Cached("embeddings");           // extracted once, read by every fold
Console.WriteLine(ml.MulticlassClassification.CrossValidateBySpeaker(embedded, trainer)); // UAR, interval, confusion, speakers

var model = features.Append(trainer).Fit(speech);
ml.Model.Save(model, speech.Schema, "emotion.zip");                                   // ml.Model.Load reads it anywhere, without libtorch
