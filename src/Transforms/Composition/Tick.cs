using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MlNetSer;

/// <summary>A column with the one number 0: the input of graphs that say a constant, since OnnxTransformer wants one and copies it, and a
/// column of speech may be large.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class Tick : CustomMappingFactory<NothingRow, TickRow>
{
    public const string ContractName = "MlNetSer.Tick";

    /// <summary>Adds <see cref="TickRow.Column"/>; to be dropped again.</summary>
    public static IEstimator<ITransformer> Of(TransformsCatalog transforms)
        => transforms.CustomMapping<NothingRow, TickRow>(Fill, ContractName);

    public override Action<NothingRow, TickRow> GetMapping() => Fill;

    public static void Fill(NothingRow nothing, TickRow tick) => tick.Value = [0];
}

internal sealed class NothingRow;

internal sealed class TickRow
{
    public const string Column = "MlNetSer.Tick";

    [ColumnName(Column), VectorType]   // of no fixed size: OnnxTransformer takes the shape of one from the graph, where it is open
    public float[] Value { get; set; } = [0];
}
