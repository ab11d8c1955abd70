using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSer.Tests.Encoders;

/// <summary>What happens to a GPU that is asked for where there is none: these tests run on the CPU packages.</summary>
public sealed class GpuTests
{
    private sealed class SpeechRow
    {
        [VectorType]
        public float[] Waveform { get; set; } = new float[8000];
    }

    private static float[] Embed(MLContext ml)
    {
        IDataView rows = ml.Data.LoadFromEnumerable([new SpeechRow()]);
        using var embedder = ml.Transforms.EmbedSpeech("Embedding", SpeechEncoder.Untrained()).Fit(rows);
        return embedder.Transform(rows).GetColumn<float[]>("Embedding").Single();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_context_s_gpu_reaches_the_encoder_inside_a_composed_transform(bool fallbackToCpu)
    {
        Assert.SkipWhen(HasCuda, "SKIPPED: this ONNX Runtime has CUDA.");

        Assert.Contains("Build with -p:Accelerator=cuda", Assert.Throws<InvalidOperationException>(() => Embed(new MLContext(1) { GpuDeviceId = 0, FallbackToCpu = fallbackToCpu })).Message);
    }

    [Fact]
    public void A_context_without_a_gpu_embeds_on_the_cpu() => Assert.NotEmpty(Embed(new MLContext(1)));

    [Fact]
    public void The_extractor_says_how_to_get_a_gpu()
    {
        Assert.SkipWhen(HasCuda, "SKIPPED: this ONNX Runtime has CUDA.");

        Assert.Contains("Build with -p:Accelerator=cuda", Assert.Throws<InvalidOperationException>(() => new EmbeddingExtractor(SpeechEncoder.Untrained(), new EmbeddingExtractorOptions { GpuDeviceId = 0 })).Message);
    }

    private static bool HasCuda => Microsoft.ML.OnnxRuntime.OrtEnv.Instance().GetAvailableProviders().Contains("CUDAExecutionProvider");
}
