using System.Buffers.Binary;
using Microsoft.ML;

namespace MlNetSer.Tests.Composition;

/// <summary>A folder of its own with WAV files of one second, 16 kHz, 16 bits: a sine each.</summary>
internal sealed class WavFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kinds-");

    public WavFolder(int count = 2, int sampleCount = 16_000)
    {
        for (var i = 0; i < count; i++)
            File.WriteAllBytes(Path($"{i}.wav"), Wav(sampleCount, 220 * (i + 1)));
        Count = count;
    }

    private int Count { get; }

    public string Path(string name) => System.IO.Path.Combine(_folder.FullName, name);

    public IDataView Rows(MLContext ml) => ml.Data.LoadFromEnumerable(Enumerable.Range(0, Count)
        .Select(i => new Row { AudioPath = Path($"{i}.wav") }).ToList());

    public void Dispose() => _folder.Delete(recursive: true);

    private static byte[] Wav(int sampleCount, double frequencyHz)
    {
        var bytes = new byte[44 + 2 * sampleCount];
        "RIFF"u8.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), bytes.Length - 8);
        "WAVEfmt "u8.CopyTo(bytes.AsSpan(8));
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(16), 16);
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(20), 1);
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(22), 1);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(24), 16_000);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(28), 32_000);
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(32), 2);
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(34), 16);
        "data"u8.CopyTo(bytes.AsSpan(36));
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(40), 2 * sampleCount);
        for (var i = 0; i < sampleCount; i++)
            BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(44 + 2 * i),
                (short)(8000 * Math.Sin(2 * Math.PI * frequencyHz * i / 16_000)));
        return bytes;
    }

    public sealed class Row
    {
        public string AudioPath { get; set; } = "";
    }
}
