namespace MlNetSer;

/// <summary>What normalises an encoder's input.</summary>
public enum EncoderNormalization
{
    /// <summary>None: the encoder takes it raw.</summary>
    None,

    /// <summary>The encoder's own graph (WeNet's <c>global_cmvn</c>).</summary>
    InGraph,

    /// <summary>EmbedSpeech, by the statistics of a training corpus in a file.</summary>
    CmvnFile,

    /// <summary>The front end, by the utterance's own statistics.</summary>
    PerUtterance,
}
