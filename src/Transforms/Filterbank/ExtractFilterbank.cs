using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MlNetSer.Composition;
using MlNetSer.Marks;

namespace MlNetSer;

/// <summary>Turns a waveform column into a log-Mel filterbank column (Kaldi conventions).</summary>
/// <remarks>
/// | | |
/// |--|--|
/// | Does this estimator need to look at the data to train its parameters? | No |
/// | Input column data type | Vector of Single: samples in [−1, 1] |
/// | Output column data type | Variable-length vector of Single: frames x bins, row-major |
/// | <c>(output).Shape</c> | Two Int64: frames, bins |
/// | <c>(output).Identity</c> | What made it |
///
/// The options travel inside a saved model as the constant output of a small ONNX graph; the kernel is <see cref="LogMelFilterbank"/>.
/// </remarks>
public sealed class ExtractFilterbankEstimator : ComposedEstimator
{
    private readonly string _output;
    private readonly string _options, _settings;   // the settings also say how many samples are needed
    private readonly int _sampleRateHz;

    /// <param name="transforms">The catalog.</param>
    /// <param name="outputColumnName">Column to make.</param>
    /// <param name="inputColumnName">Column with samples.</param>
    /// <param name="options">Options.</param>
    /// <param name="leastSampleCount">Samples that the encoder behind it needs; it travels with the options.</param>
    internal ExtractFilterbankEstimator(TransformsCatalog transforms, string outputColumnName, string inputColumnName,
        LogMelFilterbankOptions options, int leastSampleCount = 0)
        : base(transforms, new InputColumn(inputColumnName, NumberDataViewType.Single, IsVector: true))
    {
        ArgumentNullException.ThrowIfNull(options);
        _ = new LogMelFilterbank(options);   // faulty options are refused here, not at the first row
        (_output, _options, _sampleRateHz) = (outputColumnName, FilterbankMapping.Text(options), options.SampleRateHz);
        _settings = FilterbankMapping.Text(options, leastSampleCount);
    }

    private protected override void Accept(ColumnKind? kind)
    {
        var wanted = new ColumnKind.Waveform(_sampleRateHz);
        if (kind is ColumnKind.Waveform found && found != wanted)
            throw Input.Mismatch(wanted, found, $"Set {nameof(LogMelFilterbankOptions)}.{nameof(LogMelFilterbankOptions.SampleRateHz)} = "
                + $"{found.SampleRateHz}, or resample the waveform.");
        if (kind is not (null or ColumnKind.Waveform))
            throw Input.Mismatch(wanted, kind, "Give the column that LoadAudio makes.");
    }

    private protected override IEstimator<ITransformer> Compose(TransformsCatalog transforms, Func<byte[], string> file)
        => transforms.CopyColumns(FilterbankInput.WaveformColumn, Input.Name)
            .Append(OneNumber.Of(transforms))
            .Append(transforms.ApplyOnnxModel([FilterbankInput.OptionsColumn, FilterbankInput.IdentityColumn], [OneNumberRow.Column],
                file(ConstantText.Graph(FilterbankInput.OptionsColumn, _settings, OneNumberRow.Column,
                    identity: (FilterbankInput.IdentityColumn,
                        $"{IdentityMarks.ExtractFilterbank}{LogMelFilterbank.Version} {_options}")))))
            .Append(transforms.CustomMapping<FilterbankInput, FilterbankOutput>(FilterbankMapping.Extract, FilterbankMapping.ContractName,
                outputSchemaDefinition: ColumnKinds.Definition<FilterbankOutput>(FilterbankOutput.FeaturesColumn,
                    new ColumnKind.Filterbank(_options))))
            .Append(transforms.CopyColumns(_output, FilterbankOutput.FeaturesColumn))
            .Append(transforms.CopyColumns(Columns.Shape(_output), FilterbankOutput.ShapeColumn))
            .Append(transforms.CopyColumns(Columns.Identity(_output), FilterbankInput.IdentityColumn))
            .Append(transforms.DropColumns(OneNumberRow.Column, FilterbankInput.OptionsColumn, FilterbankInput.IdentityColumn,
                FilterbankInput.WaveformColumn, FilterbankOutput.FeaturesColumn, FilterbankOutput.ShapeColumn));

