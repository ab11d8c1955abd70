// The paper's Tables 1, 2 and 3 and Figure 2 from one command: one or two corpora, one or two encoders, every row, within and across corpora.
// Without arguments it runs on a synthetic corpus and an untrained encoder: nothing to download, and nothing to learn about real emotions.
using System.CommandLine;
using Microsoft.ML;
using MlNetSer;
using ReproducePaper;

var corpusOption = new Option<string[]>("--corpus") { Description = Corpus.Help, DefaultValueFactory = _ => ["synthetic"] };
var encoderOption = new Option<string[]>("--encoder") { Description = Encoder.Help, DefaultValueFactory = _ => ["untrained"] };
var profileOption = new Option<string[]>("--profile") { Description = "For each encoder what it wants: a name, a JSON file, or auto (the default). Built in: " + string.Join(", ", EncoderProfile.BuiltIn.Select(p => p.Name)) + "." };
var tokensOption = new Option<string[]>("--tokens") { Description = Encoder.TokensHelp };
var bertOption = new Option<string?>("--bert") { Description = Text.Help };
var vocabOption = new Option<string?>("--vocab") { Description = "Its word pieces. Default: vocab.txt beside it." };
var outputOption = new Option<DirectoryInfo>("--output") { Description = "Folder for tables, figure, runs and jobs. What is whole there is not run again.", DefaultValueFactory = _ => new DirectoryInfo("reproduction") };
var storeOption = new Option<DirectoryInfo?>("--store") { Description = "Folder for embeddings. Default: store/ in the output folder." };
var systemsOption = new Option<string[]>("--systems") { Description = "Rows to run, such as a e5 a+e5 wf-rnn ef-rnn lf-rnn cta cta-rnn. Default: all.", AllowMultipleArgumentsPerToken = true };
var seedOption = new Option<int[]>("--seed") { Description = "Seeds; each is a run of its own.", DefaultValueFactory = _ => [1], AllowMultipleArgumentsPerToken = true };
var blocksOption = new Option<int[]>("--blocks") { Description = "Three blocks for the paper's 2, 6 and 12. Default: in proportion.", AllowMultipleArgumentsPerToken = true };
var epochsOption = new Option<int?>("--epochs") { Description = "Epochs of each training. Default: 50 (paper); 2 with --quick." };
var hiddenOption = new Option<int?>("--hidden") { Description = "GRU units of each direction. Default: 256 (paper); 16 with --quick." };
var headsOption = new Option<int?>("--heads") { Description = "Attention heads. Default: 8 (paper); 2 with --quick." };
var headSizeOption = new Option<int?>("--head-size") { Description = "Units of each attention head. Default: 64 (paper); 8 with --quick." };
var quickOption = new Option<bool>("--quick") { Description = "A thinned version: three blocks, small networks, two epochs." };
var threadsOption = new Option<int>("--threads") { Description = "Threads of a training. Default: as many as the machine has. The numbers do not depend on it." };
var shardOption = new Option<string?>("--shard") { Description = "Run part i of n: i/n. Default: what Slurm or Kubernetes says in its environment, else everything." };
var shardCountOption = new Option<int?>("--shard-count") { Description = "Parts in all, where the environment gives the number of the part only." };
var run = new RootCommand("Runs every row of the paper's Tables 1, 2 and 3 and Figure 2.")
{
    corpusOption, encoderOption, profileOption, tokensOption, bertOption, vocabOption, outputOption, storeOption, systemsOption, seedOption, blocksOption,
    epochsOption, hiddenOption, headsOption, headSizeOption, quickOption, threadsOption, shardOption, shardCountOption,
};
run.SetAction((arguments, cancellation) => Task.Run(() => Try(() =>
{
    var (output, quick) = (arguments.GetValue(outputOption)!, arguments.GetValue(quickOption));
    string[] corpusNames = arguments.GetValue(corpusOption)!, encoderNames = arguments.GetValue(encoderOption)!, profiles = arguments.GetValue(profileOption)!, tokens = arguments.GetValue(tokensOption)!;
    if (corpusNames.Length > 2 || encoderNames.Length > 2 || new[] { profiles, tokens }.Any(each => each.Length > 0 && each.Length != encoderNames.Length))
        throw new ArgumentException($"{corpusNames.Length} corpora, {encoderNames.Length} encoders, {profiles.Length} profiles and {tokens.Length} token files were given; wanted are one or two corpora and encoders, and a profile and a token file for every encoder or none.");
    var shard = Shard.Of(arguments.GetValue(shardOption), arguments.GetValue(shardCountOption), Environment.GetEnvironmentVariable);
    Directory.CreateDirectory(Path.Combine(output.FullName, "jobs"));

    var ml = new MLContext(seed: 1);
    List<Corpus> corpora = [.. corpusNames.Select(name => Corpus.Read(ml, name, output, quick, Console.WriteLine))];
    List<Encoder> encoders = [.. encoderNames.Select((name, i) => Encoder.Read(name, profiles.ElementAtOrDefault(i), tokens.ElementAtOrDefault(i)))];
    var text = Text.Read(arguments.GetValue(bertOption), arguments.GetValue(vocabOption));
    foreach (var (corpus, encoder) in text is null ? [] : corpora.SelectMany(corpus => encoders.Select(encoder => (corpus, encoder))))
        Text.Check(corpus, encoder);
    var settings = new Settings([.. corpora.Select(corpus => corpus.Facts)], [.. encoders.Select(encoder => encoder.Facts(quick, arguments.GetValue(blocksOption)!))],
        arguments.GetValue(epochsOption) ?? (quick ? 2 : 50), arguments.GetValue(hiddenOption) ?? (quick ? 16 : 256), arguments.GetValue(headsOption) ?? (quick ? 2 : 8), arguments.GetValue(headSizeOption) ?? (quick ? 8 : 64), text?.Facts(corpora, encoders));
    var jobs = Job.All(settings, arguments.GetValue(systemsOption)!, arguments.GetValue(seedOption)!);
    settings.Check(ml);
    foreach (var encoder in encoders.Where(encoder => encoder.Tokens is not null))
        Transcripts.Pipeline(ml, encoder);   // refused here if its head and the tokens do not agree
    settings.Claim(output);
    corpora.ForEach(corpus => corpus.Write(output));
    new Request(arguments.GetValue(systemsOption)!, arguments.GetValue(seedOption)!).Save(output);
    foreach (var corpus in corpora.Where(corpus => corpus.TextsAreCodes && encoders.Any(encoder => encoder.Tokens is not null)))
        Console.WriteLine($"The texts of {corpus.Facts.Name} are codes and no words: what is recognised is scored against nothing.");

    List<Job> mine = [.. jobs.Where(shard.Has)], toDo = [.. mine.Where(job => JobResult.Find(output, job) is null)];
    Console.WriteLine($"{string.Join(" and ", settings.Corpora.Select(corpus => corpus.Identity))}; {string.Join(" and ", settings.Encoders.Select(encoder => encoder.Name))}: {jobs.Count} jobs; part {shard.Index} of {shard.Count} has {mine.Count}, {toDo.Count} are to do");
    var progress = new RunProgress(toDo, Console.Out);
    using var data = new EmbeddedCorpora(ml, corpora, encoders, settings.Encoders, text, output, (arguments.GetValue(storeOption) ?? new DirectoryInfo(Path.Combine(output.FullName, "store"))).FullName, progress, Console.WriteLine);
    var runner = new JobRunner(ml, data, arguments.GetValue(threadsOption), Command(args));
    foreach (var (corpus, encoder) in corpora.SelectMany(corpus => Enumerable.Range(0, encoders.Count).Where(i => encoders[i].Tokens is not null).Select(i => (corpus, i))))
        Transcripts.Fill(ml, output, corpus, encoders[encoder], settings.Encoders[encoder], progress, cancellation);
    foreach (var job in toDo)
    {
        foreach (var corpus in new[] { job.Corpus, job.Other ?? job.Corpus })
            data.Open(corpus, job.Encoder, cancellation);   // fills the store where it must, which is no part of the job's duration
        progress.Begin(job);
        var result = runner.Run(job, progress, cancellation);
        result.Save(output, job);
        progress.End(result);
    }

    if (jobs.All(job => mine.Contains(job) || File.Exists(JobResult.PathOf(output, job.Name))))
        return Assemble(output, settings);
    Console.WriteLine($"Part {shard.Index} is done. The tables are made when the last part is, or by: merge --output {output}");
    return 0;
}), CancellationToken.None));

