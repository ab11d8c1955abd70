namespace MlNetSer;

/// <summary>What an encoder is fed with.</summary>
public enum EncoderInput
{
    /// <summary>Log-Mel filterbank features.</summary>
    Features,

    /// <summary>Samples of the waveform.</summary>
    Samples,
}
