using MlNetSer.TestKit;

namespace MlNetSer.Tests.Audio.Samples;

public sealed class AudioNotesTests
{
    private const int Rate = 16_000;

    private static AudioNotes Notes(Func<int, double>[] channels, int bits = 32, double seconds = 2, AudioChannel channel = default)
    {
        var bytes = new List<byte>();
        for (var i = 0; i < seconds * Rate; i++)
        {
            foreach (var sound in channels)
                bytes.AddRange(bits == 32 ? BitConverter.GetBytes((float)sound(i))
                    : BitConverter.GetBytes((short)Math.Clamp(Math.Round(32768 * sound(i)), -32768, 32767)));
        }
        return AudioFile.Read(Wav.File(Wav.Format(bits == 32 ? 3 : 1, channels.Length, Rate, bits), Wav.Chunk("data", [.. bytes])),
            "a.wav", new AudioReadOptions { Channel = channel }).Notes;
    }

    /// <summary>Half a second of sound, half a second of nothing, from a start on.</summary>
    private static Func<int, double> Voice(double pitchHz, double startSeconds = 0, double loudness = 0.3) => i =>
    {
        var t = (double)i / Rate - startSeconds;
        return Math.Floor(2 * t) % 2 == 0 ? loudness * Math.Sin(2 * Math.PI * pitchHz * t) * (1 + 0.5 * Math.Sin(13 * t)) : 0;
    };

    private static Func<int, double> Noise(int seed, double loudness)
    {
        var random = new Random(seed);
        return _ => loudness * (2 * random.NextDouble() - 1);
    }

    private static Func<int, double> Steady(double value) => _ => value;

    [Fact]
    public void Speech_like_sound_has_none() => Assert.Equal(AudioNotes.None, Notes([Voice(150)], bits: 16));

    [Fact]
    public void Nothing_is_told_from_silence_by_its_kind()
    {
        Assert.Equal(AudioNotes.DigitalSilence, Notes([Steady(0)]));
        Assert.Equal(AudioNotes.DigitalSilence, Notes([Steady(8 / 32768.0)]));      // A-law's zero
        Assert.Equal(AudioNotes.Constant, Notes([Steady(-0.25)]));
        Assert.Equal(AudioNotes.NearlyEmpty, Notes([Noise(1, 2e-4)]));
        Assert.Equal(AudioNotes.NearlyEmpty, Notes([i => 0.1 + 1e-3 * Math.Sin(0.1 * i)]));             // −63 dB on a constant
        Assert.Equal(AudioNotes.NearlyEmpty, Notes([i => i == 7000 ? 0.9 : 0]));    // a click
        Assert.Equal(AudioNotes.None, Notes([Noise(1, 0.005)]));
    }

    [Fact]
    public void A_short_sound_is_not_empty_for_being_short() => Assert.Equal(AudioNotes.None, Notes([Voice(150)], seconds: 0.03));

    [Fact]
    public void Channels_that_cancel_are_told_whole_or_in_part_and_by_other_names_of_the_same()
    {
        var voice = Voice(150);
        var other = Noise(2, 0.001);
        Assert.Equal(AudioNotes.ChannelsCancel | AudioNotes.DigitalSilence, Notes([voice, i => -voice(i)]));
        Assert.Equal(AudioNotes.ChannelsCancel, Notes([voice, i => -0.6 * voice(i) + other(i)]));
        Assert.Equal(AudioNotes.ChannelsCancel, Notes([voice, i => (i < Rate ? -1 : 1) * voice(i)]));      // half of the time
        Assert.Equal(AudioNotes.ChannelsCancel | AudioNotes.DigitalSilence, Notes([voice, i => -voice(i), voice, i => -voice(i)]));
    }

    [Fact]
    public void Speakers_of_their_own_channel_are_told_in_turn_or_at_once()
    {
        Assert.Equal(AudioNotes.ChannelsDiffer, Notes([Voice(150), Voice(210, startSeconds: 0.5)]));
        Assert.Equal(AudioNotes.ChannelsDiffer, Notes([Voice(150), Voice(210, startSeconds: 0.25)]));
        Assert.Equal(AudioNotes.ChannelsDiffer, Notes([i => 0.3 * Math.Sin(0.1 * i), i => 0.3 * Math.Sin(0.17 * i)]));   // two steady tones
    }

    [Fact]
    public void One_speaker_in_two_microphones_is_no_matter()
    {
        var voice = Voice(150);
        var (left, right) = (Noise(3, 0.002), Noise(4, 0.002));
        Assert.Equal(AudioNotes.None, Notes([voice, voice]));
        Assert.Equal(AudioNotes.None, Notes([i => voice(i) + left(i), i => 0.4 * voice(i - 10) + right(i)]));
    }

    [Fact]
    public void A_dead_channel_is_told() => Assert.Equal(AudioNotes.ChannelSilent, Notes([Voice(150), Noise(5, 1e-4)]));

    [Fact]
    public void How_channels_go_together_is_no_matter_where_one_was_asked_for()
    {
        var voice = Voice(150);
        Assert.Equal(AudioNotes.None, Notes([voice, i => -voice(i)], channel: AudioChannel.Left));
        Assert.Equal(AudioNotes.DigitalSilence, Notes([voice, Steady(0)], channel: AudioChannel.Right));
    }

    [Fact]
    public void Flat_tops_are_told_and_loud_sound_is_not()
    {
        Assert.Equal(AudioNotes.Clipped, Notes([i => Math.Clamp(1.5 * Math.Sin(0.05 * i), -1, 1)], bits: 16));
        Assert.Equal(AudioNotes.None, Notes([i => 0.999 * Math.Sin(0.0503 * i)], bits: 16));
    }

    [Fact]
    public void Floats_far_beyond_full_scale_are_told_and_a_little_beyond_are_not()
    {
        Assert.Equal(AudioNotes.FarBeyondFullScale, Notes([i => 9000 * Math.Sin(0.1 * i)]));
        Assert.Equal(AudioNotes.FarBeyondFullScale, Notes([i => 1e15 * Math.Sin(0.1 * i)]));
        Assert.Equal(AudioNotes.None, Notes([i => 1.5 * Math.Sin(0.1 * i)]));
    }

    [Fact]
    public void Texts_are_fixed_and_every_note_has_one()
    {
        Assert.Equal("", AudioNotes.None.ToText());
        Assert.Equal("digital silence; channels cancel", (AudioNotes.ChannelsCancel | AudioNotes.DigitalSilence).ToText());
        Assert.All(Enum.GetValues<AudioNotes>().Where(note => note != AudioNotes.None), note => Assert.NotEmpty(note.ToText()));
    }

    [Fact]
    public void Published_speech_is_neither_empty_nor_clipped()
    {
        Assert.SkipWhen(SharedData.Folder is null, SharedData.Absent);
        var files = new[] { "emodb", "ravdess", "speech", "lj" }.Select(name => SharedData.Find(name)).OfType<string>()
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.*", SearchOption.AllDirectories))
            .Where(file => file.EndsWith(".wav", StringComparison.OrdinalIgnoreCase)).Order(StringComparer.Ordinal).ToList();

        Assert.NotEmpty(files);
        const AudioNotes Nothing = AudioNotes.DigitalSilence | AudioNotes.Constant | AudioNotes.NearlyEmpty | AudioNotes.ChannelsCancel
            | AudioNotes.ChannelsDiffer;
        Assert.All(files.Where((_, i) => i % 5 == 0), file => Assert.Equal(AudioNotes.None, AudioFile.Read(file).Notes & Nothing));
    }
}
