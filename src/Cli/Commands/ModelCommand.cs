using System.CommandLine;
using System.Globalization;
using MlNetSer.Experiments;

namespace MlNetSer.Cli.Commands;

/// <summary>What is inside a saved model.</summary>
internal static class ModelCommand
{
    private static readonly Argument<FileInfo> s_model = new("model") { Description = "A model that 'train' or 'demo' saved." };

    public static ToolCommand Create() => new("model", "Shows saved models.", "mlnetser model show model.zip")
    {
        new ToolCommand("show", "Shows what is inside a model: encoder, network, classes, options, corpus, figures, licence.",
            "mlnetser model show model.zip", ShowModel) { s_model, CommonOptions.Json },
    };

    private static int ShowModel(ToolCall call)
    {
        var path = call.Get(s_model).FullName;
        if (ModelCard.Read(path) is { } card)
        {
            if (call.IsJson)
                Show.Json(card);
            else
                Show.Facts(Facts(card));
            return 0;
        }
        using var model = ModelPredictor.Load(path);
        if (call.IsJson)
            Show.Json(new { classes = model.Classes });
        else
            Console.WriteLine($"classes: {string.Join(", ", model.Classes)}\nThe model has no card: it was saved by other code than "
                + $"'mlnetser train'.");
        return 0;
    }

    private static IEnumerable<(string, string)> Facts(ModelCard card) =>
    [
        ("system", card.System),
        ("classes", string.Join(", ", card.Classes)),
        ("encoder", card.Encoder),
        ("corpus", card.Corpus),
        ("parameters", card.ParameterCount.ToString("N0", CultureInfo.InvariantCulture)),
        ("epochs", card.Epochs.ToString(CultureInfo.InvariantCulture)),
        ("options", card.Options),
        .. card.Evaluation.DefaultIfEmpty("none: train with --evaluation FOLDER").Select(line => ("evaluation", line)),
        ("licence", card.Licence),
        ("made by", card.MadeBy),
    ];
}
