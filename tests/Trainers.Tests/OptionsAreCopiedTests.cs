using System.Collections;
using System.Reflection;
using Microsoft.ML;
using MlNetSer.Tests.Text;

namespace MlNetSer.Tests;

/// <summary>Options are checked once and copied: a change made afterwards reaches nothing that was made of them. A new options class
/// is one more line in <see cref="Makers"/>.</summary>
[Collection("libtorch")]
public sealed class OptionsAreCopiedTests
{
    private const BindingFlags OwnFields = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly MLContext Ml = new(1);
    private static readonly Lazy<CorpusManifest> Corpus = new(()
        => SyntheticCorpus.Write(Directory.CreateTempSubdirectory("mlnetser-options").FullName, speakerCount: 4, utterancesPerEmotion: 1));
    private static readonly Type[] OfEachAssembly = [typeof(SpeechEncoder), typeof(SpeechTrainer), typeof(CorpusManifest)];

    private static MulticlassClassificationCatalog.MulticlassClassificationTrainers Trainers => Ml.MulticlassClassification.Trainers;

    private static SpeechEncoder Ctc => SpeechEncoder.Untrained(1,
        new ConformerOptions { BlockCount = 2, Dimension = 32, HeadCount = 2, FeedForwardSize = 32, KernelSize = 3, VocabularySize = 3 });

