namespace MlNetSer.Audio.Decoders;

/// <summary>A file is in order, but written in a way that this reader does not know: another decoder may. Never reaches a caller.</summary>
internal sealed class UnsupportedAudioException(string reason, int? formatTag = null) : NotSupportedException(reason)
{
    /// <summary>The format tag of a RIFF file.</summary>
    public int? FormatTag => formatTag;
}
