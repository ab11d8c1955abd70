using System.Security.Cryptography;
using System.Text;
using MlNetSer;

namespace ReproducePaper;

/// <summary>An encoder as the command line names it.</summary>
internal sealed record Encoder(string Name, SpeechEncoder Speech)
{
    public const string Help = "An ASR encoder: ONNX with the output of its blocks, a WeNet folder, or 'untrained'. Once, or twice for both panels of Figure 2.";

    public static Encoder Read(string argument, string? profile) => argument switch
    {
        "untrained" => new("untrained", SpeechEncoder.Untrained()),
        _ when Directory.Exists(argument) => new(Corpus.FileName(new DirectoryInfo(argument).Name), SpeechEncoder.FromWeNet(argument)),
        _ => new(FileName(argument), SpeechEncoder.FromFile(argument, profile is null or "auto" ? null : File.Exists(profile) ? EncoderProfile.Load(profile) : EncoderProfile.ByName(profile))),
    };

    /// <param name="quick">Use three blocks only.</param>
    /// <param name="representative">Blocks for the paper's 2, 6 and 12; empty = in proportion.</param>
    public EncoderFacts Facts(bool quick, int[] representative)
    {
        var count = Speech.BlockCount ?? throw new ArgumentException($"Encoder '{Name}' does not say how many blocks it stacks. Export it with a fixed number.");
        if (representative.FirstOrDefault(block => block < 1 || block > count) is not 0 and var wrong)
            throw new ArgumentException($"--blocks has {wrong}, but encoder '{Name}' has blocks 1 to {count}.");
        IReadOnlyList<int> three = representative.Length > 0 ? representative : SystemRow.Representative(count);
        var profile = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Speech.Profile.ToString())))[..16];
        return new EncoderFacts(Name, Speech.Hash, $"{Speech.Profile.Name} {profile}", quick ? three : [.. Enumerable.Range(1, count)], three);
    }

    /// <summary>Many encoders are called encoder.onnx; their folder has the name then.</summary>
    private static string FileName(string path)
    {
        var stem = Path.GetFileNameWithoutExtension(path);
        return Corpus.FileName(stem is "encoder" or "model" ? Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(path))) ?? stem : stem);
    }
}
