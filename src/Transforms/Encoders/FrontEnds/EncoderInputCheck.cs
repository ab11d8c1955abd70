using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MlNetSer.Composition;

namespace MlNetSer.Encoders.FrontEnds;

/// <summary>What is too short or not finite is refused before ONNX Runtime sees it: as a typed error, and with nothing on the
/// console.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class EncoderInputCheck : CustomMappingFactory<GivenInput, CheckedInput>
{
    public const string ContractName = "MlNetSer.CheckEncoderInput";

    /// <summary>Columns to be dropped where the check is not needed any more.</summary>
    public static readonly string[] Columns = [GivenInput.ValuesColumn, GivenInput.SettingsColumn, OneNumberRow.Column,
        CheckedInput.Column];

    private static readonly BoundedCache<string, EncoderInputSettings> s_settings = new(64, EncoderInputSettings.FromJson);

    /// <summary>From a column to <see cref="CheckedInput.Column"/>, which holds the same.</summary>
    public static IEstimator<ITransformer> Of(TransformsCatalog transforms, string inputColumnName, EncoderInputSettings settings,
        Func<byte[], string> file)
        => transforms.CopyColumns(GivenInput.ValuesColumn, inputColumnName)
            .Append(OneNumber.Of(transforms))
            .Append(transforms.ApplyOnnxModel([GivenInput.SettingsColumn], [OneNumberRow.Column],
                file(ConstantText.Graph(GivenInput.SettingsColumn, settings.ToJson(), OneNumberRow.Column))))
            .Append(transforms.CustomMapping<GivenInput, CheckedInput>(Check, ContractName));

    public override Action<GivenInput, CheckedInput> GetMapping() => Check;

    public static void Check(GivenInput input, CheckedInput output)
    {
        s_settings.Get(input.Settings[0]).Check(input.Values.IsDense ? input.Values.GetValues()
            : input.Values.DenseValues().ToArray());
        output.Values = input.Values;
    }
}

/// <remarks>Buffers, not arrays: ML.NET copies an array once more.</remarks>
internal sealed class GivenInput
{
    public const string ValuesColumn = "MlNetSer.GivenInput", SettingsColumn = "MlNetSer.InputSettings";

    [ColumnName(ValuesColumn), VectorType]
    public VBuffer<float> Values { get; set; }

    [ColumnName(SettingsColumn), VectorType(1)]
    public string[] Settings { get; set; } = [];
}

internal sealed class CheckedInput
{
    public const string Column = "MlNetSer.CheckedInput";

    [ColumnName(Column), VectorType]
    public VBuffer<float> Values { get; set; }
}
