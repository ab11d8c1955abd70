using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace MlNetSer.Corpora;

/// <summary>
/// Finds files that hold the same recording: the same bytes, or the same 16-bit samples but for the dither of a conversion.
/// </summary>
/// <remarks>
/// Only files of one length are read. RAVDESS has one recording twice; a copy of the corpus that was resampled with dither has it in two
/// files that differ by at most 4 of 32,768.
/// </remarks>
internal static class SameRecordings
{
    /// <summary>Below it, files of one length are alike by chance: 1,024 bytes are 30 ms of 16 kHz PCM.</summary>
    public const int LeastBytes = 1024;

    private const int MostBytes = 4 << 20;   // two minutes of 16 kHz PCM tell recordings of one length apart
    private const int Dither = 8, Quiet = 64 * Dither;

    /// <summary>
    /// For each path, a name that all files of its recording share; empty where no other file has it, and for what cannot be read.
    /// </summary>
    public static string[] Of(IReadOnlyList<string> paths)
    {
        var names = new string[paths.Count];
        Array.Fill(names, "");
        foreach (var sameLength in Enumerable.Range(0, paths.Count).GroupBy(i => Length(paths[i]))
            .Where(group => group.Key >= LeastBytes && group.Count() > 1))
        {
            List<(byte[] Bytes, int At)> firsts = [];
            foreach (var i in sameLength)
            {
                if (Read(paths[i]) is not { } bytes)
                    continue;
                var first = firsts.Find(known => Same(known.Bytes, bytes));
                if (first.Bytes is null)
                    firsts.Add((bytes, i));
                else
                    names[i] = names[first.At] = Convert.ToHexStringLower(SHA256.HashData(first.Bytes))[..16];
            }
        }
        return names;
    }

    private static bool Same(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        if (a.SequenceEqual(b))
            return true;
        if (SamplesAt(a) is not { } at || SamplesAt(b) != at)
            return false;
        ReadOnlySpan<short> first = Samples(a[at..]), second = Samples(b[at..]);
        var loudest = 0;
        for (var i = 0; i < first.Length; i++)
        {
            if (Math.Abs(first[i] - second[i]) > Dither)
                return false;
            loudest = Math.Max(loudest, Math.Abs((int)first[i]));
        }
        return loudest >= Quiet;   // two silences are not one recording
    }

    private static ReadOnlySpan<short> Samples(ReadOnlySpan<byte> bytes) => MemoryMarshal.Cast<byte, short>(bytes);

    /// <summary>Where the samples of a 16-bit PCM WAV begin; null for everything else.</summary>
    private static int? SamplesAt(ReadOnlySpan<byte> file)
    {
        if (!BitConverter.IsLittleEndian || !file.StartsWith("RIFF"u8) || !file[8..].StartsWith("WAVE"u8))
            return null;
        var is16 = false;
        for (long at = 12; at + 8 <= file.Length;)
        {
            var chunk = file[(int)at..];
            var size = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
            if (chunk.StartsWith("data"u8))
                return is16 ? (int)at + 8 : null;
            if (chunk.StartsWith("fmt "u8) && chunk.Length >= 24)   // PCM, and 16 bits a sample
                is16 = (BinaryPrimitives.ReadUInt16LittleEndian(chunk[8..]), BinaryPrimitives.ReadUInt16LittleEndian(chunk[22..])) is (
                    1, 16);
            at += 8 + size + size % 2;
        }
        return null;
    }

    private static long Length(string path)
    {
        try
        {
            return path.Length > 0 && File.Exists(path) ? RegularFile.Length(path) : -1;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return -1;
        }
    }

    private static byte[]? Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var bytes = new byte[Math.Min(file.Length, MostBytes)];
            file.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
