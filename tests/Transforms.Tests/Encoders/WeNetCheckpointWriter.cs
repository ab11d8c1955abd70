using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using MlNetSer.Encoders.Conformer;

namespace MlNetSer.Tests.Encoders;

/// <summary>A pickle written opcode by opcode (Python's protocol 2), good or hostile.</summary>
internal sealed class Pickle
{
    private readonly MemoryStream _bytes = new();

    public Pickle() => Raw(0x80, 2);

    public Pickle Raw(params byte[] bytes)
    {
        _bytes.Write(bytes);
        return this;
    }

    public Pickle Raw(string latin1) => Raw(Encoding.Latin1.GetBytes(latin1));

    public Pickle Text(string text) => Raw([(byte)'X', .. Four(Encoding.UTF8.GetByteCount(text)), .. Encoding.UTF8.GetBytes(text)]);

    public Pickle Number(long value)
    {
        if (value is >= int.MinValue and <= int.MaxValue)
            return Raw([(byte)'J', .. Four((int)value)]);
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return Raw([0x8a, 8, .. bytes]);
    }

    public Pickle Numbers(params ReadOnlySpan<long> values)
    {
        Raw("(");
        foreach (var value in values)
            Number(value);
        return Raw("t");
    }

    /// <summary>What PyTorch writes for a tensor.</summary>
    public Pickle Tensor(string key, long[] shape, long[]? strides = null, long offset = 0, long? storageCount = null,
        string kind = "FloatStorage")
    {
        strides ??= [.. shape.Select((_, axis) => shape[(axis + 1)..].Aggregate(1L, (a, b) => a * b))];
        var count = storageCount ?? shape.Aggregate(1L, (a, b) => a * b);
        Raw("ctorch._utils\n_rebuild_tensor_v2\n((").Text("storage").Raw($"ctorch\n{kind}\n").Text(key).Text("cpu").Number(count).Raw("tQ");
        return Number(offset).Numbers(shape).Numbers(strides).Raw(0x89).Raw("ccollections\nOrderedDict\n)RtR");
    }

    public byte[] End()
    {
        Raw(".");
        return _bytes.ToArray();
    }

    /// <summary>A zip as torch.save lays it out, without compression.</summary>
    public static void Save(string path, byte[] pickle, IEnumerable<(string Key, byte[] Bytes)>? storages = null,
        CompressionLevel level = CompressionLevel.NoCompression)
    {
        using var zip = new ZipArchive(File.Create(path), ZipArchiveMode.Create);
        foreach (var (name, bytes) in ((string, byte[])[])[
            ("data.pkl", pickle), .. (storages ?? []).Select(s => ("data/" + s.Key, s.Bytes))])
        {
            using var entry = zip.CreateEntry("archive/" + name, level).Open();
            entry.Write(bytes);
        }
    }

    private static byte[] Four(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }
}

/// <summary>WeNet folders of any size with seeded weights, by the names and sizes that the graph asks for.</summary>
internal static class WeNetCheckpointWriter
{
    /// <summary>Remembers what a Conformer of these options asks for.</summary>
    private sealed class Recorder(IConformerWeights inner) : IConformerWeights
    {
        public List<(string Name, long[] Shape, float[] Values)> Asked { get; } = [];

        public float[] Get(string name, params long[] shape)
        {
            var values = inner.Get(name, shape);
            Asked.Add((name, shape, values));
            return values;
        }
    }

    public static IReadOnlyList<(string Name, long[] Shape, float[] Values)> Weights(ConformerOptions options, int seed = 1)
    {
        var recorder = new Recorder(new SeededWeights(seed));
        ConformerGraph.Write(options, recorder);
        return recorder.Asked;
    }

    /// <param name="pack">Bytes of a tensor's storage; null = float32.</param>
    public static void SaveTorch(string path, IReadOnlyList<(string Name, long[] Shape, float[] Values)> weights, string prefix = "",
        string kind = "FloatStorage", Func<float[], byte[]>? pack = null)
    {
        var pickle = new Pickle().Raw("ccollections\nOrderedDict\n)R(");
        for (var i = 0; i < weights.Count; i++)
            pickle.Text(prefix + weights[i].Name).Tensor($"{i}", weights[i].Shape, kind: kind);
        pickle.Raw("u");
        Pickle.Save(path, pickle.End(), weights.Select(
            (w, i) => ($"{i}", pack is null ? MemoryMarshal.AsBytes(w.Values.AsSpan()).ToArray() : pack(w.Values))));
    }

    public static void SaveSafetensors(string path, IReadOnlyList<(string Name, long[] Shape, float[] Values)> weights)
    {
        var (header, at) = (new StringBuilder("{"), 0L);
        foreach (var (name, shape, values) in weights)
        {
            var (comma, end) = (at > 0 ? "," : "", at + 4L * values.Length);
            header.Append($"{comma}\"{name}\":{{\"dtype\":\"F32\",\"shape\":[{string.Join(',', shape)}],\"data_offsets\":[{at},{end}]}}");
            at += 4L * values.Length;
        }
        var json = Encoding.UTF8.GetBytes(header.Append('}').ToString());
        using var file = new BinaryWriter(File.Create(path));
        file.Write((long)json.Length);
        file.Write(json);
        foreach (var (_, _, values) in weights)
            file.Write(MemoryMarshal.AsBytes(values.AsSpan()));
    }

    public static string Yaml(ConformerOptions o) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"""
        encoder: conformer
        encoder_conf:
            output_size: {o.Dimension}
            attention_heads: {o.HeadCount}
            linear_units: {o.FeedForwardSize}
            num_blocks: {o.BlockCount}
            input_layer: {(o.Subsampling == 4 ? "conv2d" : $"conv2d{o.Subsampling}")}
            normalize_before: {(o.NormalizeBefore ? "true" : "false")}
            final_norm: {(o.AfterNorm ? "true" : "false")}
            cnn_module_kernel: {o.KernelSize}
            causal: {(o.Causal ? "true" : "false")}
            cnn_module_norm: '{(o.ConvolutionNorm == ConvolutionNorm.Layer ? "layer_norm" : "batch_norm")}'
        input_dim: {o.MelBinCount}
        output_dim: {o.VocabularySize}

        """);
}
