using System.Xml.Linq;
using MlNetSer.Experiments;

namespace MlNetSer.Tests;

/// <summary>Each figure is drawn as SVG and PNG and says what it shows.</summary>
public sealed class FigureTests : IDisposable
{
    private static readonly TrainingReport s_training = new()
    {
        Epochs = [Epoch(1, 1.4, 1.3), Epoch(2, 1.0, 1.1), Epoch(3, 0.8, 1.2)],
        SelectedEpoch = 2,
        ParameterCount = 100,
        TrainCount = 30,
        ValidationCount = 10,
    };

    private static EpochReport Epoch(int number, double trainLoss, double validationLoss)
        => new() { Number = number, TrainLoss = trainLoss, ValidationLoss = validationLoss, LearningRate = 1e-3, Seconds = 0.1 };

    private readonly string _folder = Directory.CreateTempSubdirectory("mlnetser-figures").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Learning_curves_show_training_validation_and_the_epoch_that_is_kept()
    {
        var texts = Texts(Figures.LearningCurves([s_training, s_training]));

        Assert.Contains("training, mean over folds", texts);
        Assert.Contains("validation, mean over folds", texts);
        Assert.Contains("epoch that is kept", texts);
    }

    [Fact]
    public void A_confusion_matrix_shows_counts_and_classes()
    {
        var matrix = new ConfusionMatrix(["angry", "sad"]);
        foreach (var (truth, predicted) in new[] { (0, 0), (0, 0), (0, 1), (1, 1) })
            matrix.Add(truth, predicted);

        var texts = Texts(Figures.Confusion(matrix));

        Assert.Contains("angry", texts);
        Assert.Contains("67 %", texts);   // two of three
    }

    [Fact]
    public void Blocks_are_the_ticks_of_their_axis()
    {
        ScoreInterval interval = new() { Low = 0.5, High = 0.7, Level = 0.95, Rounds = 2000 };

        var texts = Texts(Figures.Blocks([("emodb", 0, 0.55, interval), ("emodb", 1, 0.6, interval), ("emodb", 5, 0.65, interval)]));

        Assert.Contains("emodb", texts);
        Assert.Contains("5", texts);
        Assert.DoesNotContain("3", texts);
    }

    [Fact]
    public void Attention_is_drawn_beside_the_filterbank()
    {
        var map = new AttentionMap([.. Enumerable.Range(0, 12).Select(i => i / 66f)], blockCount: 3,
            [.. Enumerable.Range(0, 80).Select(i => (float)i)], melBinCount: 8, durationSeconds: 0.16);

        Assert.Contains("log-Mel filterbank", Texts(Figures.Attention(map)));
        Assert.Throws<ArgumentException>(() => new AttentionMap([1, 2, 3], blockCount: 2, [], 1, 1));
    }

    /// <summary>The words of the SVG; the PNG is written too.</summary>
    private List<string> Texts(Figure figure)
    {
        figure.Save(Path.Combine(_folder, "figure.png"));
        Assert.Equal("PNG"u8, File.ReadAllBytes(Path.Combine(_folder, "figure.png")).AsSpan(1, 3));
        Assert.SkipUnless(Figure.HasFonts, "SKIPPED: this machine has no fonts, so figures have no letters.");
        return [.. XDocument.Parse(figure.ToSvg()).Descendants().Where(element => element.Name.LocalName == "text")
            .Select(element => element.Value.Trim())];
    }
}
