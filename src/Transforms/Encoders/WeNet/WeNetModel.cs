using System.Globalization;
using MlNetSer.Encoders.Conformer;

namespace MlNetSer.Encoders.WeNet;

/// <summary>
/// A folder with a WeNet model: <c>train.yaml</c>; weights in <c>final.pt</c>, <c>final.safetensors</c> or <c>model.safetensors</c>;
/// <c>global_cmvn</c> and <c>units.txt</c> where it has them.
/// </summary>
internal static class WeNetModel
{
    /// <summary>Where the weights may be: the first that exists is taken.</summary>
    private static readonly string[] s_weightFiles = ["final.pt", "final.safetensors", "model.safetensors"];

    /// <summary>Writes the encoder, with every block and the CTC head, as ONNX.</summary>
    /// <exception cref="FileNotFoundException">The folder lacks train.yaml, the weights, or the normalisation that the model
    /// needs.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, asks for something that is not supported, or belongs to another
    /// model.</exception>
    public static byte[] ToOnnx(string folder)
    {
        var yaml = Path.Combine(folder, "train.yaml");
        if (!File.Exists(yaml))
            throw new FileNotFoundException(
                $"There is no '{yaml}'. A WeNet model is a folder with train.yaml, final.pt, global_cmvn and units.txt.", yaml);
        var settings = YamlSettings.Load(yaml);
        using var source = Open(folder);
        var weights = new WeNetWeights(source);
        var options = WeNetSettings.Read(settings, yaml, weights.VocabularySize);
        try
        {
            options.Check();
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException($"'{yaml}' describes an impossible encoder: {error.Message}", error);
        }
        weights.Cmvn = Cmvn(folder, settings, options.MelBinCount, weights);
        return ConformerGraph.Write(options, weights, Units(folder, options.VocabularySize));
    }

    private static ITensorSource Open(string folder)
    {
        var path = s_weightFiles.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists)
            ?? throw new FileNotFoundException(
            $"There is no '{Path.Combine(folder, s_weightFiles[0])}', nor {string.Join(" nor ", s_weightFiles[1..])}. "
            + "A WeNet model is a folder with train.yaml, its weights in one of these, global_cmvn and units.txt.",
            Path.Combine(folder, s_weightFiles[0]));
        return path.EndsWith(".pt", StringComparison.Ordinal) ? TorchCheckpoint.Open(path) : new SafetensorsSource(path);
    }

    /// <summary>
    /// The file that <c>cmvn_conf.cmvn_file</c> names, or <c>cmvn_file</c> in files of versions before 3; null where the model takes raw
    /// features.
    /// </summary>
    /// <remarks>
    /// WeNet builds the normalisation from this file and then loads the checkpoint over it: where the checkpoint holds statistics, those
    /// count.
    /// </remarks>
    private static GlobalCmvn? Cmvn(string folder, YamlSettings settings, int melBinCount, WeNetWeights weights)
    {
        if (settings.Text("cmvn") != "global_cmvn" && settings.Text("cmvn_file") is null)
            return null;
        var named = settings.Text("cmvn_conf.cmvn_file") ?? settings.Text("cmvn_file") ?? "global_cmvn";
        // The path is that of the training machine: the file is looked for beside train.yaml first.
        string[] places = [Path.Combine(folder, Path.GetFileName(named)), Path.Combine(folder, named), named,
            Path.Combine(folder, "global_cmvn")];
        if (places.FirstOrDefault(File.Exists) is { } path)
            return GlobalCmvn.Load(path, melBinCount);
        return weights.HasCmvn ? null
            : throw new FileNotFoundException(
            $"There is no '{places[0]}', which train.yaml names as the normalisation of the features, and the weights hold none. "
            + "Copy it into the folder of train.yaml.", places[0]);
    }

    /// <summary>The texts of the CTC head's tokens, <c>token id</c> per line; none where the file is absent.</summary>
    private static string[]? Units(string folder, int vocabularySize)
    {
        var path = Path.Combine(folder, "units.txt");
        if (!File.Exists(path) || vocabularySize == 0)
            return null;
        var tokens = new string?[vocabularySize];
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            if (line.Length == 0)
                continue;
            var gap = line.LastIndexOfAny([' ', '\t']);
            if (gap < 1 || !int.TryParse(line.AsSpan(gap + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
                throw new InvalidDataException($"'{path}', line {number}: '{line}'; wanted a token, a space and its number.");
            if (id >= vocabularySize || tokens[id] is not null)
                throw new InvalidDataException(
                    $"'{path}', line {number}: "
                    + $"number {id} is "
                    + $"{(id >= vocabularySize ? $"outside the {vocabularySize} outputs of the model's CTC head" : "given twice")}. "
                    + "It belongs to another model.");
            tokens[id] = line[..gap];
        }
        return [.. tokens.Select((token, id) => token ?? throw new InvalidDataException($"'{path}' has no token {id}, but the model's CTC "
            + $"head has {vocabularySize}. It belongs to another model."))];
    }
}
