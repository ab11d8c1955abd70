using System.Security.Cryptography;
using System.Text;

namespace MlNetSer.Experiments;

/// <summary>An encoder as the command line names it.</summary>
/// <param name="Name">Short name, as file names have it.</param>
/// <param name="Speech">The encoder.</param>
/// <param name="Tokens">Tokens of its CTC head, and the SHA-256 of their file; null = it recognises nothing.</param>
internal sealed record EncoderSource(string Name, SpeechEncoder Speech, (CtcTokens Tokens, string Hash)? Tokens)
{
    /// <param name="argument">An ONNX file, a WeNet folder, <c>untrained</c>, or the name of an encoder that <c>encoder get</c>
    /// fetched.</param>
    /// <param name="profile">What it wants: a name, a JSON file, <c>auto</c> or null.</param>
    /// <param name="tokens">The token file of its CTC head, or <c>auto</c>; null = it recognises nothing.</param>
    /// <param name="int8">Whether it runs in 8 bits.</param>
    public static EncoderSource Read(string argument, string? profile, string? tokens, bool int8 = false)
    {
        if (!File.Exists(argument) && !Directory.Exists(argument) && PublicEncoders.FindFetched(argument) is { } fetched)
            argument = fetched;
        var (name, speech) = argument switch
        {
            "untrained" => ("untrained", SpeechEncoder.Untrained()),
            _ when Directory.Exists(argument)
                => (ShortName.Of(new DirectoryInfo(argument).Name), SpeechEncoder.FromWeNet(argument)),
            _ => (FileName(argument), SpeechEncoder.FromFile(argument, Profile(argument, profile))),
        };
        var tokenFile = tokens == "auto" ? TokensBeside(argument) : tokens;
        return new(int8 ? name + "-int8" : name, int8 ? speech.Quantized() : speech, tokenFile is null ? null
            : (CtcTokens.FromFile(tokenFile), Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(tokenFile)))));
    }

    /// <summary>A profile by name or from a file. Without one: what <c>encoder cut</c> left beside the encoder, else null, as the encoder
    /// tells.</summary>
    public static EncoderProfile? Profile(string encoder, string? given)
    {
        if (given is null or "auto")
            return File.Exists(EncoderCut.ProfilePath(encoder)) ? EncoderProfile.Load(EncoderCut.ProfilePath(encoder)) : null;
        return File.Exists(given) ? EncoderProfile.Load(given) : EncoderProfile.ByName(given);
    }

    /// <param name="quick">Use three blocks only.</param>
    /// <param name="representative">Blocks for the paper's 2, 6 and 12; empty = in proportion.</param>
    public EncoderFacts Facts(bool quick, int[] representative)
    {
        var count = Speech.BlockCount ?? throw new ArgumentException(
            $"Encoder '{Name}' does not say how many blocks it stacks. Export it with a fixed number.");
        if (representative.FirstOrDefault(block => block < 1 || block > count) is not 0 and var wrong)
            throw new ArgumentException($"--blocks has {wrong}, but encoder '{Name}' has blocks 1 to {count}.");
        if (representative.Length is not (0 or 3) || representative.Zip(representative.Skip(1)).Any(pair => pair.First >= pair.Second))
            throw new ArgumentException($"--blocks is {string.Join(' ', representative)}; wanted are three blocks in rising order, such "
                + $"as 3 8 16, which stand for the paper's 2, 6 and 12.");
        IReadOnlyList<int> three = representative.Length > 0 ? representative : SystemRow.Representative(count);
        var profile = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Speech.Profile.ToString())))[..16];
        return new EncoderFacts(Name, Speech.Hash, $"{Speech.Profile.Name} {profile}", quick ? [.. three.Distinct()]
            : [.. Enumerable.Range(1, count)], three);
    }

    public static string TokensBeside(string encoder)
    {
        var folder = Directory.Exists(encoder) ? encoder : Path.GetDirectoryName(Path.GetFullPath(encoder))!;
        return new[] { "tokens.txt", "units.txt" }.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists)
            ?? throw new FileNotFoundException(
            $"There is neither tokens.txt nor units.txt in '{folder}'. Name the encoder's token file with --tokens.");
    }

    /// <summary>Many encoders are called encoder.onnx; their folder has the name then.</summary>
    private static string FileName(string path)
    {
        var stem = Path.GetFileNameWithoutExtension(path);
        return ShortName.Of(stem is "encoder" or "model" ? Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(path))) ?? stem
            : stem);
    }
}
