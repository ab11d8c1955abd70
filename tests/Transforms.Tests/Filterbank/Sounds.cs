namespace MlNetSer.Tests.Filterbank;

/// <summary>
/// Seeded samples in [−1, 1] with loud, quiet and silent stretches, low and high tones: every energy that a filterbank meets.
/// </summary>
internal static class Sounds
{
    public static float[] Speak(int sampleCount, int seed = 1)
    {
        var random = new Random(seed);
        var samples = new float[sampleCount];
        var phase = 0.0;
        for (var i = 0; i < sampleCount; i++)
        {
            phase += 0.05 + 0.02 * Math.Sin(i * 2e-4);
            var loudness = Math.Pow(10, -2 + 2 * Math.Sin(i * 7e-4));   // 1 down to 1e-4 of full scale
            var voice = Math.Sin(phase) + Math.Sin(7 * phase) / 7 + Math.Sin(23 * phase) / 23;
            samples[i] = (float)(0.8 * loudness * voice + 1e-4 * (random.NextDouble() - 0.5) + 0.01);
        }
        return samples;
    }
}
