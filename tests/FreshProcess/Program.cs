// Loads a model as an operator's server would, and prints what it gives: FreshProcess MODEL DATA OUTPUT-COLUMN [--errors]. DATA is ML.NET's
// binary format.
// With --errors, where rows are refused, it prints the type of the error and its message, as a server that answers its client.
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

var ml = new MLContext();
var model = ml.Model.Load(args[0], out _);   // finds the contracts of MlNetSer.Transforms by itself
try
{
    foreach (var row in model.Transform(ml.Data.LoadFromBinary(args[1])).GetColumn<float[]>(args[2]))
        Console.WriteLine(string.Join(' ', row.Select(v => v.ToString("R", CultureInfo.InvariantCulture))));
}
catch (Exception error) when (args.Contains("--errors"))
{
    var cause = error.GetBaseException();   // ML.NET's cursors wrap what a row throws
    Console.WriteLine($"{cause.GetType().Name}: {cause.Message}");
}
if (AppDomain.CurrentDomain.GetAssemblies().FirstOrDefault(a => a.FullName!.Contains("Torch", StringComparison.OrdinalIgnoreCase)) is { } torch)
    throw new InvalidOperationException($"A scoring process loaded {torch.FullName}.");
