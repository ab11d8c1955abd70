using System.CommandLine;
using System.Globalization;
using Microsoft.ML;
using MlNetSer.Experiments;

namespace MlNetSer.Cli.Commands;

/// <summary>What the corpus readers know; a checked manifest.</summary>
internal static class CorpusCommand
{
    private static readonly Argument<string> s_corpus = new("corpus")
    {
        Description = "NAME=FOLDER or NAME:POLICY=FOLDER for a corpus as distributed, or a manifest (CSV).",
    };
    private static readonly Option<string> s_output = CommonOptions.Output("The manifest to write. Findings go beside it.", "corpus.csv");

    public static ToolCommand Create()
        => new("corpus", "Lists the corpora that can be read, checks a copy, writes a manifest.", "mlnetser corpus list")
    {
        new ToolCommand("list", "Lists the corpora that can be read as distributed, with licence, size and label policies.",
            "mlnetser corpus list", List) { CommonOptions.Json },
        new ToolCommand("check", "Checks a copy of a corpus against its publication, or a manifest against its files, and audits its "
            + "folds (says what their sides share).",
            "mlnetser corpus check iemocap=/data/IEMOCAP_full_release", Check) { s_corpus, CommonOptions.Protocol },
        new ToolCommand("manifest", "Writes the manifest of a corpus as distributed: CSV with path, speaker, label and what else is known.",
            "mlnetser corpus manifest emodb=/data/emodb --output emodb.csv", Manifest) { s_corpus, s_output },
    };

    private static int List(ToolCall call)
    {
        var known = SpeechCorpora.Names.Select(SpeechCorpora.Describe).ToList();
        if (call.IsJson)
        {
            Show.Json(known);
            return 0;
        }
        foreach (var corpus in known)
        {
            Console.WriteLine($"{corpus.Name}: {corpus.Title}; {Number(corpus.UtteranceCount)} utterances of "
                + $"{Number(corpus.SpeakerCount)} speakers; licence {corpus.Licence}");
            foreach (var (policy, labels) in corpus.Policies)
                Console.WriteLine($"  {policy}{(policy == corpus.DefaultPolicy ? " (default)" : "")}: "
                    + $"{string.Join(", ", labels.Labels.Values.Distinct())}");
        }
        return 0;
    }

    private static string Number(int? count) => count?.ToString(CultureInfo.InvariantCulture) ?? "an unpublished number of";

    private static int Check(ToolCall call)
    {
        var reading = CorpusArgument.Read(call.Get(s_corpus), out var manifest);
        if (reading is not null)
            Console.WriteLine(reading);
        manifest.EnsureFiles();
        Console.WriteLine($"{manifest.Identity}: {manifest.Utterances.Count} utterances of {manifest.Speakers.Count} speakers; "
            + string.Join(", ", manifest.Utterances.CountBy(u => u.Label).OrderBy(c => c.Key, StringComparer.Ordinal)
                .Select(c => $"{c.Key} {c.Value}")));
        foreach (var line in CorpusArgument.Audit(manifest, call.Get(CommonOptions.Protocol)))
            Console.WriteLine($"audit: {line}");
        return reading is { IsComplete: false } ? Failure.Failed : 0;
    }

    private static int Manifest(ToolCall call)
    {
        var output = call.Get(s_output);
        var reading = CorpusArgument.Read(call.Get(s_corpus), out var manifest);
        manifest.Save(output);
        Console.WriteLine($"wrote {output}: {manifest.Utterances.Count} utterances of {manifest.Speakers.Count} speakers");
        if (reading is null)
            return 0;
        var findings = Path.ChangeExtension(output, ".findings.csv");
        reading.SaveFindings(findings);
        Console.WriteLine($"wrote {findings}: {(reading.IsComplete ? "the copy is complete" : "the copy is NOT the corpus as published")}");
        return 0;
    }
}
