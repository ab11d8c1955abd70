// Stand-ins for what src/NAudio uses of NAudio.Core: names and signatures are those that 2.2.1 and 3.x share, everything inside is ours and
// as little as tests need.
namespace NAudio.Wave;

public sealed class WaveFormat(int rate, int bits, int channels)
{
    public int SampleRate => rate;

    public int BlockAlign => channels * bits / 8;

    /// <summary>PCM: the length of what follows, then the fields of a 'fmt ' chunk.</summary>
    public void Serialize(BinaryWriter writer)
    {
        writer.Write(18);
        writer.Write((short)1);
        writer.Write((short)channels);
        writer.Write(rate);
        writer.Write(rate * BlockAlign);
        writer.Write((short)BlockAlign);
        writer.Write((short)bits);
        writer.Write((short)0);
    }
}

public abstract class WaveStream : Stream
{
    public abstract WaveFormat WaveFormat { get; }
}

/// <summary>Stands for a reader that refuses its file.</summary>
public sealed class AiffFileReader(string path) : WaveStream
{
    public override WaveFormat WaveFormat => throw new NotSupportedException();

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length { get; } = new FileInfo(path).Length is var length and >= 54
        ? length : throw new FormatException("Not an AIFF file - no FORM header.");

    public override long Position { get; set; }

    public override void Flush() => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}

public interface IWaveIn : IDisposable
{
    event EventHandler<WaveInEventArgs> DataAvailable;

    event EventHandler<StoppedEventArgs> RecordingStopped;

    WaveFormat WaveFormat { get; set; }

    void StartRecording();

    void StopRecording();
}

public class WaveInEventArgs(byte[] buffer, int bytes) : EventArgs
{
    public byte[] Buffer => buffer;

    public int BytesRecorded => bytes;
}

public class StoppedEventArgs(Exception? exception = null) : EventArgs
{
    public Exception? Exception => exception;
}