    /// <summary>By options class: options with every list filled, and what is made of them; null = they are read up within the
    /// call.</summary>
    private static readonly Dictionary<Type, (object Options, Func<object, object>[]? Make)> Makers = new()
    {
        [typeof(AudioReadOptions)] = (new AudioReadOptions(), null),
        [typeof(LogMelFilterbankOptions)] = (new LogMelFilterbankOptions(),
        [
            o => new LogMelFilterbank((LogMelFilterbankOptions)o),
            o => Ml.Transforms.ExtractFilterbank("F", "W", (LogMelFilterbankOptions)o),
            o => new EncoderProfile { Name = "toy", Input = "x", BlockOutputs = ["b"], Filterbank = (LogMelFilterbankOptions)o },
        ]),
        [typeof(TranscribeSpeechOptions)] = (new TranscribeSpeechOptions { LogProbsColumnName = "L" },
        [
            o => Ml.Transforms.TranscribeSpeech("T", "F", Ctc, CtcTokens.FromList(["<blk>", "a", "b"]), (TranscribeSpeechOptions)o),
            o => Ml.Transforms.EmbedAndTranscribeSpeech("E", "T", "F", Ctc, CtcTokens.FromList(["<blk>", "a", "b"]),
                (TranscribeSpeechOptions)o),
        ]),
        [typeof(TextEncoderOptions)] = (new TextEncoderOptions(),
            [o => TextEncoder.FromBytes(BertGraph.Write(6), ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a"], (TextEncoderOptions)o)]),
        [typeof(EmbeddingExtractorOptions)] = (new EmbeddingExtractorOptions { Blocks = new[] { 1, 2 } },
            [o => new EmbeddingExtractor(SpeechEncoder.Untrained(), (EmbeddingExtractorOptions)o)]),
        [typeof(EmbeddingStoreOptions)] = (new EmbeddingStoreOptions
        {
            ColumnName = "Embedding",
            AudioPathColumnName = null,
            KeyColumnNames = ["AudioPath"],
            Blocks = [1, 2]
        },
                [o => Embedded().Cached(Directory.CreateTempSubdirectory("options-").FullName, options: (EmbeddingStoreOptions)o)]),
        [typeof(RnnMhsaOptions)] = (new RnnMhsaOptions(), [o => Trainers.RnnMhsa((RnnMhsaOptions)o)]),
        [typeof(WeightedFusionRnnOptions)] = (new WeightedFusionRnnOptions(),
            [o => Trainers.WeightedFusionRnn((WeightedFusionRnnOptions)o)]),
        [typeof(EarlyFusionRnnOptions)] = (new EarlyFusionRnnOptions(), [o => Trainers.EarlyFusionRnn((EarlyFusionRnnOptions)o)]),
        [typeof(LateFusionRnnOptions)] = (new LateFusionRnnOptions
        {
            Streams = new[] { new SequenceColumn("E", new[] { 1, 2 }),
            new SequenceColumn("F") }
        }, [o => Trainers.LateFusionRnn((LateFusionRnnOptions)o)]),
        [typeof(ChannelTemporalAttentionOptions)] = (new ChannelTemporalAttentionOptions(),
            [o => Trainers.ChannelTemporalAttention((ChannelTemporalAttentionOptions)o)]),
        [typeof(CtaRnnOptions)] = (new CtaRnnOptions(), [o => Trainers.CtaRnn((CtaRnnOptions)o)]),
        [typeof(SpeakerTrialOptions)] = (new SpeakerTrialOptions(),
            [o => new SpeakerTrialRunner<CtaRnnOptions>(Embedded(), options => Trainers.CtaRnn(options).Fit, (SpeakerTrialOptions)o)]),
        [typeof(SweepOptions)] = (new SweepOptions(), null),
        [typeof(SpeakerCrossValidationOptions)] = (new SpeakerCrossValidationOptions(), null),
        [typeof(CrossCorpusOptions)] = (new CrossCorpusOptions(), null),
    };

    public static TheoryData<string, int> All
        => [.. Makers.Where(maker => maker.Value.Make is not null).SelectMany(maker
            => maker.Value.Make!.Select((_, i) => (maker.Key.Name, i)))];

    public static TheoryData<string> OfTrainers
        => [.. Makers.Keys.Where(type => type.IsAssignableTo(typeof(SpeechTrainerOptions))).Select(type => type.Name)];

    [Fact]
    public void Every_options_class_is_in_the_list()
    {
        var classes = OfEachAssembly.SelectMany(type => type.Assembly.GetExportedTypes())
            .Where(type => type is { IsClass: true, IsAbstract: false } && type.Name.EndsWith("Options", StringComparison.Ordinal)
                && Settable(type).Any());

        Assert.All(classes, type => Assert.Contains(type, Makers.Keys));
    }

    [Theory, MemberData(nameof(All))]
    public void Nothing_that_was_made_holds_the_options_or_a_list_of_theirs(string name, int maker)
    {
        var (options, make) = Makers.Single(pair => pair.Key.Name == name).Value;
        HashSet<object> given = new(ReferenceEqualityComparer.Instance);
        Collect(options, given);

        var made = make![maker](options);

        Assert.All(Reachable(made), held => Assert.DoesNotContain(held, given));
        (made as IDisposable)?.Dispose();
    }

    [Theory, MemberData(nameof(OfTrainers))]
    public void Options_changed_after_a_trainer_was_made_do_not_reach_it(string name)
    {
        var type = Makers.Keys.Single(key => key.Name == name);
        var options = (SpeechTrainerOptions)Activator.CreateInstance(type)!;
        var trainer = (SpeechTrainer)Makers[type].Make![0](options);
        var before = trainer.Options.ToString();

        Change(options);
        Change(trainer.Options);

        Assert.Equal(before, trainer.Options.ToString());
        Assert.NotEqual(before, options.ToString());
    }

    [Fact]
    public void A_trainer_whose_options_were_set_to_no_epochs_trains_all_the_same()
    {
        var options = Quick.With(new CtaRnnOptions(), epochs: 3);
        var trainer = Trainers.CtaRnn(options);

        options.Epochs = 0;
        trainer.Options.Epochs = 0;
        using var model = trainer.Fit(Row.View(Ml, Row.Make(12)));

        Assert.Equal(3, model.Report.Epochs.Count);
    }

    [Fact]
    public void A_built_in_profile_cannot_be_changed_through_its_filterbank()
    {
        EncoderProfile.WeNet.Filterbank.MelBinCount = 40;

        Assert.Equal(80, EncoderProfile.WeNet.Filterbank.MelBinCount);
    }

    private static IDataView Embedded()
    {
        var rows = Corpus.Value.ToDataView(Ml);
        return Ml.Transforms.LoadAudio("Waveform", "AudioPath").Append(Ml.Transforms.EmbedSpeech("Embedding", SpeechEncoder.Untrained()))
            .Fit(rows).Transform(rows);
    }

    private static IEnumerable<PropertyInfo> Settable(Type type)
        => type.GetProperties().Where(property => property.SetMethod is { IsPublic: true } set
            && !set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(System.Runtime.CompilerServices.IsExternalInit)));

    private static void Change(object options)
    {
        foreach (var property in Settable(options.GetType()))
        {
            property.SetValue(options, property.GetValue(options) switch
            {
                int number => number + 7,
                double number => number + 7,
                bool flag => !flag,
                string text => text + "?",
                _ => null,
            });
        }
    }

    /// <summary>The options and everything in them that can be changed.</summary>
    private static void Collect(object options, HashSet<object> into)
    {
        if (!into.Add(options))
            return;
        foreach (var value in options.GetType().GetProperties().Where(property => property.GetIndexParameters().Length == 0)
            .Select(property => property.GetValue(options)))
            CollectValue(value, into);
    }

    private static void CollectValue(object? value, HashSet<object> into)
    {
        if (value is string or null || value.GetType().IsValueType)
            return;
        if (value is IEnumerable items)
        {
            into.Add(value);
            foreach (var item in items)
                CollectValue(item, into);
        }
        else if (value is SequenceColumn { Blocks: { } blocks })
            into.Add(blocks);
        else if (value.GetType().Name.EndsWith("Options", StringComparison.Ordinal))
            Collect(value, into);
    }

    /// <summary>All that an object of ours leads to by its fields.</summary>
    private static HashSet<object> Reachable(object start)
    {
        HashSet<object> seen = new(ReferenceEqualityComparer.Instance);
        Stack<object> waiting = new([start]);
        while (waiting.TryPop(out var next))
        {
            var type = next.GetType();
            if (next is string || type.IsPrimitive || type.IsPointer || !type.IsValueType && !seen.Add(next))
                continue;
            if (type.IsArray)
            {
                if (!type.GetElementType()!.IsPrimitive)
                    ((Array)next).OfType<object>().ToList().ForEach(waiting.Push);
            }
            else if (type.Namespace?.StartsWith("MlNetSer", StringComparison.Ordinal) == true || next is IEnumerable or Delegate
                || type.FullName!.StartsWith("System.Nullable", StringComparison.Ordinal)
                    || type.FullName!.StartsWith("System.ValueTuple", StringComparison.Ordinal) || type.Name.Contains('<'))
            {
                for (var level = type; level is not null; level = level.BaseType)
                {
                    foreach (var field in level.GetFields(OwnFields).Where(field => !field.FieldType.IsPointer))
                    {
                        if (field.GetValue(next) is { } value)
                            waiting.Push(value);
                    }
                }
            }
        }
        return seen;
    }
}
