using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MlNetSer.Composition;

/// <summary>
/// The class with the largest score (the first of equals), by name. Lives here so that a saved classifier loads without the trainers.
/// </summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class PredictClassMapping : CustomMappingFactory<PredictionInput, PredictionOutput>
{
    public const string ContractName = "MlNetSer.PredictClass";

    public override Action<PredictionInput, PredictionOutput> GetMapping() => Predict;

    public static void Predict(PredictionInput input, PredictionOutput output)
    {
        FiniteValues.Check(input.Scores, "The score column");   // of what is not a number, no class is the likeliest
        output.Name = input.Classes[System.Numerics.Tensors.TensorPrimitives.IndexOfMax(input.Scores)];
    }
}

internal sealed class PredictionInput
{
    public const string ScoreColumn = "MlNetSer.Score";

    [ColumnName(ScoreColumn), VectorType]
    public float[] Scores { get; set; } = [];

    [ColumnName("MlNetSer.Classes"), VectorType]
    public string[] Classes { get; set; } = [];
}

internal sealed class PredictionOutput
{
    public const string Column = "MlNetSer.PredictedClass";

    [ColumnName(Column)]
    public string Name { get; set; } = "";
}
