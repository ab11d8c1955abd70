using MlNetSer.Benchmarks;

if (args[0] == "extraction")
{
    foreach (var line in Extraction.Run(args.Length > 1 ? int.Parse(args[1]) : 3, args.Length > 2 ? args[2] : null))
        Console.WriteLine(line);
    return;
}
var threads = args.Length > 1 ? int.Parse(args[1]) : Environment.ProcessorCount;
var rounds = args.Length > 2 ? int.Parse(args[2]) : 3;
var only = args.Length > 3 ? args[3] : null;
if (args[0] == "spread")
{
    Console.WriteLine(TrainingStep.Spread(threads));
    return;
}
foreach (var line in args[0] switch { "parts" => StepParts.Run(threads, rounds, only), "store" => Store.Run(rounds), _ => TrainingStep.Run(threads, rounds, only) })
    Console.WriteLine(line);
