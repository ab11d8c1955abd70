using Microsoft.ML;
using Microsoft.ML.Transforms;

namespace MlNetSer.Composition;

/// <summary>The first step of every component: it maps nothing, but makes <c>Model.Load</c> load this assembly before it makes an ONNX
/// session.</summary>
/// <remarks>So <see cref="ProcessStart"/> comes first in a process that knows MlNetSer only by its model.</remarks>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class FirstStep : CustomMappingFactory<NoColumns, NoColumns>
{
    public const string ContractName = "MlNetSer.FirstStep";

    public override Action<NoColumns, NoColumns> GetMapping() => Nothing;

    public static IEstimator<ITransformer> Of(TransformsCatalog transforms)
        => transforms.CustomMapping<NoColumns, NoColumns>(Nothing, ContractName);

    private static void Nothing(NoColumns input, NoColumns output)
    {
    }
}

internal sealed class NoColumns;
