using Microsoft.ML.OnnxRuntime;
using MlNetSer.Embeddings;
using MlNetSer.TestKit;

namespace MlNetSer.Tests.Encoders;

/// <summary>Checkpoints of WeNet's own, with the answers of WeNet's own code to unpadded utterances (shared/data/README.md).</summary>
public sealed class WeNetTests
{
    private const double Tolerance = 1e-4;   // the issue's; random weights make outputs of up to 6

    public static TheoryData<string> Variants => ["conv2d-layernorm", "conv2d6-causal", "conv2d8-batchnorm"];

    [Theory, MemberData(nameof(Variants))]
    public void Import_agrees_with_WeNet_on_every_block_and_length_alone_and_in_a_batch(string variant)
    {
        var folder = SharedData.Find("wenet-tiny", variant);
        Assert.SkipWhen(folder is null, SharedData.Absent);
        using var expected = SafetensorsFile.Open(Path.Combine(folder!, "expected.safetensors"));
        var features = expected.Floats("features");
        long[] lengths = [.. expected.Floats("feature_lengths").Select(v => (long)v)];
        using var session = new InferenceSession(SpeechEncoder.FromWeNet(folder!).Model.ToArray());

        var batch = Run(session, features, lengths, 203);
        for (var i = 0; i < 3; i++)
        {
            var alone = Run(session, features[(i * 203 * 80)..][..(int)(lengths[i] * 80)], [lengths[i]], lengths[i]);
            var blocks = expected.Floats($"blocks.{i}");
            var frames = (int)expected.Tensors[$"blocks.{i}"].Shape[1];
            Assert.Equal(frames, batch.Lengths[i]);
            Assert.Equal(frames, alone.Lengths[0]);
            for (var n = 0; n < 3; n++)
            {
                Close(blocks[(n * frames * 64)..][..(frames * 64)], alone.Block(0, n, frames), $"utterance {i} alone, block {n + 1}");
                Close(blocks[(n * frames * 64)..][..(frames * 64)], batch.Block(i, n, frames), $"utterance {i} in the batch, block {n + 1}");
            }
            Close(expected.Floats($"log_probs.{i}"), batch.LogProbs(i, frames), $"utterance {i}, log_probs");
        }
    }

    [Fact]
    public void Kaldi_text_and_JSON_give_the_same_normalisation()
    {
        var folder = Directory.CreateTempSubdirectory().FullName;
        File.WriteAllText(Path.Combine(folder, "kaldi"), " [\n  20 40 10\n  50 200 0 ]\n");
        File.WriteAllText(Path.Combine(folder, "json"), """{"mean_stat": [20, 40], "var_stat": [50, 200], "frame_num": 10}""");

        foreach (var name in new[] { "kaldi", "json" })
        {
            var cmvn = MlNetSer.Encoders.GlobalCmvn.Load(Path.Combine(folder, name), 2);

            Assert.Equal([2f, 4f], cmvn.Mean);                    // 20 / 10, 40 / 10
            Assert.Equal([1f, 0.5f], cmvn.InverseDeviation);      // 1/√(5 − 4), 1/√(20 − 16)
        }
        Assert.Contains("statistics of 2 and 2 bins, but the encoder takes 80", Assert.Throws<InvalidDataException>(() => MlNetSer.Encoders.GlobalCmvn.Load(Path.Combine(folder, "json"), 80)).Message);
        File.WriteAllText(Path.Combine(folder, "text"), "hello");
        Assert.Contains("neither the JSON nor the Kaldi text form", Assert.Throws<InvalidDataException>(() => MlNetSer.Encoders.GlobalCmvn.Load(Path.Combine(folder, "text"), 2)).Message);
    }

    [Fact]
    public void Damaged_and_hostile_checkpoints_are_refused()
    {
        var folder = SharedData.Find("wenet-tiny", "conv2d-layernorm");
        Assert.SkipWhen(folder is null, SharedData.Absent);
        var copy = Directory.CreateTempSubdirectory().FullName;
        foreach (var file in Directory.GetFiles(folder!))
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        var weights = Path.Combine(copy, "final.pt");
        var good = File.ReadAllBytes(weights);
        string Refusal() => Assert.Throws<InvalidDataException>(() => SpeechEncoder.FromWeNet(copy)).Message;

        File.WriteAllBytes(weights, good[..(good.Length / 2)]);
        Assert.Contains("is not a PyTorch checkpoint: it is no zip file, or it is cut off", Refusal());

        WritePickle(weights, "\u0080\u0002cos\nsystem\n.");
        Assert.Contains("the class 'os.system', which is not in the list", Refusal());

        WritePickle(weights, "\u0080\u0002(i__main__\nX\n.");
        Assert.Contains("opcode 0x69", Refusal());

        WritePickle(weights, "\u0080\u0002}q");
        Assert.Contains("its end, in the middle of a value", Refusal());

        WritePickle(weights, "\u0080\u0002}.");
        Assert.Contains("holds no tensors", Refusal());

        File.WriteAllBytes(weights, good);
        var yaml = Path.Combine(copy, "train.yaml");
        var text = File.ReadAllText(yaml);
        File.WriteAllText(yaml, text.Replace("output_size: 64", "output_size: 128"));
        Assert.Contains("is [64, 1, 3, 3], but train.yaml makes it [128, 1, 3, 3]", Refusal());
        File.WriteAllText(yaml, text.Replace("num_blocks: 3", "num_blocks: 4"));
        Assert.Contains("has no tensor 'encoder.encoders.3.", Refusal());
        File.WriteAllText(yaml, text.Replace("rel_selfattn", "selfattn"));
        Assert.Contains("selfattention_layer_type is 'selfattn', but only 'rel_selfattn' can be imported", Refusal());
        File.WriteAllText(yaml, "{ not: [ yaml");
        Assert.Contains("not YAML", Refusal());
        File.Delete(yaml);
        Assert.Contains("There is no", Assert.Throws<FileNotFoundException>(() => SpeechEncoder.FromWeNet(copy)).Message);
    }

    private static void WritePickle(string path, string latin1)
    {
        using var zip = new System.IO.Compression.ZipArchive(File.Create(path), System.IO.Compression.ZipArchiveMode.Create);
        using var entry = zip.CreateEntry("archive/data.pkl").Open();
        entry.Write(System.Text.Encoding.Latin1.GetBytes(latin1));
    }

    private sealed record Answer(float[] Embeddings, long[] Lengths, float[] Probabilities, int Frames)
    {
        public float[] Block(int b, int n, int frames) => Embeddings[((b * 3 + n) * Frames * 64)..][..(frames * 64)];

        public float[] LogProbs(int b, int frames) => Probabilities[(b * Frames * 50)..][..(frames * 50)];
    }

    private static Answer Run(InferenceSession session, float[] features, long[] lengths, long frames)
    {
        using var x = OrtValue.CreateTensorValueFromMemory(features, [lengths.Length, frames, 80]);
        using var n = OrtValue.CreateTensorValueFromMemory(lengths, [lengths.Length]);
        using var results = session.Run(new RunOptions(), ["features", "feature_lengths"], [x, n], ["embeddings", "lengths", "log_probs"]);
        return new Answer(results[0].GetTensorDataAsSpan<float>().ToArray(), results[1].GetTensorDataAsSpan<long>().ToArray(), results[2].GetTensorDataAsSpan<float>().ToArray(), (int)results[0].GetTensorTypeAndShape().Shape[2]);
    }

    private static void Close(float[] expected, float[] actual, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        var worst = expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max();
        Assert.True(worst <= Tolerance, $"{what}: differs by {worst}");
    }
}
