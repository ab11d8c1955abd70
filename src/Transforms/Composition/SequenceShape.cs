using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MlNetSer.Marks;

namespace MlNetSer.Composition;

/// <summary>Copies the shape of an embedding, and says on the copy what the embedding holds.</summary>
/// <remarks>
/// OnnxTransformer writes embeddings and puts no annotation on them, and a mapping would have to copy megabytes for it. Their shapes are
/// three numbers, and all that use an embedding need its shape.
/// </remarks>
internal static class SequenceShape
{
    /// <summary>The copy as a step of a composition.</summary>
    /// <param name="transforms">The user's catalog.</param>
    /// <param name="output">The shape to make.</param>
    /// <param name="input">The shape that the encoder gave: blocks, frames, dimension.</param>
    /// <param name="kind">What the embedding holds.</param>
    public static IEstimator<ITransformer> Copy(TransformsCatalog transforms, string output, string input, ColumnKind kind)
        => transforms.CopyColumns(ShapeRow.Column, input)
            .Append(transforms.CustomMapping<ShapeRow, BlockShapeRow>(BlockShapeMapping.Copy, BlockShapeMapping.ContractName,
                outputSchemaDefinition: ColumnKinds.Definition<BlockShapeRow>(BlockShapeRow.Column, kind)))
            .Append(transforms.CopyColumns(output, BlockShapeRow.Column))
            .Append(transforms.DropColumns(ShapeRow.Column, BlockShapeRow.Column));

    /// <summary>The same for an encoder without blocks, which gives frames and dimension.</summary>
    public static IEstimator<ITransformer> CopyOfTwo(TransformsCatalog transforms, string output, string input, ColumnKind kind)
        => transforms.CopyColumns(ShapeRow.Column, input)
            .Append(transforms.CustomMapping<ShapeRow, FrameShapeRow>(FrameShapeMapping.Copy, FrameShapeMapping.ContractName,
                outputSchemaDefinition: ColumnKinds.Definition<FrameShapeRow>(FrameShapeRow.Column, kind)))
            .Append(transforms.CopyColumns(output, FrameShapeRow.Column))
            .Append(transforms.DropColumns(ShapeRow.Column, FrameShapeRow.Column));
}

/// <summary>The copy of three sizes in a saved model.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class BlockShapeMapping : CustomMappingFactory<ShapeRow, BlockShapeRow>
{
    public const string ContractName = "MlNetSer.BlockShape";

    public override Action<ShapeRow, BlockShapeRow> GetMapping() => Copy;

    public static void Copy(ShapeRow row, BlockShapeRow output) => output.Sizes = row.Sizes;
}

/// <summary>The copy of two sizes in a saved model.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class FrameShapeMapping : CustomMappingFactory<ShapeRow, FrameShapeRow>
{
    public const string ContractName = "MlNetSer.FrameShape";

    public override Action<ShapeRow, FrameShapeRow> GetMapping() => Copy;

    public static void Copy(ShapeRow row, FrameShapeRow output) => output.Sizes = row.Sizes;
}

internal sealed class ShapeRow
{
    public const string Column = "MlNetSer.ShapeIn";

    [ColumnName(Column), VectorType]
    public long[] Sizes { get; set; } = [];
}

internal sealed class BlockShapeRow
{
    public const string Column = "MlNetSer.ShapeOut";

    [ColumnName(Column), VectorType(3)]
    public long[] Sizes { get; set; } = [];
}

internal sealed class FrameShapeRow
{
    public const string Column = "MlNetSer.ShapeOut";

    [ColumnName(Column), VectorType(2)]
    public long[] Sizes { get; set; } = [];
}
