using System.CommandLine;
using System.Globalization;
using MlNetSer.Experiments;

namespace MlNetSer.Cli.Commands;

/// <summary>Trains a system on all speakers and saves it.</summary>
internal static class TrainCommand
{
    private static readonly Option<string> s_output = CommonOptions.Output("The model's zip file.", "model.zip");

    private static readonly Option<DirectoryInfo?> s_evaluation = new("--evaluation")
    {
        Description = "Output folder of 'evaluate', whose figures the model then carries.",
    };

    public static ToolCommand Create()
        => new("train", "Trains a system on all speakers of a corpus and saves it: audio file in, emotion out.",
        "mlnetser train --corpus corpus.csv --encoder encoder.onnx --system cta --output model.zip", Run)
    {
        CommonOptions.Corpus, CommonOptions.Encoder, CommonOptions.Profile, CommonOptions.Int8, CommonOptions.System, CommonOptions.Epochs,
        CommonOptions.Hidden, CommonOptions.Heads,
        CommonOptions.HeadSize, CommonOptions.Seed, CommonOptions.Threads, CommonOptions.Store, s_evaluation, s_output, CommonOptions.Json,
    };

    private static int Run(ToolCall call)
    {
        var path = call.Get(s_output);
        var card = ModelTraining.Run(new TrainingOptions
        {
            Corpus = call.Get(CommonOptions.Corpus),
            Encoder = call.Get(CommonOptions.Encoder),
            Profile = call.Get(CommonOptions.Profile),
            Int8 = call.Get(CommonOptions.Int8),
            System = call.Get(CommonOptions.System),
            Epochs = call.Get(CommonOptions.Epochs),
            HiddenSize = call.Get(CommonOptions.Hidden),
            HeadCount = call.Get(CommonOptions.Heads),
            HeadSize = call.Get(CommonOptions.HeadSize),
            Seed = call.Get(CommonOptions.Seed),
            ThreadCount = call.Get(CommonOptions.Threads),
            StoreFolder = call.Get(CommonOptions.Store)?.FullName,
            EvaluationFolder = call.Get(s_evaluation)?.FullName,
            ModelPath = path,
        }, call.Progress, call.CancellationToken);
        call.Progress.Clear();
        if (call.IsJson)
            Show.Json(card);
        else
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"saved {path}: {card.System}, {card.ParameterCount:N0} parameters, classes {string.Join(", ", card.Classes)}"));
        return 0;
    }
}
