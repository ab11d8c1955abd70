namespace MlNetSer.Corpora;

/// <summary>Who speaks.</summary>
/// <param name="PitchHz">Mean fundamental frequency of calm speech.</param>
/// <param name="TractScale">Factor on all formants: above 1 for a shorter vocal tract.</param>
/// <param name="Breath">Aspiration against voice, in [0, 1].</param>
internal sealed record Voice(double PitchHz, double TractScale, double Breath);

/// <summary>How it is spoken.</summary>
/// <param name="Pitch">Factor on the voice's pitch.</param>
/// <param name="PitchRange">Deviation of the pitch contour, in semitones.</param>
/// <param name="Rate">Factor on the speed.</param>
/// <param name="LoudnessDb">Added to the level.</param>
/// <param name="Tension">0 = breathy with weak overtones, 1 = pressed with strong ones.</param>
/// <param name="Fall">Semitones that the pitch falls over the utterance.</param>
internal sealed record Manner(double Pitch, double PitchRange, double Rate, double LoudnessDb, double Tension, double Fall);

/// <summary>
/// A cascade formant synthesiser after Klatt (1980): a glottal pulse train and noise through resonators that follow vowel targets.
/// </summary>
/// <remarks>Babble of random syllables; a function of its arguments and the random generator. Output at 16 kHz, about ±0.5.</remarks>
internal static class FormantSynthesizer
{
    public const int SampleRateHz = 16_000;
    private const double Quiet = 0.08;   // root mean square of neutral speech

    /// <summary>First three formants of nine vowels of a man, in Hz (Peterson and Barney 1952).</summary>
    private static readonly double[][] Vowels =
    [
        [270, 2290, 3010], [390, 1990, 2550], [530, 1840, 2480], [660, 1720, 2410], [730, 1090, 2440],
        [570, 840, 2410], [440, 1020, 2240], [300, 870, 2240], [640, 1190, 2390],
    ];

    public static float[] Speak(Voice voice, Manner manner, int syllableCount, Random random)
    {
        List<double> samples = [];
        var resonators = Enumerable.Range(0, 5).Select(_ => new Resonator()).ToArray();
        var source = new GlottalSource(random, voice.Breath, manner.Tension);
        var formants = Vowels[random.Next(Vowels.Length)];
        Silence(samples, 0.08, random);
        for (var syllable = 0; syllable < syllableCount; syllable++)
        {
            var target = Vowels[random.Next(Vowels.Length)];
            var stressed = random.NextDouble() < 0.4;
            var accent = manner.PitchRange * (stressed ? 0.6 + 0.8 * random.NextDouble() : random.NextDouble() - 0.6);
            var seconds = (stressed ? 0.19 : 0.14) * (0.8 + 0.4 * random.NextDouble()) / manner.Rate;
            Consonant(samples, 0.05 / Math.Sqrt(manner.Rate), manner.Tension, random);
            var count = (int)(seconds * SampleRateHz);
            for (var i = 0; i < count; i++)
            {
                var along = (double)i / count;
                var semitones = accent * Math.Sin(Math.PI * along) - manner.Fall * (syllable + along) / syllableCount + 12
                    * Math.Log2(manner.Pitch);
                var value = source.Next(voice.PitchHz * Math.Pow(2, semitones / 12));
                if (i % 80 == 0)   // new formants every 5 ms, gliding from the last vowel to this one
                {
                    var glide = Math.Min(1, along / 0.35);
                    for (var f = 0; f < 3; f++)
                        resonators[f].Tune(voice.TractScale * (formants[f] + glide * (target[f] - formants[f])),
                            50 + 25 * f + 40 * voice.Breath);
                    resonators[3].Tune(voice.TractScale * 3400, 160);
                    resonators[4].Tune(voice.TractScale * 4300, 220);
                }
                foreach (var resonator in resonators)
                    value = resonator.Next(value);
                samples.Add(value * Math.Min(1, Math.Min(along / 0.1, (1 - along) / 0.15)) * (stressed ? 1.3 : 1));
            }
            formants = target;
            if (random.NextDouble() < 0.12)
                Silence(samples, 0.12 / manner.Rate, random);
        }
        Silence(samples, 0.08, random);
        return Levelled(samples, manner.LoudnessDb);
    }

    /// <summary>A burst of coloured noise: a fricative or a stop.</summary>
    private static void Consonant(List<double> samples, double seconds, double tension, Random random)
    {
        var resonator = new Resonator();
        resonator.Tune(1500 + 5000 * random.NextDouble(), 900);
        var count = (int)(seconds * (0.5 + random.NextDouble()) * SampleRateHz);
        for (var i = 0; i < count; i++)
            samples.Add(resonator.Next(random.NextDouble() - 0.5) * (0.2 + 0.3 * tension) * Math.Sin(Math.PI * i / count));
    }

    private static void Silence(List<double> samples, double seconds, Random random)
    {
        for (var i = 0; i < (int)(seconds * SampleRateHz); i++)
            samples.Add(1e-4 * (random.NextDouble() - 0.5));
    }

    private static float[] Levelled(List<double> samples, double decibels)
    {
        var level = Math.Sqrt(samples.Average(s => s * s));
        var gain = Quiet * Math.Pow(10, decibels / 20) / level;
        return [.. samples.Select(s => (float)Math.Tanh(gain * s))];   // soft at the limit, so nothing is cut off
    }

    /// <summary>y(n) = A x(n) + B y(n−1) + C y(n−2), unit gain at 0 Hz (Klatt 1980, eqs. 1 and 2).</summary>
    private sealed class Resonator
    {
        private double _a, _b, _c, _last, _beforeLast;

        public void Tune(double hertz, double bandwidthHz)
        {
            var radius = Math.Exp(-Math.PI * bandwidthHz / SampleRateHz);
            (_c, _b) = (-radius * radius, 2 * radius * Math.Cos(2 * Math.PI * Math.Min(hertz, 7600) / SampleRateHz));
            _a = 1 - _b - _c;
        }

        public double Next(double x)
        {
            var y = _a * x + _b * _last + _c * _beforeLast;
            (_beforeLast, _last) = (_last, y);
            return y;
        }
    }

    /// <summary>
    /// Rosenberg pulses (1971), their first difference as lip radiation, a tilt filter, jitter, and breath noise in the open phase.
    /// </summary>
    private sealed class GlottalSource(Random random, double breath, double tension)
    {
        private double _phase = 1, _jitter = 1, _previous, _tilted;

        public double Next(double hertz)
        {
            _phase += hertz * _jitter / SampleRateHz;
            if (_phase >= 1)
            {
                _phase -= Math.Floor(_phase);
                _jitter = 1 + 0.02 * (random.NextDouble() - 0.5);
            }
            var open = 0.7 - 0.3 * tension;   // share of a period; pressed voices close sooner and faster
            var (rise, fall) = (0.65 * open, 0.35 * open);
            var flow = _phase < rise ? 0.5 * (1 - Math.Cos(Math.PI * _phase / rise))
                : _phase < open ? Math.Cos(0.5 * Math.PI * (_phase - rise) / fall) : 0;
            var noise = (random.NextDouble() - 0.5) * (breath * (1.2 - tension)) * (_phase < open ? 0.3 : 0.05);
            var voiced = 4 * (flow - _previous);
            _previous = flow;
            var keep = 0.75 * (1 - tension);   // one pole: breathy voices lose their overtones
            _tilted = keep * _tilted + (1 - keep) * voiced;
            return _tilted + noise;
        }
    }
}
