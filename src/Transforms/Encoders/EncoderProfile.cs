namespace MlNetSer;

/// <summary>What an ONNX encoder wants and gives.</summary>
/// <param name="Name">Short name, as <c>--profile</c> takes it.</param>
/// <param name="FeatureInput">Name of the input with features, <c>[batch, frames, bins]</c>.</param>
/// <param name="LengthInput">Name of the input with the number of frames, <c>[batch]</c> of Int64; null = none.</param>
/// <param name="StackedOutput">Name of the one output with all blocks, <c>[batch, blocks, frames, dimension]</c>; null = there are <paramref name="BlockOutputs"/>.</param>
/// <param name="BlockOutputs">Pattern of the outputs with one block each, <c>[batch, frames, dimension]</c>: a <see cref="string.Format(string, object)"/> text that takes the block's number.</param>
/// <param name="Filterbank">The front end it was trained with.</param>
public sealed record EncoderProfile(
    string Name,
    string FeatureInput,
    string? LengthInput,
    string? StackedOutput,
    string? BlockOutputs,
    LogMelFilterbankOptions Filterbank)
{
    /// <summary>NVIDIA NeMo Conformer-CTC as exported for Kaldi-style features: 80 bins, edges not snipped, normalised per utterance and bin. It masks no padding.</summary>
    public static EncoderProfile NemoCtcKaldi { get; } = new("nemo-ctc-kaldi", "features", null, null, "block_{0:00}",
        new LogMelFilterbankOptions { SnipEdges = false, Normalization = UtteranceNormalization.MeanAndStandardDeviation });

    /// <summary>WeNet-style Conformer written by MlNetSer: raw Kaldi log-Mel, normalised inside the graph; padding is masked.</summary>
    public static EncoderProfile WeNet { get; } = new("wenet", "features", "feature_lengths", "embeddings", null, new LogMelFilterbankOptions());

    /// <summary>Every built-in profile.</summary>
    public static IReadOnlyList<EncoderProfile> BuiltIn { get; } = [NemoCtcKaldi, WeNet];

    /// <summary>A built-in profile by its name.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static EncoderProfile ByName(string name) => BuiltIn.FirstOrDefault(profile => profile.Name == name)
        ?? throw new ArgumentException($"There is no encoder profile '{name}'. Built in are: {string.Join(", ", BuiltIn.Select(profile => profile.Name))}.", nameof(name));
}
