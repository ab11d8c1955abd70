using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MlNetSer.Composition;

/// <summary>A column with the one number 0: the input of graphs that say a constant, since OnnxTransformer wants one and copies it, and a
/// column of speech may be large.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class OneNumber : CustomMappingFactory<NothingRow, OneNumberRow>
{
    public const string ContractName = "MlNetSer.OneNumber";

    /// <summary>Adds <see cref="OneNumberRow.Column"/>; to be dropped again.</summary>
    public static IEstimator<ITransformer> Of(TransformsCatalog transforms)
        => transforms.CustomMapping<NothingRow, OneNumberRow>(Fill, ContractName);

    public override Action<NothingRow, OneNumberRow> GetMapping() => Fill;

    public static void Fill(NothingRow nothing, OneNumberRow number) => number.Value = [0];
}

internal sealed class NothingRow;

internal sealed class OneNumberRow
{
    public const string Column = "MlNetSer.OneNumber";

    [ColumnName(Column), VectorType]   // of no fixed size: OnnxTransformer takes the shape of one from the graph, where it is open
    public float[] Value { get; set; } = [0];
}
