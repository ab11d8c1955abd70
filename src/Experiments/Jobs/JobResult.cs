using System.Text.Json;
using System.Text.Json.Nodes;

namespace MlNetSer.Experiments;

/// <summary>What came out of one training.</summary>
/// <param name="Training">Every epoch, and the one that was kept.</param>
/// <param name="Within">The test rows of the fold.</param>
/// <param name="Across">All rows of the other corpus; null where there is none.</param>
internal sealed record JobResult(TrainingReport Training, SpeakerCrossValidationResult Within, CrossCorpusResult? Across)
{
    private const string CurrentFormat = "mlnetser-reproduction-job/1";

    public static string PathOf(DirectoryInfo output, string name) => Path.Combine(output.FullName, "jobs", name + ".json");

    public void Save(DirectoryInfo output, Job job)
    {
        var json = new JsonObject
        {
            ["Format"] = CurrentFormat,
            ["Settings"] = job.Settings.Hash,
            ["Job"] = job.Name,
            ["Training"] = JsonSerializer.SerializeToNode(Training),
            ["Within"] = JsonNode.Parse(Within.ToJson()),
            ["Across"] = Across is null ? null : JsonNode.Parse(Across.ToJson()),
        };
        SafeFile.Write(PathOf(output, job.Name), json.ToJsonString());
    }

    /// <summary>The result of a job; null where it is not there, torn, or of other settings, so that the job must be run.</summary>
    public static JobResult? Find(DirectoryInfo output, Job job)
    {
        var path = PathOf(output, job.Name);
        if (!File.Exists(path))
            return null;
        try
        {
            var json = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
            if ((string?)json["Format"] != CurrentFormat || (string?)json["Settings"] != job.Settings.Hash
                || (string?)json["Job"] != job.Name || json["Across"] is null != job.Other is null)
                return null;
            return json["Training"].Deserialize<TrainingReport>() is not { Epochs.Count: > 0 } training ? null
                : new JobResult(training, SpeakerCrossValidationResult.FromJson(json["Within"]!.ToJsonString()),
                json["Across"] is { } across ? CrossCorpusResult.FromJson(across.ToJsonString()) : null);
        }
        catch (Exception error) when (error
            is JsonException or InvalidDataException or InvalidOperationException
            or FormatException or ArgumentException or NullReferenceException)
        {
            return null;   // cut by a full disk or edited by hand: run again
        }
    }
}
