using System.Security.Cryptography;
using System.Text;
using Microsoft.ML;

namespace MlNetSer.Experiments;

/// <summary>A corpus as the command line names it, its rows and its folds.</summary>
/// <param name="Manifest">Its utterances.</param>
/// <param name="Reading">What differs from its publication; null for a corpus that does not come as distributed.</param>
/// <param name="Audio">Start of a SHA-256 over every utterance's name and file.</param>
/// <param name="Rows">Its rows.</param>
/// <param name="Folds">Its folds.</param>
internal sealed record CorpusSource(CorpusManifest Manifest, CorpusReading? Reading, string Audio, IDataView Rows, FoldFile Folds)
{
    public CorpusFacts Facts => new(ShortName.Of(Manifest.Name), Manifest.Identity, Audio, Reading switch
    {
        null => "",
        { IsComplete: true } => "the copy is complete",
        _ => "the copy is NOT the corpus as published: see the findings",
    }, Manifest.Utterances.Count, Manifest.Speakers.Count,
        Manifest.Utterances.CountBy(u => u.Label).OrderBy(c => c.Key, StringComparer.Ordinal).ToDictionary(), Folds.Folds.Count,
        Folds.Protocol.ToString() + (FoldsAreGiven
            ? $"; folds {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Folds.ToJson())))[..16]}" : ""));

    /// <summary>Whether the folds come from a file.</summary>
    public bool FoldsAreGiven { get; init; }

    /// <summary>Whether the column of texts holds codes such as "a01" and no words: no speaker says a single word with a digit in it every
    /// time.</summary>
    public bool TextsAreCodes => Manifest.Utterances.Any(u => u.Text.Length > 0)
        && Manifest.Utterances.All(u => u.Text.Length == 0 || !u.Text.Any(char.IsWhiteSpace) && u.Text.Any(char.IsAsciiDigit));

    /// <summary>Reads a corpus, tells what differs from its publication, and makes its folds: one speaker left out, the session partner or
    /// else the next speaker validates (paper, §4.2.3).</summary>
    public static CorpusSource Read(MLContext ml, string argument, DirectoryInfo output, bool quick, string? protocol, Action<string> tell)
    {
        var reading = ReadAsDistributed(argument);
        if (reading is not null)
            tell(reading.ToString());
        var manifest = reading?.Manifest ?? (argument == "synthetic" ? Synthetic(output, quick) : CorpusManifest.Load(argument));
        manifest.EnsureFiles();
        var rows = manifest.ToDataView(ml);
        var folds = ProtocolText.IsFile(protocol) ? FoldFile.Load(protocol!)
            : ml.MulticlassClassification.MakeSpeakerFolds(rows,
                new SpeakerCrossValidationOptions { Protocol = ProtocolText.Parse(protocol) });
        return new CorpusSource(manifest, reading, HashOf(manifest), rows, folds) { FoldsAreGiven = ProtocolText.IsFile(protocol) };
    }

    /// <summary>A corpus as distributed, <c>NAME=FOLDER</c> or <c>NAME:POLICY=FOLDER</c>; null where the text is something else.</summary>
    public static CorpusReading? ReadAsDistributed(string argument)
    {
        if (argument.Split('=', 2) is not [var name, var folder] || File.Exists(argument))
            return null;
        var parts = name.Split(':', 2);
        return SpeechCorpora.Read(parts[0], folder, parts.ElementAtOrDefault(1));
    }

    /// <summary>Writes which speaker is in which fold, and what differs, into a folder of ours.</summary>
    public void Write(DirectoryInfo output)
    {
        string InOutput(string name) => Path.Combine(output.FullName, name);
        SafeFile.Write(InOutput($"folds-{Facts.Name}.json"), Folds.ToJson() + "\n");
        if (Reading is null)
            return;
        SafeFile.Write(InOutput($"findings-{Facts.Name}.csv"), Reading.SaveFindings);
        SafeFile.Write(InOutput($"manifest-{Facts.Name}.csv"), Reading.Manifest.Save);
    }

    private static string HashOf(CorpusManifest manifest)
    {
        static string Line(Utterance utterance)
        {
            using var file = File.OpenRead(utterance.Path);
            return $"{utterance.Id}\t{Convert.ToHexStringLower(SHA256.HashData(file))}\n";
        }
        var lines = manifest.Utterances.Select(Line).Order(StringComparer.Ordinal);   // wherever the audio lies, in whatever order
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines))))[..16];
    }

    private static CorpusManifest Synthetic(DirectoryInfo output, bool quick)
    {
        var folder = Path.Combine(output.FullName, "synthetic");
        if (!Directory.Exists(folder))
        {
            // Shards that start together each write their own, and one of them stays: the bytes are the same.
            var beside = $"{folder}.{Guid.NewGuid():N}";
            SyntheticCorpus.Write(beside, quick ? 4 : 6, quick ? 2 : 8);
            try
            {
                Directory.Move(beside, folder);
            }
            catch (IOException) when (Directory.Exists(folder))
            {
                Directory.Delete(beside, recursive: true);
            }
        }
        return CorpusManifest.Load(Path.Combine(folder, "manifest.csv"));
    }
}
