using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSer.Composition;
using MlNetSer.Marks;
using MlNetSer.Tests.Text;
using TorchSharp;

namespace MlNetSer.Tests;

/// <summary>
/// What every estimator of ours must keep (after ML.NET's own TestEstimatorCore). A new estimator is one more line in <see cref="All"/>.
/// </summary>
[Collection("libtorch")]
public sealed class EstimatorContractTests
{
    private static readonly MLContext Ml = new(1);
    private static readonly Lazy<CorpusManifest> Corpus =
        new(() => SyntheticCorpus.Write(Directory.CreateTempSubdirectory("mlnetser-contract").FullName, speakerCount: 3,
        utterancesPerEmotion: 1));

    /// <param name="Create">Makes it.</param>
    /// <param name="Data">Rows it takes; a lazy view, so that a test can tell when they are read.</param>
    /// <param name="Input">The column it reads.</param>
    /// <param name="Output">The vector column it makes.</param>
    /// <param name="Shells">
    /// Parameters that TorchSharp makes of a tensor: it goes on counting the tensor, whose handle the parameter took over. Five of the
    /// classifier and of attention to frames, two more for attention to blocks, three for each branch of late fusion.
    /// </param>
    private sealed record Case(Func<IEstimator<ITransformer>> Create, Func<IDataView> Data, string Input, string Output, int Shells = 0);

    private static readonly Dictionary<string, Case> Cases = new()
    {
        ["LoadAudio"] = new(() => Ml.Transforms.LoadAudio("Waveform", "AudioPath"), Speech, "AudioPath", "Waveform"),
        ["ExtractFilterbank"] = new(() => Ml.Transforms.ExtractFilterbank("Filterbank", "Waveform"), () => Through(Audio()), "Waveform",
        "Filterbank"),
        ["EmbedSpeech"] = new(() => Embedding(null), () => Through(Audio().Append(Filterbank())), "Filterbank", "Embedding"),
        ["EmbedSpeech, blocks 3 and 1"] = new(() => Embedding([3, 1]), () => Through(Audio().Append(Filterbank())), "Filterbank",
        "Embedding"),
        ["TranscribeSpeech"] = new(() => Transcript(), () => Through(Audio().Append(Filterbank())), "Filterbank",
        "Transcript.TokenTimesMs"),
        ["EmbedAndTranscribeSpeech"] = new(() => Ml.Transforms.EmbedAndTranscribeSpeech(
        "Embedding", "Transcript", "Filterbank", Ctc, Tokens,
        new TranscribeSpeechOptions { BeamWidth = 3, LogProbsColumnName = "LogProbs" }), () => Through(Audio()
        .Append(Filterbank())), "Filterbank", "Embedding"),
        ["EmbedText"] = new(() => TextEmbedding(), () => Through(Audio().Append(Filterbank()).Append(Transcript())), "Transcript",
        "TextEmbedding"),
        ["audio to text features"] = new(() => Audio().Append(Filterbank()).Append(Transcript()).Append(TextEmbedding()), Speech,
        "AudioPath", "TextEmbedding"),
        ["RnnMhsa"] = new(() => Trainers.RnnMhsa(Quick.With(new RnnMhsaOptions { Block = 2 })), Embedded, "Embedding", "Score", 5),
        ["RnnMhsa on the filterbank"] = new(() => Trainers.RnnMhsa(Quick.With(new RnnMhsaOptions { FeatureColumnName = "Filterbank" })),
        Embedded, "Filterbank", "Score", 5),
        ["WeightedFusionRnn"] = new(() => Trainers.WeightedFusionRnn(Quick.With(new WeightedFusionRnnOptions())), Embedded, "Embedding",
        "Score", 6),
        ["EarlyFusionRnn"] = new(() => Trainers.EarlyFusionRnn(Quick.With(new EarlyFusionRnnOptions())), Embedded, "Embedding", "Score", 5),
        ["LateFusionRnn"] = new(() => Trainers.LateFusionRnn(Quick.With(new LateFusionRnnOptions())), Embedded, "Embedding", "Score", 17),
        ["LateFusionRnn of filterbank and block 3"] = new(
        () => Trainers.LateFusionRnn(Quick.With(new LateFusionRnnOptions { Streams = [new("Filterbank"), new("Embedding", [3])] })),
        Embedded, "Filterbank", "Score", 11),
        ["ChannelTemporalAttention"] = new(() => Trainers.ChannelTemporalAttention(Quick.With(new ChannelTemporalAttentionOptions())),
        Embedded, "Embedding", "Score", 7),
        ["ChannelTemporalAttention with what it attended to"] =
        new(() => Trainers.ChannelTemporalAttention(Quick.With(new ChannelTemporalAttentionOptions { AttentionColumnName = "Attention" })),
        Embedded, "Embedding", "Attention", 7),
        ["CtaRnn"] = new(() => Trainers.CtaRnn(Quick.With(new CtaRnnOptions())), Embedded, "Embedding", "Score", 7),
        ["hearing and reading"] = new(() => Audio().Append(Filterbank())
        .Append(Ml.Transforms.EmbedAndTranscribeSpeech("Embedding", "Transcript", "Filterbank", Ctc, Tokens, null, 2))
        .Append(TextEmbedding())
            .Append(Trainers.LateFusionRnn(Quick.With(new LateFusionRnnOptions
            {
                Streams =
            [new("Embedding", [1]), new("TextEmbedding")]
            }))), Speech, "AudioPath", "Score", 11),
        ["the whole pipeline"] = new(() => Audio().Append(Filterbank()).Append(Embedding(null))
        .Append(Trainers.CtaRnn(Quick.With(new CtaRnnOptions()))), Speech, "AudioPath", "Score", 7),
    };

