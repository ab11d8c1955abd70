using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MlNetSer.Embeddings;

namespace MlNetSer;

/// <summary>Turns a waveform column into a log-Mel filterbank column (Kaldi conventions).</summary>
/// <remarks>
/// | | |
/// |--|--|
/// | Does this estimator need to look at the data to train its parameters? | No |
/// | Input column data type | Vector of Single: samples in [−1, 1] |
/// | Output column data type | Variable-length vector of Single: frames x bins, row-major; <c>(output).Shape</c>, two Int64: frames, bins; <c>(output).Identity</c>, what made it |
///
/// The options travel inside a saved model as the constant output of a small ONNX graph; the kernel is <see cref="LogMelFilterbank"/>.
/// </remarks>
public sealed class ExtractFilterbankEstimator : ComposedEstimator
{
    private readonly string _output;
    private readonly string _options;

    internal ExtractFilterbankEstimator(TransformsCatalog transforms, string outputColumnName, string inputColumnName, LogMelFilterbankOptions options)
        : base(transforms, new InputColumn(inputColumnName, NumberDataViewType.Single, IsVector: true))
    {
        _ = new LogMelFilterbank(options);   // faulty options are refused here, not at the first row
        (_output, _options) = (outputColumnName, JsonSerializer.Serialize(options, FilterbankMapping.Json));
    }

    private protected override IEstimator<ITransformer> Compose(TransformsCatalog transforms, Func<byte[], string> file)
        => transforms.CopyColumns(FilterbankInput.WaveformColumn, Input.Name)
            .Append(transforms.ApplyOnnxModel([FilterbankInput.OptionsColumn, FilterbankInput.IdentityColumn], [FilterbankInput.WaveformColumn],
                file(ConstantText.Graph(FilterbankInput.OptionsColumn, _options, FilterbankInput.WaveformColumn,
                    identity: (FilterbankInput.IdentityColumn, $"ExtractFilterbank: {LogMelFilterbank.Version} {_options}")))))
            .Append(transforms.CustomMapping<FilterbankInput, FilterbankOutput>(FilterbankMapping.Extract, FilterbankMapping.ContractName))
            .Append(transforms.CopyColumns(_output, FilterbankOutput.FeaturesColumn))
            .Append(transforms.CopyColumns(Columns.Shape(_output), FilterbankOutput.ShapeColumn))
            .Append(transforms.CopyColumns(Columns.Identity(_output), FilterbankInput.IdentityColumn))
            .Append(transforms.DropColumns(FilterbankInput.OptionsColumn, FilterbankInput.IdentityColumn, FilterbankInput.WaveformColumn, FilterbankOutput.FeaturesColumn, FilterbankOutput.ShapeColumn));

    private protected override Func<IDataView, IDataView, IDataView> View => (input, rows)
        => Lineage.Mark(input, rows, Input.Name, _output);
}

/// <summary>The code of <c>ExtractFilterbank</c> in a saved model: ML.NET finds it by its contract name.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class FilterbankMapping : CustomMappingFactory<FilterbankInput, FilterbankOutput>
{
    public const string ContractName = "MlNetSer.ExtractFilterbank";

    public static readonly JsonSerializerOptions Json = new() { Converters = { new JsonStringEnumConverter() } };

    private static readonly ConcurrentDictionary<string, (LogMelFilterbank Kernel, LogMelFilterbankOptions Options)> s_kernels = new();

    public override Action<FilterbankInput, FilterbankOutput> GetMapping() => Extract;

    public static void Extract(FilterbankInput input, FilterbankOutput output)
    {
        var (kernel, options) = s_kernels.GetOrAdd(input.Options[0], json => JsonSerializer.Deserialize<LogMelFilterbankOptions>(json, Json) is var o ? (new LogMelFilterbank(o), o!) : default);
        if (input.Waveform.Length < options.FrameLength || kernel.FrameCount(input.Waveform.Length) == 0)
            throw new AudioTooShortException(null, 1000.0 * input.Waveform.Length / options.SampleRateHz, options.FrameLengthMs, "a frame of the filterbank");
        output.Features = kernel.Compute(input.Waveform);
        FiniteValues.Check(output.Features, "The filterbank");
        output.Shape = [kernel.FrameCount(input.Waveform.Length), output.Features.Length / kernel.FrameCount(input.Waveform.Length)];
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
    public float[] Waveform { get; set; } = [];
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
