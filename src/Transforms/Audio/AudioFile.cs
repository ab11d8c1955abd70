using System.Buffers.Binary;

namespace MlNetSer;

/// <summary>Reads audio files.</summary>
public static class AudioFile
{
    /// <summary>Reads a 16 kHz PCM16 mono WAV file as samples in [−1, 1].</summary>
    /// <exception cref="InvalidDataException">The file is anything else.</exception>
    public static float[] ReadMono(string path)
    {
        var bytes = File.ReadAllBytes(path);
        if (bytes.Length < 44 || !bytes.AsSpan(0, 4).SequenceEqual("RIFF"u8))
            throw new InvalidDataException($"'{path}' is not a WAV file.");
        var at = 12;
        while (at + 8 <= bytes.Length && !bytes.AsSpan(at, 4).SequenceEqual("data"u8))
            at += 8 + BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at + 4));
        var data = bytes.AsSpan(Math.Min(at + 8, bytes.Length));
        var samples = new float[data.Length / 2];
        for (var i = 0; i < samples.Length; i++)
            samples[i] = BinaryPrimitives.ReadInt16LittleEndian(data[(2 * i)..]) / 32768f;
        return samples;
    }
}