    private static Microsoft.ML.MulticlassClassificationCatalog.MulticlassClassificationTrainers Trainers
        => Ml.MulticlassClassification.Trainers;

    public static TheoryData<string> All => [.. Cases.Keys];

    private static EstimatorChain<ComposedTransformer> Audio()
        => new EstimatorChain<ITransformer>().Append(Ml.Transforms.LoadAudio("Waveform", "AudioPath"));
    private static ExtractFilterbankEstimator Filterbank() => Ml.Transforms.ExtractFilterbank("Filterbank", "Waveform");
    private static EmbedSpeechEstimator Embedding(int[]? blocks)
        => Ml.Transforms.EmbedSpeech("Embedding", "Filterbank", SpeechEncoder.Untrained(), blocks);
    private static SpeechEncoder Ctc
        => SpeechEncoder.Untrained(1, new ConformerOptions
        {
            BlockCount = 2,
            Dimension = 32,
            HeadCount = 2,
            FeedForwardSize = 32,
            KernelSize = 3,
            VocabularySize = 5
        });
    private static CtcTokens Tokens => CtcTokens.FromList(["<blk>", "▁a", "b", "▁c", "d"]);
    private static TranscribeSpeechEstimator Transcript() => Ml.Transforms.TranscribeSpeech("Transcript", "Filterbank", Ctc, Tokens);
    private static EmbedTextEstimator TextEmbedding()
        => Ml.Transforms.EmbedText("TextEmbedding", "Transcript",
        TextEncoder.FromBytes(BertGraph.Write(9), ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "##b", "c", "##d"]));
    private static IDataView Speech() => Corpus.Value.ToDataView(Ml);
    private static IDataView Through(IEstimator<ITransformer> chain) => chain.Fit(Speech()).Transform(Speech());
    private static IDataView Embedded() => Through(Audio().Append(Filterbank()).Append(Embedding(null)));

    [Theory, MemberData(nameof(All))]
    public void Promised_schema_is_the_delivered_schema(string name)
    {
        var (create, makeData, _, output, _) = Cases[name];
        var data = makeData();
        var promise = new Listener();

        using var model = (IDisposable)new EstimatorChain<ITransformer>().Append(create()).Append(promise).Fit(data);
        var delivered = ((ITransformer)model).Transform(data).Schema;

        var promised = promise.Heard!.ToDictionary(column => column.Name);
        Assert.Contains(output, promised.Keys);
        foreach (var column in delivered.Where(column => !column.IsHidden))
        {
            Assert.True(promised.Remove(column.Name, out var shape), $"'{column.Name}' was not promised");
            var vector = column.Type as VectorDataViewType;
            var item = vector?.ItemType ?? column.Type;
            Assert.Equal((column.Name, vector is null ? SchemaShape.Column.VectorKind.Scalar
                : vector.IsKnownSize ? SchemaShape.Column.VectorKind.Vector
                : SchemaShape.Column.VectorKind.VariableVector), (column.Name, shape.Kind));
            Assert.Equal((column.Name, item is KeyDataViewType), (column.Name, shape.IsKey));
            Assert.Equal((column.Name, item.RawType), (column.Name, shape.ItemType.RawType));
            Assert.Equal((column.Name, Kind(column.Annotations.Schema.Select(a => a.Name))),
                (column.Name, Kind(shape.Annotations?.Select(a => a.Name) ?? [])));
        }
        Assert.Empty(promised.Keys);

        static ColumnKind? Kind(IEnumerable<string> annotations)
            => annotations.Select(ColumnKind.Parse).FirstOrDefault(kind => kind is not null);
    }

    [Theory, MemberData(nameof(All))]
    public void Missing_and_mistyped_input_is_refused_before_any_row_is_read(string name)
    {
        var (create, _, input, _, _) = Cases[name];
        var without = Ml.Data.LoadFromEnumerable(Untouchable<Other>());
        var mistyped = Ml.Transforms.CopyColumns(input, nameof(Other.Number)).Fit(without).Transform(without);

        foreach (var data in new[] { without, mistyped })
        {
            var error = Assert.Throws<ArgumentOutOfRangeException>(() => create().Fit(data));

            Assert.Contains(data == without ? "Could not find" : "expected", error.Message);
        }
    }

    [Theory, MemberData(nameof(All))]
    public void Saved_and_loaded_in_a_fresh_process_without_TorchSharp_it_gives_the_same(string name)
    {
        var (create, makeData, _, output, _) = Cases[name];
        var data = makeData();
        var folder = Directory.CreateTempSubdirectory("mlnetser-fresh").FullName;
        var (zip, rows) = (Path.Combine(folder, "model.zip"), Path.Combine(folder, "rows.idv"));
        using var model = (IDisposable)create().Fit(data);
        Ml.Model.Save((ITransformer)model, data.Schema, zip);
        using (var stream = File.Create(rows))
            Ml.Data.SaveAsBinary(data, stream);

        var expected = ((ITransformer)model).Transform(data).GetColumn<float[]>(output).ToList();
        var actual = InFreshProcess(zip, rows, output);

        Assert.Equal(expected.Count, actual.Count);
        foreach (var (e, a) in expected.Zip(actual))
        {
            Assert.Equal(e.Length, a.Length);
            for (var i = 0; i < e.Length; i++)
                Assert.True(Math.Abs(e[i] - a[i]) <= 1e-4 * Math.Max(1, Math.Abs(e[i])), $"expected {e[i]}, got {a[i]}");
        }
    }

    [Theory, MemberData(nameof(All))]
    public void Other_rows_and_their_order_change_nothing(string name)
    {
        var (create, makeData, _, output, _) = Cases[name];
        var data = makeData();
        using var model = (IDisposable)create().Fit(data);
        var transformer = (ITransformer)model;
        var together = transformer.Transform(data).GetColumn<float[]>(output).ToList();

        var alone = transformer.Transform(Ml.Data.TakeRows(Ml.Data.SkipRows(data, 7), 1)).GetColumn<float[]>(output).Single();
        var again = transformer.Transform(data).GetColumn<float[]>(output).ToList();

        Assert.Equal(together[7].Length, alone.Length);
        for (var i = 0; i < alone.Length; i++)
            Assert.Equal(together[7][i], alone[i], 1e-5);
        Assert.Equal(together, again);
    }

    [Theory, MemberData(nameof(All))]
    public void Disposed_it_leaves_no_tensor_and_no_temporary_file(string name)
    {
        var (create, makeData, _, _, shells) = Cases[name];
        var data = Ml.Data.Cache(makeData());
        create().Fit(data);   // what the first use makes for the process is not a leak
        var (tensors, files) = (Torch(), Files());

        ((IDisposable)create().Fit(data)).Dispose();

        Assert.Equal(shells, Torch() - tensors);
        Assert.Empty(Files().Except(files));

        static long Torch() => torch.Tensor.TotalCount;
        static string[] Files() => Directory.GetFiles(OnnxFile.Folder);
    }

    private static List<float[]> InFreshProcess(string zip, string rows, string column)
    {
        var program = Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(a => a.Key == "FreshProcess").Value!;
        using var process = Process.Start(new ProcessStartInfo(
            "dotnet", [program, zip, rows, column])
        { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors.GetAwaiter().GetResult());
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(v => float.Parse(v, CultureInfo.InvariantCulture))
            .ToArray())];
    }

    private static IEnumerable<T> Untouchable<T>()
    {
        Assert.Fail("a row was read");
        yield break;
    }

    private sealed class Other
    {
        public double Number { get; set; }

        [KeyType(3)]
        public uint Label { get; set; }
    }

    /// <summary>Stands behind an estimator and hears what it promises.</summary>
    private sealed class Listener : IEstimator<ITransformer>
    {
        public SchemaShape? Heard { get; private set; }

        public ITransformer Fit(IDataView input) => new TransformerChain<ITransformer>();

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => Heard = inputSchema;
    }
}
