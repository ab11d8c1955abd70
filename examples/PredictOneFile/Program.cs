// One audio file in, its emotion out, without libtorch. The model is what examples/YourCorpus, TenLines or 'mlnetser train' saved.
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

const string ModelPath = "emotion.zip", AudioPath = "corpus/s01-angry-01.wav";

var ml = new MLContext();
var model = ml.Model.Load(ModelPath, out _);                                          // finds the parts of MlNetSer.Transforms by itself
// keep it: loading is the slow part; one thread at a time
using var engine = ml.Model.CreatePredictionEngine<Speech, Emotion>(model);
var scores = engine.Predict(new Speech { AudioPath = AudioPath }).Score;

var names = default(VBuffer<ReadOnlyMemory<char>>);
engine.OutputSchema["Score"].GetSlotNames(ref names);                                 // the classes, in the order of the scores
foreach (var (name, score) in names.DenseValues().Zip(scores).OrderByDescending(entry => entry.Second))
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} {score:0.000}"));

internal sealed class Speech
{
    public string AudioPath { get; set; } = "";
}

internal sealed class Emotion
{
    public float[] Score { get; set; } = [];
}
