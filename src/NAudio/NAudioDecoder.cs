using MlNetSer.Audio;
using NAudio.Wave;

namespace MlNetSer;

/// <summary>
/// Lets <c>LoadAudio</c> read through a reader of NAudio: <c>AudioFile.AddDecoder(NAudioDecoder.Aiff)</c>. Thread-safe where the reader's
/// constructor is.
/// </summary>
/// <remarks>
/// A reader is used as a stream of bytes with a <see cref="WaveFormat"/>, and the bytes are decoded here: NAudio 2.2.1 to 3.x differ in
/// everything else. NAudio's resamplers are never used: <c>WdlResamplingSampleProvider</c> does not limit the band and loses 8 dB at 6 kHz
/// from 44.1 to 16 kHz.
/// </remarks>
public sealed class NAudioDecoder : IAudioDecoder
{
    private readonly Func<string, WaveStream> _open;
    private readonly string[] _endings;

    /// <summary>Takes files with some endings.</summary>
    /// <param name="open">Opens a file: <c>path => new Mp3FileReader(path)</c>.</param>
    /// <param name="endings">Endings with their dot, such as <c>.mp3</c>; case does not count.</param>
    public NAudioDecoder(Func<string, WaveStream> open, params string[] endings)
    {
        ArgumentNullException.ThrowIfNull(open);
        ArgumentNullException.ThrowIfNull(endings);
        (_open, _endings) = (open, [.. endings]);
    }

    /// <summary>AIFF, by NAudio's own reader. 2.x reads 8-bit AIFF wrongly; 3.x does not.</summary>
    public static NAudioDecoder Aiff => new(path => new AiffFileReader(path), ".aif", ".aiff");

    /// <inheritdoc/>
    public bool CanDecode(string path, ReadOnlySpan<byte> head)
        => _endings.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public DecodedAudio Decode(string path)
    {
        var state = "open";
        try
        {
            using var reader = _open(path);
            state = "read";
            return SampleBytes.ReadAll(reader, FormatChunk(reader.WaveFormat), path);
        }
        catch (Exception error) when (error is not (InvalidDataException or OutOfMemoryException or OperationCanceledException))
        {
            // Readers throw whatever they run into: a damaged file, a codec or a native library that this machine lacks.
            throw new InvalidDataException($"'{path}': NAudio could not {state} it: {error.Message}", error);
        }
    }

    /// <summary>The 'fmt ' chunk of a WAV file with this format.</summary>
    internal static byte[] FormatChunk(WaveFormat format)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        format.Serialize(writer);
        return bytes.ToArray()[sizeof(int)..];   // its length comes first
    }
}
