using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using MlNetSer.Corpora;
using MlNetSer.Text;

namespace MlNetSer;

/// <summary>A small corpus of synthetic emotional babble, for trying a pipeline without any download.</summary>
/// <remarks>
/// A formant synthesiser of ours speaks random syllables. The four emotions differ in mean pitch, pitch range, rate, loudness and voice
/// quality, in the directions that Scherer (2003, table 1) lists for acted speech; speakers differ in pitch, tract length and breath, and
/// every utterance varies around its emotion. It says nothing about real emotions, and no score on it does.
/// </remarks>
public static class SyntheticCorpus
{
    private static readonly Dictionary<string, Manner> Manners = new(StringComparer.Ordinal)
    {
        ["angry"] = new Manner(Pitch: 1.35, PitchRange: 5, Rate: 1.25, LoudnessDb: 7, Tension: 0.95, Fall: 1),
        ["happy"] = new Manner(Pitch: 1.45, PitchRange: 9, Rate: 1.1, LoudnessDb: 3, Tension: 0.65, Fall: -1),
        ["neutral"] = new Manner(Pitch: 1, PitchRange: 3, Rate: 1, LoudnessDb: 0, Tension: 0.5, Fall: 2),
        ["sad"] = new Manner(Pitch: 0.92, PitchRange: 1.2, Rate: 0.72, LoudnessDb: -5, Tension: 0.15, Fall: 3),
    };

    /// <summary>The classes, in ordinal order.</summary>
    public static IReadOnlyList<string> Emotions => [.. Manners.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Writes the corpus: 16 kHz PCM16 WAV files and <c>manifest.csv</c>. The same arguments give the same bytes.</summary>
    /// <param name="folder">Where to write; made if need be.</param>
    /// <param name="speakerCount">Speakers, at least 3. The default is 6.</param>
    /// <param name="utterancesPerEmotion">Of each speaker, at least 1. The default is 8.</param>
    /// <param name="seed">Start of all random numbers.</param>
    public static CorpusManifest Write(string folder, int speakerCount = 6, int utterancesPerEmotion = 8, int seed = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(speakerCount, 3);
        ArgumentOutOfRangeException.ThrowIfLessThan(utterancesPerEmotion, 1);
        Directory.CreateDirectory(folder);
        var random = new Random(seed);
        var manifest = new StringBuilder("path,utterance,speaker,session,label\n");
        for (var s = 0; s < speakerCount; s++)
        {
            var female = s % 2 == 0;
            double Around(double middle, double spread) => middle * (1 + spread * (2 * random.NextDouble() - 1));
            var voice = new Voice(Around(female ? 205 : 118, 0.14), Around(female ? 1.16 : 1, 0.05), Around(0.35, 0.5));
            foreach (var emotion in Emotions)
            {
                for (var u = 1; u <= utterancesPerEmotion; u++)
                {
                    var m = Manners[emotion];
                    var varied = new Manner(Around(m.Pitch, 0.1), Around(m.PitchRange, 0.3), Around(m.Rate, 0.12),
                        m.LoudnessDb + 6 * (random.NextDouble() - 0.5), Math.Clamp(m.Tension + 0.3 * (random.NextDouble() - 0.5), 0, 1),
                        m.Fall + 2 * (random.NextDouble() - 0.5));
                    var id = string.Create(CultureInfo.InvariantCulture, $"s{s + 1:00}-{emotion}-{u:00}");
                    File.WriteAllBytes(Path.Combine(folder, id + ".wav"),
                        Wav(FormantSynthesizer.Speak(voice, varied, random.Next(6, 10), random)));
                    manifest.Append(CultureInfo.InvariantCulture, $"{id}.wav,{id},s{s + 1:00},session{s / 2 + 1},{emotion}\n");
                }
            }
        }
        var path = Path.Combine(folder, "manifest.csv");
        WholeFile.Write(path, manifest.ToString());
        return CorpusManifest.Load(path);
    }

    private static byte[] Wav(float[] samples)
    {
        var bytes = new byte[44 + 2 * samples.Length];
        "RIFF"u8.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), bytes.Length - 8);
        "WAVEfmt "u8.CopyTo(bytes.AsSpan(8));
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(16), 16);
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(20), 1);   // PCM
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(22), 1);   // channels
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(24), FormantSynthesizer.SampleRateHz);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(28), 2 * FormantSynthesizer.SampleRateHz);
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(32), 2);   // bytes of a sample
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(34), 16);
        "data"u8.CopyTo(bytes.AsSpan(36));
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(40), 2 * samples.Length);
        for (var i = 0; i < samples.Length; i++)
            BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(44 + 2 * i), (short)Math.Round(32767 * Math.Clamp(samples[i], -1, 1)));
        return bytes;
    }
}
