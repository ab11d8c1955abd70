using MlNetSer.Modules;

namespace MlNetSer;

/// <summary>Trains RNN-MHSA, the paper's basic network (§2.2, §4.2.1), on one sequence: a filterbank or one encoder block.</summary>
/// <remarks>
/// | | |
/// |--|--|
/// | Machine learning task | Multiclass classification |
/// | Input label column data type | Key |
/// | Input feature column data type | Vector of Single, frames x dimension (or one of several blocks), with its <c>.Shape</c> beside it |
/// | Output columns | <c>Score</c>: known-size vector of Single, probabilities; <c>PredictedLabel</c>: key |
/// | Required beside Microsoft.ML | TorchSharp and a libtorch for training; Microsoft.ML.OnnxRuntime for scoring |
/// </remarks>
public sealed class RnnMhsaTrainer : SpeechTrainer
{
    private readonly RnnMhsaOptions _options;

    internal RnnMhsaTrainer(RnnMhsaOptions options) : base(options) => _options = options;

    private protected override SpeechNetwork CreateNetwork(int blockCount, int featureSize, int classCount, NetworkSizes sizes) => new RnnMhsa(featureSize, classCount, sizes);

    private protected override int? SelectedBlock(int blockCount)
    {
        if (_options.Block is null && blockCount > 1)
            throw new InvalidOperationException($"Column '{_options.FeatureColumnName}' has {blockCount} blocks, but RnnMhsa takes one sequence. Set {nameof(RnnMhsaOptions)}.{nameof(RnnMhsaOptions.Block)}, or embed one block only.");
        if (_options.Block is { } block && (block < 1 || block > blockCount))
            throw new InvalidOperationException($"{nameof(RnnMhsaOptions)}.{nameof(RnnMhsaOptions.Block)} is {block}, but column '{_options.FeatureColumnName}' has blocks 1 to {blockCount}.");
        return _options.Block;
    }
}
