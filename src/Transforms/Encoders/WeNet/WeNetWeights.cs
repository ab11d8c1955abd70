namespace MlNetSer.Encoders;

/// <summary>A WeNet checkpoint as a source of weights; its CMVN file, where there is one, goes before what the checkpoint holds.</summary>
internal sealed class WeNetWeights(TorchCheckpoint checkpoint, GlobalCmvn? cmvn, string path) : IConformerWeights
{
    public float[] Get(string name, params long[] shape)
    {
        if (cmvn is not null && name == "encoder.global_cmvn.mean")
            return cmvn.Mean;
        if (cmvn is not null && name == "encoder.global_cmvn.istd")
            return cmvn.InverseDeviation;
        if (!checkpoint.Contains(name) && name.Contains("global_cmvn", StringComparison.Ordinal))
            return [.. Enumerable.Repeat(name.EndsWith("istd", StringComparison.Ordinal) ? 1f : 0f, (int)shape[0])];   // a model trained without CMVN
        var found = checkpoint.Contains(name) ? checkpoint.Shape(name)
            : throw new InvalidDataException($"'{path}' has no tensor '{name}', which the encoder of its train.yaml needs. They do not belong together, or the model is no Conformer of WeNet's.");
        if (!found.SequenceEqual(shape))
            throw new InvalidDataException($"'{path}': tensor '{name}' is [{string.Join(", ", found)}], but train.yaml makes it [{string.Join(", ", shape)}]. They do not belong together.");
        return checkpoint.Values(name);
    }
}
