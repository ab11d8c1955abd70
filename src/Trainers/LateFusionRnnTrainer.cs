using MlNetSer.Networks;

namespace MlNetSer;

/// <summary>
/// Trains LF-RNN (paper §4.2.2): one RNN-MHSA per sequence, and a last one over their vectors. Sequences may be blocks of one column or
/// columns of different length and width: A + E(i), T + E(i).
/// </summary>
/// <remarks>
/// | | |
/// |--|--|
/// | Machine learning task | Multiclass classification |
/// | Input label column data type | Key |
/// | Input feature column data type | Vectors of Single, (blocks x) frames x dimension, each with its <c>.Shape</c> |
/// | Output columns | <c>Score</c>: known-size vector of Single, probabilities; <c>PredictedLabel</c>: key |
/// | Packages needed in addition to Microsoft.ML | TorchSharp and a libtorch for training; Microsoft.ML.OnnxRuntime for scoring |
/// </remarks>
public sealed class LateFusionRnnTrainer : SpeechTrainer<LateFusionRnnOptions>
{
    internal LateFusionRnnTrainer(LateFusionRnnOptions options) : base(options)
    {
    }

    private protected override SpeechNetwork CreateNetwork(IReadOnlyList<StreamShape> streams, int classCount)
        => new LateFusionRnn(streams, classCount, Own.Sizes);
}