    private protected override Func<IDataView, IDataView, IDataView> View()
        => (input, rows) => Lineage.Mark(input, rows, Input.Name, _output);
}

/// <summary>The code of <c>ExtractFilterbank</c> in a saved model: ML.NET finds it by its contract name.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class FilterbankMapping : CustomMappingFactory<FilterbankInput, FilterbankOutput>
{
    public const string ContractName = "MlNetSer.ExtractFilterbank";

    private const int LongRow = 1 << 22;   // samples: 16 MB, four minutes

    private static readonly JsonSerializerOptions s_json = new() { Converters = { new JsonStringEnumConverter() } };

    /// <summary>Key of the JSON, beside those of the options.</summary>
    private const string LeastSampleCount = nameof(LeastSampleCount);

    private static readonly BoundedCache<string, (LogMelFilterbank Kernel, LogMelFilterbankOptions Options, int Least)> s_kernels
        = new(16, Kernel);

    public override Action<FilterbankInput, FilterbankOutput> GetMapping() => Extract;

    /// <summary>Options as they travel in a model, and as columns say what they hold.</summary>
    public static string Text(LogMelFilterbankOptions options, int leastSampleCount = 0)
    {
        var json = JsonSerializer.SerializeToNode(options, s_json)!;
        if (leastSampleCount > 0)
            json[LeastSampleCount] = leastSampleCount;
        return json.ToJsonString(s_json);
    }

    public static void Extract(FilterbankInput input, FilterbankOutput output)
    {
        var (kernel, options, least) = s_kernels.Get(input.Options[0]);
        var waveform = input.Waveform.IsDense ? input.Waveform.GetValues() : input.Waveform.DenseValues().ToArray();
        var lengthMs = 1000.0 * waveform.Length / options.SampleRateHz;
        if (waveform.Length < least)
            throw new AudioTooShortException(null, lengthMs, 1000.0 * least / options.SampleRateHz, "the encoder");
        if (waveform.Length < options.FrameLength || kernel.FrameCount(waveform.Length) == 0)
            throw new AudioTooShortException(null, lengthMs, options.FrameLengthMs, "a frame of the filterbank");
        FiniteValues.Check(waveform, "The waveform");
        output.Features = kernel.Compute(waveform);
        FiniteValues.Check(output.Features, "The filterbank");
        output.Shape = [kernel.FrameCount(waveform.Length), output.Features.Length / kernel.FrameCount(waveform.Length)];
        if (waveform.Length > LongRow)
            input.Waveform = default;   // the next row brings its own; minutes of speech should not wait for it
    }

    private static (LogMelFilterbank, LogMelFilterbankOptions, int) Kernel(string json)
    {
        var node = JsonNode.Parse(json)!.AsObject();
        var least = node.Remove(LeastSampleCount, out var value) ? value!.GetValue<int>() : 0;
        var options = node.Deserialize<LogMelFilterbankOptions>(s_json)!;
        return (new LogMelFilterbank(options), options, least);
    }
}

internal sealed class FilterbankInput
{
    public const string OptionsColumn = "MlNetSer.FilterbankOptions";
    public const string WaveformColumn = "MlNetSer.FilterbankWaveform";
    public const string IdentityColumn = "MlNetSer.FilterbankIdentity";

    [ColumnName(OptionsColumn), VectorType(1)]
    public string[] Options { get; set; } = [];

    [ColumnName(WaveformColumn), VectorType]
    public VBuffer<float> Waveform { get; set; }   // an array would be one more copy
}

internal sealed class FilterbankOutput
{
    public const string FeaturesColumn = "MlNetSer.FilterbankFeatures";
    public const string ShapeColumn = "MlNetSer.FilterbankShape";

    [ColumnName(FeaturesColumn), VectorType]
    public float[] Features { get; set; } = [];

    [ColumnName(ShapeColumn), VectorType(2)]
    public long[] Shape { get; set; } = [];
}
