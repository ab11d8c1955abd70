using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML;
using MlNetSer.Json;
using MlNetSer.Text;

namespace MlNetSer.Protocols;

/// <summary>Finished folds of a cross-validation on disk, so that a run that was ended goes on from there. One file a fold; its name
/// depends on everything that the fold's result does.</summary>
/// <param name="folder">Where they lie; runs of other settings may share it.</param>
/// <param name="setting">What all folds have in common: rows, protocol, trainer, notes.</param>
/// <param name="data">The rows that the folds divide.</param>
internal sealed class KeptFolds(string folder, SortedDictionary<string, string> setting, IDataView data)
{
    private const string Format = "mlnetser-fold/1";
    private readonly ColumnHashes _hashes = new(data);

    /// <summary>A fold that was finished before on the same values, and the place of its model; null = there is none. What cannot be read
    /// is not there.</summary>
    /// <param name="fold">The fold.</param>
    /// <param name="withModel">Whether its model must be there too.</param>
    public (SpeakerCrossValidationResult Result, string ModelPath)? Find(SpeakerFold fold, bool withModel)
    {
        foreach (var path in Directory.Exists(folder) ? Directory.GetFiles(folder, $"{Name(fold)}-*.json") : [])
        {
            if ((!withModel || File.Exists(ModelPath(path))) && Read(path, fold) is { } result)
                return (result, ModelPath(path));
        }
        return null;
    }

    private SpeakerCrossValidationResult? Read(string path, SpeakerFold fold)
    {
        try
        {
            var kept = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
            if ((string?)kept["Format"] != Format || (string?)kept["Key"] != Key(fold))
                return null;
            var columns = kept["Columns"].Deserialize<SortedDictionary<string, string?>>(EvaluationJson.Line)!;
            return columns.Values.All(hash => hash is not null) && _hashes.Of(columns.Keys).SequenceEqual(columns)
                ? SpeakerCrossValidationResult.FromJson(kept["Result"]!.ToJsonString(EvaluationJson.Line))
                : null;
        }
        catch (Exception error) when (error is JsonException or InvalidDataException or InvalidOperationException or NullReferenceException)
        {
            return null;   // a damaged disk: the fold is run again
        }
    }

    /// <summary>Keeps a finished fold.</summary>
    /// <param name="fold">The fold.</param>
    /// <param name="result">What it gave, alone.</param>
    /// <param name="columns">The columns that training and scoring read.</param>
    /// <param name="model">Its model, where a caller wants models; else null.</param>
    /// <exception cref="InvalidOperationException">The model cannot be saved.</exception>
    public void Keep(SpeakerFold fold, SpeakerCrossValidationResult result, IEnumerable<string> columns, ITransformer? model)
    {
        var read = JsonSerializer.Serialize(_hashes.Of(columns), EvaluationJson.Line);
        var path = Path.Combine(folder, $"{Name(fold)}-{Hash(read)[..8]}.json");
        if (model is not null)
        {
            try
            {
                WholeFile.Write(ModelPath(path), stream => new MLContext().Model.Save(model, data.Schema, stream));
            }
            catch (Exception error) when (error is not (IOException or UnauthorizedAccessException))
            {
                throw CannotSave(fold, error);
            }
        }
        var kept = new JsonObject
        {
            ["Format"] = Format,
            ["Key"] = Key(fold),
            ["Setting"] = JsonSerializer.SerializeToNode(setting, EvaluationJson.Line),
            ["Columns"] = JsonNode.Parse(read),
            ["Result"] = JsonNode.Parse(result.ToJson()),
        };
        WholeFile.Write(path, kept.ToJsonString(EvaluationJson.File) + "\n");
    }

    private static InvalidOperationException CannotSave(SpeakerFold fold, Exception error)
        => new($"The model of fold {fold.Number} cannot be saved, so a run that goes on later could not hand it over: {error.Message} "
        + $"Leave {nameof(SpeakerCrossValidationOptions.ResumeFolder)} or {nameof(SpeakerCrossValidationOptions.ModelFitted)} out.", error);

    private string Name(SpeakerFold fold) => string.Create(CultureInfo.InvariantCulture, $"fold-{fold.Number:00}-{Key(fold)[..16]}");

    private static string ModelPath(string path) => Path.ChangeExtension(path, ".zip");

    private string Key(SpeakerFold fold)
        => Hash(string.Join('\n', Format, JsonSerializer.Serialize(setting, EvaluationJson.Line),
            JsonSerializer.Serialize(fold, EvaluationJson.Line)));

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
