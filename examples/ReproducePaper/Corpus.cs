using Microsoft.ML;
using MlNetSer;

namespace ReproducePaper;

/// <summary>A corpus as the command line names it, its rows and its folds.</summary>
internal sealed record Corpus(CorpusManifest Manifest, string Copy, IDataView Rows, FoldFile Folds)
{
    public const string Help = "A manifest (CSV with path, speaker, label), or NAME=FOLDER or NAME:POLICY=FOLDER for a corpus as distributed (iemocap=/data/IEMOCAP_full_release), or 'synthetic'. Once, or twice for both directions of transfer.";

    public CorpusFacts Facts => new(FileName(Manifest.Name), Manifest.Identity, Copy, Manifest.Utterances.Count, Manifest.Speakers.Count,
        Manifest.Utterances.CountBy(u => u.Label).OrderBy(c => c.Key, StringComparer.Ordinal).ToDictionary(), Folds.Folds.Count, Folds.Protocol.ToString());

    /// <summary>Reads a corpus, tells what differs from its publication, and makes its folds: one speaker left out, the session partner or else the next speaker validates (paper, §4.2.3).</summary>
    public static Corpus Read(MLContext ml, string argument, DirectoryInfo output, bool quick, Action<string> tell)
    {
        var reading = argument.Split('=', 2) is [var name, var folder] && SpeechCorpora.Names.Contains(name.Split(':')[0]) ? Distributed(name.Split(':'), folder, output, tell) : null;
        var manifest = reading?.Manifest ?? (argument == "synthetic" ? Synthetic(output, quick) : CorpusManifest.Load(argument));
        manifest.EnsureFiles();
        var rows = manifest.ToDataView(ml);
        var folds = ml.MulticlassClassification.MakeSpeakerFolds(rows, new SpeakerCrossValidationOptions { Protocol = EvaluationProtocol.LeaveOneSpeakerOut() });
        SafeFile.Write(Path.Combine(output.FullName, $"folds-{FileName(manifest.Name)}.json"), folds.ToJson() + "\n");
        var copy = reading is null ? "" : reading.IsComplete ? "the copy is complete" : "the copy is NOT the corpus as published: see the findings";
        return new Corpus(manifest, copy, rows, folds);
    }

    /// <summary>A name without what a file's name cannot have, or ours give a meaning.</summary>
    public static string FileName(string name) => string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '-'));

    private static CorpusReading Distributed(string[] nameAndPolicy, string folder, DirectoryInfo output, Action<string> tell)
    {
        var reading = SpeechCorpora.Read(nameAndPolicy[0], folder, nameAndPolicy.ElementAtOrDefault(1));
        tell(reading.ToString());
        SafeFile.Write(Path.Combine(output.FullName, $"findings-{nameAndPolicy[0]}.csv"), reading.SaveFindings);
        SafeFile.Write(Path.Combine(output.FullName, $"manifest-{nameAndPolicy[0]}.csv"), reading.Manifest.Save);
        return reading;
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
