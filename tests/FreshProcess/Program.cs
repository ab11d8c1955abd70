// Loads a model as an operator's server would, and prints what it gives: FreshProcess MODEL DATA OUTPUT-COLUMN [TIMES [wait]]. DATA is
// ML.NET's binary format. It loads and predicts TIMES times and disposes of nothing; with wait it says so, and goes on at a line or ends at
// a signal.
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

var ml = new MLContext();
var times = args.Length > 3 ? int.Parse(args[3], CultureInfo.InvariantCulture) : 1;
for (var time = 1; time <= times; time++)
{
    var model = ml.Model.Load(args[0], out var schema);   // finds the contracts of MlNetSer.Transforms by itself
    foreach (var row in model.Transform(ml.Data.LoadFromBinary(args[1])).GetColumn<float[]>(args[2]))
        Console.WriteLine(string.Join(' ', row.Select(v => v.ToString("R", CultureInfo.InvariantCulture))));
    if (args.Length <= 4 || time < times)
        continue;
    Console.WriteLine("waiting");
    Console.ReadLine();
    ml.Model.Save(model, schema, args[0] + ".again");   // ML.NET reads the temporary files again
}
if (AppDomain.CurrentDomain.GetAssemblies().FirstOrDefault(a => a.FullName!.Contains("Torch", StringComparison.OrdinalIgnoreCase)) is { } torch)
    throw new InvalidOperationException($"A scoring process loaded {torch.FullName}.");
