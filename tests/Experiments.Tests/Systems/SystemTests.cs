using Microsoft.ML;
using MlNetSer.Experiments;

namespace MlNetSer.Tests.Systems;

public sealed class SystemTests
{
    private static readonly IReadOnlyList<SystemRow> s_rows = SystemRow.All([1, 2, 3, 4], [1, 2, 4], hasText: true);

    [Theory]
    [InlineData("a", typeof(RnnMhsaTrainer))]
    [InlineData("t", typeof(RnnMhsaTrainer))]
    [InlineData("e3", typeof(RnnMhsaTrainer))]
    [InlineData("a+t", typeof(LateFusionRnnTrainer))]
    [InlineData("a+e2", typeof(LateFusionRnnTrainer))]
    [InlineData("wf-rnn", typeof(WeightedFusionRnnTrainer))]
    [InlineData("ef-rnn", typeof(EarlyFusionRnnTrainer))]
    [InlineData("lf-rnn", typeof(LateFusionRnnTrainer))]
    [InlineData("cta", typeof(ChannelTemporalAttentionTrainer))]
    [InlineData("cta-rnn", typeof(CtaRnnTrainer))]
    public void A_name_is_a_trainer(string name, Type trainer)
        => Assert.IsType(trainer, s_rows.Single(row => row.Id == name)
            .CreateTrainer(new MLContext().MulticlassClassification.Trainers, [1, 2, 3, 4], options => options.HeadSize = 8));

    [Fact]
    public void A_block_is_found_by_its_number_in_the_encoder_among_those_that_are_stored()
    {
        var trainer = s_rows.Single(row => row.Id == "e4")
            .CreateTrainer(new MLContext().MulticlassClassification.Trainers, shown: [1, 2, 4], _ => { });

        Assert.Equal(3, ((RnnMhsaOptions)trainer.Options).Block);
    }

    [Fact]
    public void Few_utterances_get_the_system_that_did_better_on_few_and_are_told_why()
    {
        var (few, many) = (SystemChoice.For(339), SystemChoice.For(5531));

        Assert.Equal(("cta", "cta-rnn"), (few.System, many.System));
        Assert.Contains("339 utterances are few", few.Reason);
        Assert.Equal((256, 8, 64, 50), (many.HiddenSize, many.HeadCount, many.HeadSize, many.Epochs));   // the paper's
    }

    [Fact]
    public void The_figures_that_the_choice_names_are_those_of_the_results_page()
    {
        var results = File.ReadAllText(Path.Combine(TestKit.Repository.Root, "docs", "results.md"));

        Assert.Contains("| CTA w/o RNN | 91.5 [", results);
        Assert.Contains("| CTA-RNN | 88.3 [", results);
    }
}
