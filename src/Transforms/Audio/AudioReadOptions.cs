namespace MlNetSer;

/// <summary>How a recording is read.</summary>
public sealed class AudioReadOptions
{
    /// <summary>Which channel is heard.</summary>
    /// <value>The default is <see cref="AudioChannel.Mean"/>.</value>
    public AudioChannel Channel { get; set; }
}
