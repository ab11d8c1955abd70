using System.Security.Cryptography;
using System.Text;
using MlNetSer;

namespace ReproducePaper;

/// <summary>An encoder as the command line names it.</summary>
/// <param name="Tokens">Tokens of its CTC head, and the SHA-256 of their file; null = it recognises nothing.</param>
internal sealed record Encoder(string Name, SpeechEncoder Speech, (CtcTokens Tokens, string Hash)? Tokens)
{
    public const string Help = "An ASR encoder: ONNX with the output of its blocks, a WeNet folder, or 'untrained'. Once, or twice for both panels of Figure 2.";

    public const string TokensHelp = "For each encoder the token file of its CTC head, or 'auto': tokens.txt or units.txt beside it. With it the corpora are recognised: Table 1, and the words of the rows with T, which else read the corpora's own.";

    public static Encoder Read(string argument, string? profile, string? tokens)
    {
        var (name, speech) = argument switch
        {
            "untrained" => ("untrained", SpeechEncoder.Untrained()),
            _ when Directory.Exists(argument) => (Corpus.FileName(new DirectoryInfo(argument).Name), SpeechEncoder.FromWeNet(argument)),
            _ => (FileName(argument), SpeechEncoder.FromFile(argument, profile is null or "auto" ? null : File.Exists(profile) ? EncoderProfile.Load(profile) : EncoderProfile.ByName(profile))),
        };
        var tokenFile = tokens == "auto" ? TokensBeside(argument) : tokens;
        return new(name, speech, tokenFile is null ? null : (CtcTokens.FromFile(tokenFile), Transcripts.Hash(tokenFile)));
    }

    /// <param name="quick">Use three blocks only.</param>
    /// <param name="representative">Blocks for the paper's 2, 6 and 12; empty = in proportion.</param>
    public EncoderFacts Facts(bool quick, int[] representative)
    {
        var count = Speech.BlockCount ?? throw new ArgumentException($"Encoder '{Name}' does not say how many blocks it stacks. Export it with a fixed number.");
        if (representative.FirstOrDefault(block => block < 1 || block > count) is not 0 and var wrong)
            throw new ArgumentException($"--blocks has {wrong}, but encoder '{Name}' has blocks 1 to {count}.");
        if (representative.Length is not (0 or 3) || representative.Zip(representative.Skip(1)).Any(pair => pair.First >= pair.Second))
            throw new ArgumentException($"--blocks is {string.Join(' ', representative)}; wanted are three blocks in rising order, such as 3 8 16, which stand for the paper's 2, 6 and 12.");
        IReadOnlyList<int> three = representative.Length > 0 ? representative : SystemRow.Representative(count);
        var profile = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Speech.Profile.ToString())))[..16];
        return new EncoderFacts(Name, Speech.Hash, $"{Speech.Profile.Name} {profile}", quick ? [.. three.Distinct()] : [.. Enumerable.Range(1, count)], three);
    }

    private static string TokensBeside(string encoder)
    {
        var folder = Directory.Exists(encoder) ? encoder : Path.GetDirectoryName(Path.GetFullPath(encoder))!;
        return new[] { "tokens.txt", "units.txt" }.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists)
            ?? throw new FileNotFoundException($"There is neither tokens.txt nor units.txt in '{folder}'. Name the encoder's token file with --tokens.");
    }

    /// <summary>Many encoders are called encoder.onnx; their folder has the name then.</summary>
    private static string FileName(string path)
    {
        var stem = Path.GetFileNameWithoutExtension(path);
        return Corpus.FileName(stem is "encoder" or "model" ? Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(path))) ?? stem : stem);
    }
}
