// A long recording in, its emotion every two seconds out, without libtorch. The model is what examples/YourCorpus, TenLines or
// 'mlnetser train' saved. One answer for a whole file, however long: examples/PredictOneFile.
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSer;

const string ModelPath = "emotion.zip", AudioPath = "corpus/s01-angry-01.wav";

var ml = new MLContext();
var parts = Parts(ml.Model.Load(ModelPath, out _)).ToArray();
// The first parts read the audio file. What follows takes samples: the longest end for which a window's columns are enough.
var window = ml.Data.LoadFromEnumerable<WaveformWindow>([]).Schema;
var model = Enumerable.Range(1, parts.Length - 1).Select(first => new TransformerChain<ITransformer>(parts[first..])).First(Takes);
using var engine = ml.Model.CreatePredictionEngine<WaveformWindow, Emotion>(model);
var names = default(VBuffer<ReadOnlyMemory<char>>);
engine.OutputSchema["Score"].GetSlotNames(ref names);                                 // the classes, in the order of the scores

var samples = AudioFile.ReadMono(AudioPath);                                          // 16 kHz; live sound comes by many calls of Add
var windows = new WaveformWindows(AudioFile.SampleRateHz, windowSeconds: 4, hopSeconds: 2).Add(samples);
foreach (var part in windows.DefaultIfEmpty(new WaveformWindow { Waveform = samples }))   // a short file is one part
{
    var scores = engine.Predict(part).Score;
    var best = scores.AsSpan().IndexOf(scores.Max());
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{part.StartSeconds,6:0} s  {names.GetItemOrDefault(best)} {scores[best]:0.000}"));
}

IEnumerable<ITransformer> Parts(ITransformer whole) => whole is TransformerChain<ITransformer> chain ? chain.SelectMany(Parts) : [whole];

bool Takes(ITransformer end)
{
    try { return end.GetOutputSchema(window).GetColumnOrNull("Score") is not null; }
    catch (ArgumentException) { return false; }                                       // it reads a column that a window does not have
}

internal sealed class Emotion
{
    public float[] Score { get; set; } = [];
}
