// Loads a model as an operator's server would, and prints what it gives: FreshProcess MODEL DATA OUTPUT-COLUMN [TIMES [wait]] [--errors].
// DATA is ML.NET's binary format. It loads and predicts TIMES times and disposes of nothing; with wait it says so, and goes on at a line or
// ends at a signal. With --errors, where rows are refused, it prints the type of the error and its message, as a server that answers its
// client.
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

var ml = new MLContext();
var plain = args.Where(arg => arg != "--errors").ToArray();
var times = plain.Length > 3 ? int.Parse(plain[3], CultureInfo.InvariantCulture) : 1;
for (var time = 1; time <= times; time++)
{
    var model = ml.Model.Load(plain[0], out var schema);   // finds the contracts of MlNetSer.Transforms by itself
    try
    {
        foreach (var row in model.Transform(ml.Data.LoadFromBinary(plain[1])).GetColumn<float[]>(plain[2]))
            Console.WriteLine(string.Join(' ', row.Select(v => v.ToString("R", CultureInfo.InvariantCulture))));
    }
    catch (Exception error) when (args.Contains("--errors"))
    {
        var cause = error.GetBaseException();   // ML.NET's cursors wrap what a row throws
        Console.WriteLine($"{cause.GetType().Name}: {cause.Message}");
    }
    if (plain.Length <= 4 || time < times)
        continue;
    Console.WriteLine("waiting");
    Console.ReadLine();
    ml.Model.Save(model, schema, plain[0] + ".again");   // ML.NET reads the temporary files again
}
if (AppDomain.CurrentDomain.GetAssemblies().FirstOrDefault(
    a => a.FullName!.Contains("Torch", StringComparison.OrdinalIgnoreCase)) is { } torch)
    throw new InvalidOperationException($"A scoring process loaded {torch.FullName}.");
