using MlNetSer.Modules;

namespace MlNetSer;

/// <summary>Trains CTA-RNN, the paper's own network (§3.2), over all blocks of an embedding column.</summary>
/// <remarks>
/// | | |
/// |--|--|
/// | Machine learning task | Multiclass classification |
/// | Input label column data type | Key |
/// | Input feature column data type | Vector of Single, blocks x frames x dimension, with its <c>.Shape</c> beside it |
/// | Output columns | <c>Score</c>: known-size vector of Single, probabilities; <c>PredictedLabel</c>: key |
/// | Required beside Microsoft.ML | TorchSharp and a libtorch for training; Microsoft.ML.OnnxRuntime for scoring |
/// </remarks>
public sealed class CtaRnnTrainer : SpeechTrainer
{
    internal CtaRnnTrainer(CtaRnnOptions options) : base(options)
    {
    }

    private protected override SpeechNetwork CreateNetwork(int blockCount, int featureSize, int classCount, NetworkSizes sizes) => new CtaRnn(blockCount, featureSize, classCount, sizes);
}
