using Google.Protobuf;
using MlNetSer.Onnx.Proto;

namespace MlNetSer.Encoders.Profiles;

/// <summary>Reads ONNX files, weights in other files included.</summary>
internal static class EncoderFile
{
    private const int External = 1;   // TensorProto.DataLocation.EXTERNAL

    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static byte[] Read(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no encoder at '{path}'. Give the path of an ONNX file.", path);
        return File.ReadAllBytes(path);
    }

    /// <exception cref="InvalidDataException">The bytes are not an ONNX model.</exception>
    public static ModelProto Parse(byte[] bytes, string source)
    {
        try
        {
            var model = ModelProto.Parser.ParseFrom(bytes);
            if (model.Graph is { Node.Count: > 0 })
                return model;
        }
        catch (InvalidProtocolBufferException)
        {
            // reported below, from a reader's point of view
        }
        throw new InvalidDataException($"'{source}' ({bytes.Length:N0} bytes) is not an ONNX model. Give an encoder exported to ONNX.");
    }

    /// <summary>Brings weights that lie in other files inside the model.</summary>
    /// <param name="model">The model, changed in place.</param>
    /// <param name="folder">Where the other files lie; null = the model came without a folder.</param>
    /// <param name="source">What errors call it.</param>
    /// <returns>Whether there were any.</returns>
    /// <exception cref="InvalidDataException">A file of weights is missing, too short, or lies outside the folder.</exception>
    public static bool BringWeightsInside(ModelProto model, string? folder, string source)
    {
        var outside = model.Graph.Initializer.Where(tensor => tensor.DataLocation == External).ToList();
        foreach (var tensor in outside)
        {
            tensor.RawData = ByteString.CopyFrom(Weights(tensor, folder, source));
            tensor.ExternalData.Clear();
            tensor.ClearDataLocation();
        }
        return outside.Count > 0;
    }

    private static byte[] Weights(TensorProto tensor, string? folder, string source)
    {
        string? Entry(string key) => tensor.ExternalData.FirstOrDefault(entry => entry.Key == key)?.Value;
        long Number(string key, long otherwise) => Entry(key) is not { } text ? otherwise
            : long.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var number) && number >= 0 ? number
            : throw new InvalidDataException(
            $"'{source}': tensor '{tensor.Name}' has the {key} '{text}' in its external data; wanted a number from 0.");
        var location = Entry("location") ?? throw new InvalidDataException(
            $"'{source}': tensor '{tensor.Name}' lies in another file that is not named.");
        if (folder is null)
            throw new InvalidDataException(
                $"'{source}': tensor '{tensor.Name}' lies in another file, '{location}'. Read the model with FromFile, so that it can be "
                + "found.");
        // A model from the net must not make us read any file it names.
        var path = Path.GetFullPath(Path.Combine(folder, location));
        if (!path.StartsWith(Path.GetFullPath(folder).TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar,
            StringComparison.Ordinal))
            throw new InvalidDataException(
                $"'{source}': tensor '{tensor.Name}' lies in '{location}', outside the model's folder. That is not read.");
        if (!File.Exists(path))
            throw new InvalidDataException(
                $"'{source}': the weights of tensor '{tensor.Name}' lie in '{location}', and there is no '{path}'. "
                + "Put the file into the model's folder, or export the model with its weights inside.");
        using var file = File.OpenRead(path);
        var offset = Number("offset", 0);
        var length = Number("length", file.Length - offset);
        if (length < 0 || offset + length > file.Length || length > Array.MaxLength)
            throw new InvalidDataException(
                $"'{source}': the weights of tensor '{tensor.Name}' are said to be {length:N0} bytes from byte {offset:N0} of '{path}', "
                + $"which has {file.Length:N0}. It belongs to another model, or is cut off.");
        var bytes = new byte[length];
        file.Position = offset;
        file.ReadExactly(bytes);
        return bytes;
    }
}
