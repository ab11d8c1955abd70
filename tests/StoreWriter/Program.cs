// Fills an embedding store as an extraction would, to be killed: StoreWriter STORE AUDIO-FOLDER WORK [PART PART-COUNT].
// WORK is an encoder in ONNX, "untrained" for one with seeded weights, or the milliseconds that a fake takes for an utterance.
// Prints a line for every utterance, before the fake embeds it or after an encoder did, and at the end how many were embedded.
using System.Globalization;
using Microsoft.ML;
using MlNetSer;
using MlNetSer.Tests;

var (store, audio, work) = (args[0], Directory.GetFiles(args[1], "*.wav", SearchOption.AllDirectories).Order(StringComparer.Ordinal),
    args[2]);
var (part, partCount) = args.Length > 4 ? (int.Parse(args[3], CultureInfo.InvariantCulture),
    int.Parse(args[4], CultureInfo.InvariantCulture)) : (0, 1);
var options = new EmbeddingStoreOptions { UtterancesPerShard = 4 };
Console.WriteLine(int.TryParse(work, CultureInfo.InvariantCulture, out var milliseconds)
    ? FakePipeline.Data(new MLContext(), audio, path =>
    {
        Console.WriteLine(path);
        Thread.Sleep(milliseconds);
    }).FillEmbeddingStore(store, part, partCount, "fake encoder", options)
    : SpeechPipeline.Data(new MLContext(), audio, work == "untrained" ? SpeechEncoder.Untrained() : SpeechEncoder.FromFile(work))
    .FillEmbeddingStore(store, part, partCount, null, options, new Lines()));

internal sealed class Lines : IProgress<EmbeddingProgress>
{
    public void Report(EmbeddingProgress value) => Console.WriteLine(value);
}
