// Fills an embedding store as an extraction would, slowly enough to be killed: StoreWriter STORE AUDIO-FOLDER MS-PER-UTTERANCE [PART PART-COUNT].
// Prints a line for every utterance before it is embedded, and at the end how many it embedded.
using System.Globalization;
using Microsoft.ML;
using MlNetSer;
using MlNetSer.Tests;

var milliseconds = int.Parse(args[2], CultureInfo.InvariantCulture);
var (part, partCount) = args.Length > 4 ? (int.Parse(args[3], CultureInfo.InvariantCulture), int.Parse(args[4], CultureInfo.InvariantCulture)) : (0, 1);
var data = FakePipeline.Data(new MLContext(), Directory.GetFiles(args[1]).Order(StringComparer.Ordinal), path =>
{
    Console.WriteLine(path);
    Thread.Sleep(milliseconds);
});
Console.WriteLine(data.FillEmbeddingStore(args[0], part, partCount, "fake encoder", new EmbeddingStoreOptions { UtterancesPerShard = 4 }));
