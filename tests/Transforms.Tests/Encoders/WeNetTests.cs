using Microsoft.ML.OnnxRuntime;
using MlNetSer.Encoders.Conformer;
using MlNetSer.Encoders.WeNet;
using MlNetSer.Safetensors;
using MlNetSer.TestKit;

namespace MlNetSer.Tests.Encoders;

/// <summary>Checkpoints of WeNet's own, with the answers of WeNet's own code to unpadded utterances (shared/data/README.md).</summary>
public sealed class WeNetTests(ITestOutputHelper output)
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
                Close(blocks[(n * frames * 64)..][..(frames * 64)], batch.Block(i, n, frames),
                    $"utterance {i} in the batch, block {n + 1}");
            }
            Close(expected.Floats($"encoder_out.{i}"), alone.EncoderOut(0, frames), $"utterance {i}, encoder_out");
            Close(expected.Floats($"log_probs.{i}"), alone.LogProbs(0, frames), $"utterance {i}, log_probs");
            Close(expected.Floats($"log_probs.{i}"), batch.LogProbs(i, frames), $"utterance {i} in the batch, log_probs");
        }
    }

    /// <summary>
    /// Every way to place the norms, in numbers of a second implementation; <see cref="Second_implementation_agrees_with_WeNet"/> holds
    /// that one to WeNet.
    /// </summary>
    [Theory]
    [InlineData(true, true, 4, false)]
    [InlineData(true, false, 6, true)]
    [InlineData(false, true, 4, false)]
    [InlineData(false, false, 8, true)]
    public void Graph_agrees_with_a_second_implementation(bool normalizeBefore, bool afterNorm, int subsampling, bool causal)
    {
        var options = new ConformerOptions
        {
            BlockCount = 2,
            Dimension = 16,
            HeadCount = 2,
            FeedForwardSize = 20,
            KernelSize = 5,
            Subsampling = subsampling,
            Causal = causal,
            NormalizeBefore = normalizeBefore,
            AfterNorm = normalizeBefore && afterNorm,
            MelBinCount = 24,
        };
        float[] features = [.. Enumerable.Range(0, 70 * 24).Select(i => (float)(10 + 4 * Math.Sin(0.37 * i + 0.002 * i * i)))];
        var (blocks, last) = new WeNetScalarConformer(options, new SeededWeights(11))
            .Run([.. features.Chunk(24).Select(row => row.Select(v => (double)v).ToArray())]);

        using var session = new InferenceSession(ConformerGraph.Write(options, new SeededWeights(11)));
        using var x = OrtValue.CreateTensorValueFromMemory(features, [1, 70, 24]);
        using var n = OrtValue.CreateTensorValueFromMemory(new long[] { 70 }, [1]);
        using var results = session.Run(new RunOptions(), ["features", "feature_lengths"], [x, n], ["embeddings", "encoder_out"]);

        Close([.. blocks.SelectMany(block => block).SelectMany(row => row).Select(v => (float)v)], results[0].GetTensorDataAsSpan<float>()
            .ToArray(), "blocks");
        Close([.. last.SelectMany(row => row).Select(v => (float)v)], results[1].GetTensorDataAsSpan<float>().ToArray(), "encoder_out");
    }

    [Fact]
    public void Second_implementation_agrees_with_WeNet()
    {
        var folder = SharedData.Find("wenet-tiny", "conv2d6-causal");
        Assert.SkipWhen(folder is null, SharedData.Absent);
        using var expected = SafetensorsFile.Open(Path.Combine(folder!, "expected.safetensors"));
        using var checkpoint = TorchCheckpoint.Open(Path.Combine(folder!, "final.pt"));
        var options = new ConformerOptions
        {
            BlockCount = 3,
            Dimension = 64,
            HeadCount = 4,
            FeedForwardSize = 128,
            KernelSize = 8,
            Subsampling = 6,
            Causal = true
        };
        var utterance = expected.Floats("features")[(2 * 203 * 80)..][..(61 * 80)];

        var (blocks, last) = new WeNetScalarConformer(options, new WeNetWeights(checkpoint))
            .Run([.. utterance.Chunk(80).Select(row => row.Select(v => (double)v).ToArray())]);

        Close(expected.Floats("blocks.2"), [.. blocks.SelectMany(block => block).SelectMany(row => row).Select(v => (float)v)], "blocks");
        Close(expected.Floats("encoder_out.2"), [.. last.SelectMany(row => row).Select(v => (float)v)], "encoder_out");
    }

    /// <summary>Takes half a gigabyte and some seconds, so it runs when it is asked for: <c>-explicit only</c>.</summary>
    [Fact(Explicit = true)]
    public void Checkpoint_of_the_papers_size_is_imported_in_under_a_minute()
    {
        var options = new ConformerOptions { VocabularySize = 5000 };
        var folder = Directory.CreateTempSubdirectory();
        File.WriteAllText(Path.Combine(folder.FullName, "train.yaml"), WeNetCheckpointWriter.Yaml(options));
        WeNetCheckpointWriter.SaveTorch(Path.Combine(folder.FullName, "final.pt"), WeNetCheckpointWriter.Weights(options));

        var clock = System.Diagnostics.Stopwatch.StartNew();
        var encoder = SpeechEncoder.FromWeNet(folder.FullName);

        output.WriteLine($"{encoder.Model.Length / 1e6:F0} MB in {clock.Elapsed.TotalSeconds:F1} s");
        Assert.True(clock.Elapsed < TimeSpan.FromMinutes(1), $"took {clock.Elapsed}");
        folder.Delete(recursive: true);
    }

    [Fact]
    public void Kaldi_text_and_JSON_give_the_same_normalisation()
    {
        var folder = Directory.CreateTempSubdirectory().FullName;
        File.WriteAllText(Path.Combine(folder, "kaldi"), " [\n  20 40 10\n  50 200 0 ]\n");
        File.WriteAllText(Path.Combine(folder, "json"), """{"mean_stat": [20, 40], "var_stat": [50, 200], "frame_num": 10}""");

        foreach (var name in new[] { "kaldi", "json" })
        {
            var cmvn = GlobalCmvn.Load(Path.Combine(folder, name), 2);

            Assert.Equal([2f, 4f], cmvn.Mean);                    // 20 / 10, 40 / 10
            Assert.Equal([1f, 0.5f], cmvn.InverseDeviation);      // 1/√(5 − 4), 1/√(20 − 16)
        }
        Assert.Contains("statistics of 2 and 2 bins, but the encoder takes 80",
            Assert.Throws<InvalidDataException>(() => GlobalCmvn.Load(Path.Combine(folder, "json"), 80)).Message);
        File.WriteAllText(Path.Combine(folder, "text"), "hello");
        Assert.Contains("neither the JSON nor the Kaldi text form",
            Assert.Throws<InvalidDataException>(() => GlobalCmvn.Load(Path.Combine(folder, "text"), 2)).Message);
    }

    /// <summary>What lies in the padding, who else is in the batch, and how long the batch is must not matter.</summary>
    [Theory, MemberData(nameof(Variants))]
    public void Any_batch_gives_the_answer_of_each_utterance_alone(string variant)
    {
        var folder = SharedData.Find("wenet-tiny", variant);
        Assert.SkipWhen(folder is null, SharedData.Absent);
        using var expected = SafetensorsFile.Open(Path.Combine(folder!, "expected.safetensors"));
        var features = expected.Floats("features");
        int[] lengths = [.. expected.Floats("feature_lengths").Select(v => (int)v)];
        using var session = new InferenceSession(SpeechEncoder.FromWeNet(folder!).Model.ToArray());

        foreach (var (members, frames) in new[] { (new[] { 2, 0 }, 203), ([1, 2, 1], 150), ([2, 2, 0, 1, 2], 300), ([2], 64), ([1], 1000) })
        {
            var padded = new float[members.Length * frames * 80];
            Array.Fill(padded, 37f);   // log-Mel energies of a very loud noise
            for (var b = 0; b < members.Length; b++)
                Array.Copy(features, members[b] * 203 * 80, padded, b * frames * 80, lengths[members[b]] * 80);

            var answer = Run(session, padded, [.. members.Select(i => (long)lengths[i])], frames);

            for (var b = 0; b < members.Length; b++)
            {
                var (i, what) = (members[b], $"utterance {members[b]} in [{string.Join(", ", members)}] of {frames} frames");
                var real = (int)expected.Tensors[$"blocks.{i}"].Shape[1];
                Assert.Equal(real, answer.Lengths[b]);
                for (var n = 0; n < 3; n++)
                    Close(expected.Floats($"blocks.{i}")[(n * real * 64)..][..(real * 64)], answer.Block(b, n, real),
                        $"{what}, block {n + 1}");
                Close(expected.Floats($"encoder_out.{i}"), answer.EncoderOut(b, real), $"{what}, encoder_out");
                Close(expected.Floats($"log_probs.{i}"), answer.LogProbs(b, real), $"{what}, log_probs");
            }
        }
    }

    private sealed record Answer(float[] Embeddings, long[] Lengths, float[] Probabilities, float[] Last, int Frames)
    {
        public float[] EncoderOut(int b, int frames) => Last[(b * Frames * 64)..][..(frames * 64)];

        public float[] Block(int b, int n, int frames) => Embeddings[((b * 3 + n) * Frames * 64)..][..(frames * 64)];

        public float[] LogProbs(int b, int frames) => Probabilities[(b * Frames * 50)..][..(frames * 50)];
    }

    private static Answer Run(InferenceSession session, float[] features, long[] lengths, long frames)
    {
        using var x = OrtValue.CreateTensorValueFromMemory(features, [lengths.Length, frames, 80]);
        using var n = OrtValue.CreateTensorValueFromMemory(lengths, [lengths.Length]);
        using var results = session.Run(new RunOptions(), ["features", "feature_lengths"], [x, n],
            ["embeddings", "lengths", "log_probs", "encoder_out"]);
        return new Answer(results[0].GetTensorDataAsSpan<float>().ToArray(), results[1].GetTensorDataAsSpan<long>().ToArray(), results[2]
            .GetTensorDataAsSpan<float>().ToArray(),
            results[3].GetTensorDataAsSpan<float>().ToArray(), (int)results[0].GetTensorTypeAndShape().Shape[2]);
    }

    private static void Close(float[] expected, float[] actual, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        var worst = expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max();
        Assert.True(worst <= Tolerance, $"{what}: differs by {worst}");
    }
}
