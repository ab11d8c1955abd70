using MlNetSer.Encoders.Conformer;

namespace MlNetSer.Encoders.WeNet;

/// <summary>A WeNet checkpoint as a source of weights, under whatever prefix it was saved.</summary>
internal sealed class WeNetWeights : IConformerWeights
{
    private const string Landmark = "encoder.embed.conv.0.weight", CmvnPrefix = "encoder.global_cmvn.";
    private readonly ITensorSource _source;
    private readonly string _prefix;

    /// <exception cref="InvalidDataException">The file holds no encoder, or several.</exception>
    public WeNetWeights(ITensorSource source)
    {
        // "module." of data-parallel training, "model." or "state_dict." of trainers that save more than the weights.
        string[] prefixes = [.. source.Names.Where(name => name == Landmark || name.EndsWith("." + Landmark, StringComparison.Ordinal))
            .Select(name => name[..^Landmark.Length])];
        _prefix = prefixes switch
        {
            [var only] => only,
            [] => throw new InvalidDataException(
            $"'{source.Path}' has no tensor '{Landmark}'. It has {source.Names.Count}, such as {string.Join(", ", source.Names.Take(3))}. "
            + "Give the checkpoint of a WeNet Conformer with conv2d, conv2d6 or conv2d8 subsampling."),
            _ when prefixes.Contains("") => "",
            _ => throw new InvalidDataException(
            $"'{source.Path}' holds {prefixes.Length} encoders: under '{string.Join("', '", prefixes)}'. "
            + "Save the one that is meant alone: torch.save(model.state_dict(), path)."),
        };
        _source = source;
    }

    /// <summary>Tokens of the CTC head; 0 = there is none.</summary>
    public int VocabularySize => !_source.Contains(_prefix + "ctc.ctc_lo.bias") ? 0
        : _source.Shape(_prefix + "ctc.ctc_lo.bias") is [>= 1 and <= 10_000_000 and var size] ? (int)size
        : throw new InvalidDataException(
        $"'{_source.Path}': tensor '{_prefix}ctc.ctc_lo.bias' is [{string.Join(", ", _source.Shape(_prefix + "ctc.ctc_lo.bias"))}]; "
        + "wanted one number per token.");

    public bool HasCmvn => _source.Contains(_prefix + CmvnPrefix + "mean");

    /// <summary>Stands in where the checkpoint has no statistics.</summary>
    public GlobalCmvn? Cmvn { get; set; }

    public float[] Get(string name, params long[] shape)
    {
        if (name.StartsWith(CmvnPrefix, StringComparison.Ordinal) && !HasCmvn)
        {
            var isMean = name == CmvnPrefix + "mean";
            if (Cmvn is not null)
                return isMean ? Cmvn.Mean : Cmvn.InverseDeviation;
            return [.. Enumerable.Repeat(isMean ? 0f : 1f, (int)shape[0])];   // a model trained without
        }
        var full = _prefix + name;
        if (!_source.Contains(full))
            throw new InvalidDataException(
                $"'{_source.Path}' has no tensor '{full}', which the encoder of its train.yaml needs. "
                + "They do not belong together, or the model is not a WeNet Conformer.");
        if (_source.Shape(full) is var found && !found.SequenceEqual(shape))
            throw new InvalidDataException(
                $"'{_source.Path}': tensor '{full}' is [{string.Join(", ", found)}], but train.yaml makes it "
                + $"[{string.Join(", ", shape)}]. They do not belong together.");
        return _source.Values(full);
    }
}