var merge = new Command("merge", "Makes tables and figure from the jobs that are there.") { outputOption };
merge.SetAction(arguments => Try(() => Assemble(arguments.GetValue(outputOption)!, Settings.Load(arguments.GetValue(outputOption)!))));
run.Add(merge);

var compare = new Command("compare", Compare.Help) { Compare.Systems, outputOption };
compare.SetAction(arguments => Try(() =>
{
    var output = arguments.GetValue(outputOption)!;
    Console.WriteLine(Compare.Page(output, Settings.Load(output), arguments.GetValue(Compare.Systems)!));
    return 0;
}));
run.Add(compare);

// Ctrl-C stops at the next batch; while a model scores a whole corpus that may take longer, and then it is cut off: every file is whole or not there.
return await run.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });

static int Assemble(DirectoryInfo output, Settings settings)
{
    var (missing, page) = new Report(output, settings).Write();
    Console.WriteLine($"\n{page}\nwrote {output}: results.md, tables, figure2, runs/");
    if (missing.Count > 0)
        Console.Error.WriteLine($"{missing.Count} jobs are missing: {string.Join(", ", missing.Take(5))}{(missing.Count > 5 ? ", ..." : "")}. Run the command that asked for them again, and only they are run; or delete its file in {output}/{Request.Folder}.");
    return missing.Count > 0 ? 1 : 0;
}

// What a record says of its command is the same in all parts of a run, and can be pasted into a shell.
static string Command(string[] args)
{
    static string Quoted(string arg) => arg.Length > 0 && arg.All(c => char.IsLetterOrDigit(c) || "-_./=:,+@%~".Contains(c)) ? arg : $"'{arg.Replace("'", "'\\''")}'";
    static bool IsOwn(string arg) => arg.Split('=')[0] is "--shard" or "--shard-count" or "--threads";
    return string.Join(' ', args.Index().Where(a => !IsOwn(a.Item) && (a.Index == 0 || args[a.Index - 1].Contains('=') || !IsOwn(args[a.Index - 1]))).Select(a => Quoted(a.Item)).Prepend("ReproducePaper"));
}

// What a user can put right is told in a line, without a stack trace.
static int Try(Func<int> action)
{
    try
    {
        return action();
    }
    catch (OperationCanceledException)
    {
        Console.Error.WriteLine("Stopped. Whole jobs and whole shards of the store are kept; the same command goes on from there.");
        return 130;
    }
    catch (Exception error) when (error is IOException or InvalidDataException or ArgumentException or NotSupportedException or InvalidOperationException)
    {
        Console.Error.WriteLine(error.Message);
        return 1;
    }
}
