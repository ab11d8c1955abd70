using System.CommandLine;
using System.Globalization;
using MlNetSer.Experiments;

namespace MlNetSer.Cli.Commands;

/// <summary>Asks a saved model about audio files.</summary>
internal static class PredictCommand
{
    private static readonly Argument<FileInfo> s_model = new("model") { Description = "A model that 'train' or 'demo' saved." };

    private static readonly Argument<string[]> s_inputs = new("audio")
    {
        Description = "Audio files, folders of them, or - for standard input: one WAV file, or paths, one a line.",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<bool> s_csv = new("--csv") { Description = "Write the result as CSV." };

    private static readonly Option<DirectoryInfo?> s_attention = new("--attention")
    {
        Description = "Folder for a picture of each file: which blocks (layers of the encoder) and moments the model attended to. For "
            + "systems cta and cta-rnn.",
    };

    private static readonly Option<double?> s_segments = new("--segments")
    {
        Description = "Say it for each part of a long recording: the length of a part in seconds, such as 4. Parts overlap by half. "
            + "Default: one answer for each file, however long it is.",
    };

    public static ToolCommand Create() => new("predict", "Says which emotion each audio file has. Needs no training libraries.",
        "mlnetser predict model.zip recordings/ --csv", Run) { s_model, s_inputs, CommonOptions.Json, s_csv, s_segments, s_attention };

    private static int Run(ToolCall call)
    {
        using var model = ModelPredictor.Load(call.Get(s_model).FullName);
        using var inputs = AudioInputs.Find(call.Get(s_inputs));
        var attention = call.Get(s_attention);
        List<Prediction> all = [];
        if (call.Get(s_segments) is <= 0 or double.NaN)
            throw new ArgumentException($"--segments is {call.Get(s_segments)}; wanted is a length in seconds above 0, such as 4.");
        if (call.Has(s_segments) && attention is not null)
            throw new ArgumentException("--attention draws whole files: leave out --segments.");
        var predictions = call.Get(s_segments) is { } seconds
            ? model.PredictSegments(inputs.Paths, seconds, call.CancellationToken)
            : model.Predict(inputs.Paths, attention is not null, call.CancellationToken);
        foreach (var prediction in predictions)
        {
            all.Add(prediction);
            if (attention is not null && prediction.Attention is { } map)
            {
                attention.Create();
                Figures.Attention(map, $"{Path.GetFileName(inputs.NameOf(prediction.Path))}: {prediction.Label}")
                    .Save(Path.Combine(attention.FullName, Path.GetFileName(inputs.NameOf(prediction.Path)) + ".png"));
            }
            call.Progress.Report(Asked(all.Select(p => p.Path).Distinct().Count(), inputs.Paths.Count));
        }
        call.Progress.Clear();
        if (call.IsJson)
            Show.Json(all.Select(p => new
            {
                file = inputs.NameOf(p.Path),
                start = p.StartSeconds,
                label = p.Label,
                scores = Scores(model, p),
                error = p.Error,
            }));
        else if (call.Get(s_csv))
            Console.Write(Table(call, model, all, inputs).ToCsv());
        else
            Show.Table(Table(call, model, all.Where(p => p.Error is null), inputs));
        foreach (var failed in call.IsJson ? [] : all.Where(prediction => prediction.Error is not null))
            Console.Error.WriteLine($"error: {inputs.NameOf(failed.Path)}: {failed.Error}");
        if (attention is not null && all.Any(prediction => prediction.Error is null) && all.All(prediction => prediction.Attention is null))
            Console.Error.WriteLine("The model has no attention to draw: train it with --system cta or cta-rnn.");
        return all.Any(prediction => prediction.Error is not null) ? Failure.Failed : 0;
    }

    private static ExperimentProgress Asked(int done, int total)
        => new() { Text = $"asked about {done} of {total} files", Done = done, Total = total + 1 };

    private static Dictionary<string, float> Scores(ModelPredictor model, Prediction prediction)
        => model.Classes.Zip(prediction.Scores).ToDictionary(score => score.First, score => score.Second);

    private static string Number(float score) => score.ToString("0.000", CultureInfo.InvariantCulture);

    private static TextTable Table(ToolCall call, ModelPredictor model, IEnumerable<Prediction> predictions, AudioInputs inputs)
    {
        var inSegments = call.Has(s_segments);
        var table = new TextTable(["file", .. inSegments ? ["from second"] : Array.Empty<string>(), "emotion", .. model.Classes]);
        foreach (var prediction in predictions)
        {
            string[] start = inSegments ? [prediction.StartSeconds?.ToString("0.##", CultureInfo.InvariantCulture) ?? ""] : [];
            table.Add([inputs.NameOf(prediction.Path), .. start, prediction.Label ?? "",
                .. model.Classes.Select((_, i) => prediction.Error is null ? Number(prediction.Scores[i]) : "")]);
        }
        return table;
    }
}
