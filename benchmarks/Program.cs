using MlNetSer.Benchmarks;

var threads = args.Length > 1 ? int.Parse(args[1]) : Environment.ProcessorCount;
var rounds = args.Length > 2 ? int.Parse(args[2]) : 3;
var only = args.Length > 3 ? args[3] : null;
if (args[0] == "spread")
{
    Console.WriteLine(TrainingStep.Spread(threads));
    return;
}
if (args[0] == "filterbank")
{
    foreach (var line in Filterbank.Run(rounds))
        Console.WriteLine(line);
    return;
}
foreach (var line in args[0] == "parts" ? StepParts.Run(threads, rounds, only) : TrainingStep.Run(threads, rounds, only))
    Console.WriteLine(line);
