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
/// | Input feature column data type | Vector of Single, blocks x frames x dimension, with its shape in <c>(name).Shape</c> |
/// | Output columns | <c>Score</c>: known-size vector of Single, probabilities; <c>PredictedLabel</c>: key |
/// | On request | <c>(attention)</c>, <c>(attention).Heads</c>, <c>(attention).Shape</c>: vectors of Single and of Int64 |
/// | Packages needed in addition to Microsoft.ML | TorchSharp and a libtorch for training; Microsoft.ML.OnnxRuntime for scoring |
/// </remarks>
public sealed class ChannelTemporalAttentionTrainer : SpeechTrainer<ChannelTemporalAttentionOptions>
{
    internal ChannelTemporalAttentionTrainer(ChannelTemporalAttentionOptions options) : base(options)
    {
    }

    private protected override SpeechNetwork CreateNetwork(IReadOnlyList<StreamShape> streams, int classCount)
        => new ChannelTemporalAttention(streams[0].FeatureSize, classCount, Own.HeadCount, Own.HeadSize);
}
