// Timings, each a ratio against a named baseline in the same run. Results are Markdown: `dotnet run -c Release --project benchmarks -- step
// > benchmarks/results/step.md`.
using System.CommandLine;
using MlNetSer.Benchmarks;
using MlNetSer.Kernels;

var threads = new Option<int>("--threads") { Description = "Threads.", DefaultValueFactory = _ => Environment.ProcessorCount };
var rounds = new Option<int>("--rounds") { Description = "Repetitions; the median counts.", DefaultValueFactory = _ => 3 };
var only = new Option<string?>("--only") { Description = "Sizes whose name contains this." };
var hidden = new Option<int>("--hidden") { Description = "GRU units of each direction.", DefaultValueFactory = _ => 64 };
var steps = new Option<int>("--steps") { Description = "Training steps to time.", DefaultValueFactory = _ => 20 };
var system = new Option<string>("--system") { Description = "cta-rnn or cta.", DefaultValueFactory = _ => "cta-rnn" };
var data = new Option<string>("--data") { Description = "The folder shared/data.", DefaultValueFactory = _ => "../shared/data" };
var longest = new Option<double>("--longest") { Description = "Seconds of a window.", DefaultValueFactory = _ => 40 };
var store = new Option<string>("--store")
{
    Description = "Folder for an embedding store; kept for the next run.",
    DefaultValueFactory = _ => Path.Combine(Path.GetTempPath(), "mlnetser-benchmarks")
};

var root = new RootCommand("Benchmarks of MlNetSer.");
void Add(string name, string description, Func<ParseResult, IEnumerable<string>> run, params Option[] options)
{
    var command = new Command(name, description);
    foreach (var option in options)
        command.Options.Add(option);
    command.SetAction(arguments =>
    {
        if (options.Contains(threads))
            Threads.Count = arguments.GetValue(threads);
        foreach (var line in run(arguments))
            Console.WriteLine(line);
    });
    root.Subcommands.Add(command);
}
Add("step", "A training step and inference of CTA-RNN: ours against nn.GRU in a loop.",
    a => TrainingStep.Run(a.GetValue(rounds), a.GetValue(only)), threads, rounds, only);
Add("parts", "Where the time of a training step goes, and the products against the machine's peak.",
    a => StepParts.Run(a.GetValue(rounds), a.GetValue(only)), threads, rounds, only);
Add("epoch", "An epoch of CTA-RNN on EMO-DB embeddings.",
    a => CorpusRuns.Epoch(a.GetValue(data)!, Path.Combine(a.GetValue(store)!, "emodb"), a.GetValue(hidden)), threads, data, store, hidden);
Add("memory", "Training on an IEMOCAP-sized store: peak memory, and what reading costs.",
    a => CorpusRuns.Memory(Path.Combine(a.GetValue(store)!, "iemocap-sized"), a.GetValue(system)!, a.GetValue(hidden), a.GetValue(steps)),
    threads, store, system, hidden, steps);
Add("filterbank", "The filterbank kernel against its scalar form.", a => Filterbank.Run(a.GetValue(rounds)), rounds);
Add("extraction", "Bulk extraction beside ONNX Runtime driven bare.", a => Extraction.Run(a.GetValue(rounds), a.GetValue(only)), rounds,
    only);
Add("decoders", "Reading audio files of many formats beside ffmpeg.",
    a => Decoders.Run(a.GetValue(rounds), Path.Combine(a.GetValue(data)!, "speech", "0.wav")), rounds, data);
Add("store", "Reading the embedding store.", a => Store.Run(a.GetValue(rounds)), rounds);
Add("windows", "Long recordings in windows: distance from full context by block, and what the loop costs what is short.",
    a => Windows.Run(a.GetValue(data)!, a.GetValue(rounds), a.GetValue(longest)), data, rounds, longest);
return root.Parse(args).Invoke();
