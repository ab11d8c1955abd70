using MlNetSer.Networks;

namespace MlNetSer;

/// <summary>
/// Trains "CTA w/o RNN" (paper §4.3.2): channel and temporal-wise attention on the embeddings themselves. A hundredth of CTA-RNN's cost,
/// nearly its score.
/// </summary>
/// <remarks>
/// | | |
/// |--|--|
/// | Machine learning task | Multiclass classification |
/// | Input label column data type | Key |
/// | Input feature column data type | Vector of Single, blocks x frames x dimension, with its <c>.Shape</c> beside it |
/// | Output columns | <c>Score</c>: known-size vector of Single, probabilities; <c>PredictedLabel</c>: key |
/// | On request | <c>(attention)</c>, <c>(attention).Heads</c>, <c>(attention).Shape</c>: vectors of Single and of Int64 |
/// | Required beside Microsoft.ML | TorchSharp and a libtorch for training; Microsoft.ML.OnnxRuntime for scoring |
/// </remarks>
public sealed class ChannelTemporalAttentionTrainer : SpeechTrainer
{
    private readonly ChannelTemporalAttentionOptions _options;

    internal ChannelTemporalAttentionTrainer(ChannelTemporalAttentionOptions options) : base(options)
        => _options = (ChannelTemporalAttentionOptions)Own;

    private protected override SpeechNetwork CreateNetwork(IReadOnlyList<StreamShape> streams, int classCount)
        => new ChannelTemporalAttention(streams[0].FeatureSize, classCount, _options.HeadCount, _options.HeadSize);
}
