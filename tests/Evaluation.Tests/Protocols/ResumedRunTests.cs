using System.Text.Json.Nodes;
using Microsoft.ML;

namespace MlNetSer.Tests;

public sealed class ResumedRunTests
{
    private static readonly MulticlassClassificationCatalog s_catalog = SpeechRows.Ml.MulticlassClassification;

    private readonly string _folder = Directory.CreateTempSubdirectory("folds").FullName;
    private int _fits;

    private static IDataView Data(float offset = 0)
        => SpeechRows.View(SpeechRows.Rows(4, "angry", "sad").Select(row =>
        {
            row.Features[1] = row.Utterance == "d-sad-3" ? 1 + offset : 1;   // the last row of all
            return row;
        }));

    private SpeakerCrossValidationOptions Options(string seed = "1")
        => new() { ResumeFolder = _folder, Notes = { ["seed"] = seed }, DescribeModel = _ => "epoch 7" };

    private SpeakerCrossValidationResult Run(SpeakerCrossValidationOptions options, IDataView? data = null, int? stopAfter = null)
    {
        _fits = 0;
        using var stop = new CancellationTokenSource();
        var finished = 0;
        return s_catalog.CrossValidateBySpeaker(data ?? Data(), (train, validation, _) =>
        {
            _fits++;
            SpeechRows.Values(validation, "Speaker");
            return SpeechRows.Trainer.Fit(train);
        }, options, new Immediately<FoldResult>(_ =>
        {
            if (++finished == stopAfter)
                stop.Cancel();
        }), stop.Token);
    }

    private static string WithoutSeconds(SpeakerCrossValidationResult result)
    {
        var json = JsonNode.Parse(result.ToJson())!;
        foreach (var fold in json["Folds"]!.AsArray())
            fold!.AsObject().Remove("Seconds");
        return json.ToJsonString();
    }

    [Fact]
    public void A_cancelled_run_goes_on_at_the_fold_and_gives_the_result_of_an_undisturbed_one()
    {
        var whole = Run(new SpeakerCrossValidationOptions { Notes = { ["seed"] = "1" }, DescribeModel = _ => "epoch 7" });

        var ended = Assert.Throws<OperationCanceledException>(() => Run(Options(), stopAfter: 3));
        var first = _fits;
        var resumed = Run(Options());

        Assert.Equal((3, 1), (first, _fits));
        Assert.Equal($"Ended after 3 of 4 folds. They are kept in '{_folder}': the same call with the same folder goes on from there.",
            ended.Message);
        Assert.Equal(WithoutSeconds(whole), WithoutSeconds(resumed));
        Assert.Equal("epoch 7", resumed.Folds[0].ModelSummary);
    }

    [Fact]
    public void Other_settings_values_or_folds_reuse_no_fold()
    {
        Run(Options());

        Run(Options("2"));
        Assert.Equal(4, _fits);
        Run(Options(), Data(offset: 0.5f));
        Assert.Equal(4, _fits);
        var next = Options();
        next.Protocol = EvaluationProtocol.LeaveOneSpeakerOut(ValidationPolicy.NextSpeaker);
        Run(next);
        Assert.Equal(4, _fits);
        var whole = Options();
        whole.FitUsesValidation = false;
        Run(whole);
        Assert.Equal(4, _fits);
        Run(Options());
        Assert.Equal(0, _fits);
    }

    [Fact]
    public void A_half_written_fold_is_run_again()
    {
        Run(Options());
        var torn = Directory.GetFiles(_folder, "fold-02-*.json").Single();
        File.WriteAllText(torn, File.ReadAllText(torn)[..^200]);

        Run(Options());

        Assert.Equal(1, _fits);
        Assert.DoesNotContain(Directory.GetFiles(_folder), file => file.EndsWith(".new", StringComparison.Ordinal));
    }

    [Fact]
    public void Models_are_kept_where_a_caller_wants_them_and_score_as_before()
    {
        using FoldModels first = new(), second = new();
        var target = SpeechRows.View(SpeechRows.Rows(2, "angry", "sad"));
        var options = Options();
        options.ModelFitted = first.Add;
        Run(options);
        options.ModelFitted = second.Add;

        Run(options);

        Assert.Equal((0, 4), (_fits, second.Count));
        Assert.Empty(s_catalog.CrossCorpus(first, target).DifferencesTo(s_catalog.CrossCorpus(second, target)));
    }

    [Fact]
    public void Folds_are_not_kept_where_nothing_says_what_trains()
    {
        var error = Assert.Throws<ArgumentException>(() => Run(new SpeakerCrossValidationOptions { ResumeFolder = _folder }));

        Assert.Equal(0, _fits);
        Assert.Contains("nothing says what trains", error.Message);
    }

    [Fact]
    public void A_trainer_with_other_options_reuses_no_fold_even_with_the_same_notes()
    {
        var options = new SpeakerCrossValidationOptions { ResumeFolder = _folder };
        int Fits(int size)
        {
            var trainer = new WithOptions(size);
            s_catalog.CrossValidateBySpeaker(Data(), trainer, options);
            return trainer.Fits;
        }

        Assert.Equal((4, 0, 4), (Fits(1), Fits(1), Fits(2)));
    }

    public sealed class WithOptions(int size) : IEstimator<ITransformer>
    {
        public int Fits { get; private set; }

        public Settings Options { get; } = new() { Size = size };

        public ITransformer Fit(IDataView input)
        {
            Fits++;
            return SpeechRows.Trainer.Fit(input);
        }

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => inputSchema;

        public sealed class Settings
        {
            public int Size { get; set; }
        }
    }
}
