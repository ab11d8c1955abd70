using Microsoft.ML;

namespace MlNetSer.Tests;

/// <summary>The two overloads of each trainer, and the options that a trainer shows.</summary>
public sealed class SpeechTrainersCatalogTests
{
    private static MulticlassClassificationCatalog.MulticlassClassificationTrainers Trainers { get; }
        = new MLContext(1).MulticlassClassification.Trainers;

    public static TheoryData<string> Names => [.. Short.Keys];

    private static Dictionary<string, (Func<SpeechTrainer> Default, Func<SpeechTrainer> Named, SpeechTrainerOptions Paper)> Short => new()
    {
        ["RnnMhsa"] = (() => Trainers.RnnMhsa(), () => Trainers.RnnMhsa("Emotion", "Features"), new RnnMhsaOptions()),
        ["WeightedFusionRnn"] = (() => Trainers.WeightedFusionRnn(), () => Trainers.WeightedFusionRnn("Emotion", "Features"),
            new WeightedFusionRnnOptions()),
        ["EarlyFusionRnn"] = (() => Trainers.EarlyFusionRnn(), () => Trainers.EarlyFusionRnn("Emotion", "Features"),
            new EarlyFusionRnnOptions()),
        ["LateFusionRnn"] = (() => Trainers.LateFusionRnn(), () => Trainers.LateFusionRnn("Emotion", "Features"),
            new LateFusionRnnOptions()),
        ["ChannelTemporalAttention"] = (() => Trainers.ChannelTemporalAttention(),
            () => Trainers.ChannelTemporalAttention("Emotion", "Features"), new ChannelTemporalAttentionOptions()),
        ["CtaRnn"] = (() => Trainers.CtaRnn(), () => Trainers.CtaRnn("Emotion", "Features"), new CtaRnnOptions()),
    };

    [Theory, MemberData(nameof(Names))]
    public void Short_overload_names_the_columns_and_keeps_the_papers_options(string name)
    {
        var (byDefault, named, paper) = Short[name];

        Assert.Equal(paper.ToString(), byDefault().Options.ToString());
        (paper.LabelColumnName, paper.FeatureColumnName) = ("Emotion", "Features");
        Assert.Equal(paper.ToString(), named().Options.ToString());
    }

    [Fact]
    public void Trainer_shows_a_typed_copy_of_its_options()
    {
        var trainer = Trainers.CtaRnn(new CtaRnnOptions { HiddenSize = 16, Epochs = 3 });

        CtaRnnOptions shown = trainer.Options;
        shown.HiddenSize = 99;

        Assert.Equal(16, trainer.Options.HiddenSize);
        Assert.Equal(3, ((SpeechTrainer)trainer).Options.Epochs);
    }
}
