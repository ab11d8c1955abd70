using Microsoft.ML.SearchSpace;

namespace MlNetSer;

/// <summary>Options of <c>TranscribeSpeech</c>.</summary>
public sealed class TranscribeSpeechOptions
{
    /// <summary>Prefixes that the search keeps.</summary>
    /// <value>1 = greedy search, at most 1000. The default is 1.</value>
    [Range(1, 32)]
    public int BeamWidth { get; set; } = 1;

    /// <summary>Name of the encoder's output with CTC log-probabilities, <c>[batch, frames, tokens]</c>.</summary>
    /// <value>The default is null: <c>log_probs</c>, <c>ctc_log_probs</c>, <c>logprobs</c> or <c>probs</c>, whichever there is.</value>
    public string? LogProbsOutput { get; set; }

    /// <summary>Filterbank frames for each encoder frame; times are counted with it.</summary>
    /// <value>At least 1. The default is null: what the model's metadata say, else 1, 2, 3, 4, 6 or 8, whichever is nearest in the
    /// utterance itself.</value>
    public int? SubsamplingFactor { get; set; }

    /// <summary>
    /// Column for the log-probabilities themselves, variable <c>Vector&lt;Single&gt;</c>, frames x tokens, with <c>(name).Shape</c> beside
    /// it.
    /// </summary>
    /// <value>The default is null: none.</value>
    public string? LogProbsColumnName { get; set; }

    /// <exception cref="ArgumentException">At least one option is out of its range.</exception>
    internal void Check()
    {
        List<string> faults = [];
        if (BeamWidth is < 1 or > 1000)
            faults.Add($"{nameof(BeamWidth)} is {BeamWidth}, but must be in [1, 1000]");
        if (SubsamplingFactor < 1)
            faults.Add($"{nameof(SubsamplingFactor)} is {SubsamplingFactor}, but must be at least 1");
        if (faults.Count > 0)
            throw new ArgumentException($"{nameof(TranscribeSpeechOptions)}: {string.Join("; ", faults)}.");
    }
}
