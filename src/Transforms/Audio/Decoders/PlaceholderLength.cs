namespace MlNetSer.Audio.Decoders;

/// <summary>Lengths that are written by programs which do not know them yet, or never will: pipes and recorders that were cut
/// off.</summary>
/// <remarks>
/// 0xFFFFFFFF: ffmpeg, lame, mpg123. 0x7FFFF000 and 0x7FFFF024: sox, espeak-ng, Windows recorders. 0x80000000 and 0x7FFFFFxx: arecord.
/// 0x7F000000 and 0x7F000008: sox's AIFF. 0: GStreamer, Asterisk, ffmpeg's AIFF, and anything that was killed before it went back to its
/// header (Kaldi's wave-reader.cc reads on too).
/// </remarks>
internal static class PlaceholderLength
{
    private const uint LowestOfSigned = 0x7F00_0000, HighestOfSigned = 0x8000_FFFF, LowestOfUnsigned = 0xFFFF_0000;

    /// <summary>True where a 32-bit length is not a length but such a value; 0 needs a look at what follows.</summary>
    public static bool Is(uint length) => length is (>= LowestOfSigned and <= HighestOfSigned) or >= LowestOfUnsigned;

    /// <summary>The same for 64 bits: not set, or all ones and their neighbours.</summary>
    public static bool Is(long length) => length <= 0 || length >= long.MaxValue - 0xFFFF;
}
