using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSer.Onnx;

namespace MlNetSer.Tests.Encoders;

/// <summary>
/// What happens to a GPU that is asked for where there is none, on the CPU packages; with CUDA, what it gives (docs/gpu.md has the
/// commands).
/// </summary>
public sealed class GpuTests
{
    private sealed class SpeechRow
    {
        [VectorType]
        public float[] Waveform { get; set; } = new float[8000];

        public string Name { get; set; } = "silence";
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
        Assert.SkipWhen(HasCuda, "SKIPPED: this machine has CUDA.");
        var ml = new MLContext(1) { GpuDeviceId = 0, FallbackToCpu = fallbackToCpu };
        if (fallbackToCpu && HasCudaPackage)
        {
            Assert.Equal(Embed(new MLContext(1)), Embed(ml));   // ML.NET comes to its fallback; with the CPU package it does not
            return;
        }

        var message = Assert.Throws<InvalidOperationException>(() => Embed(ml)).Message;

        Assert.StartsWith("MLContext.GpuDeviceId is set, but ", message);
        Assert.Contains("Build with -p:Accelerator=cuda", message);
    }

    [Fact]
    [Trait("Category", "Gpu")]
    public void The_encoder_gives_on_cuda_what_it_gives_on_a_cpu()
    {
        Assert.SkipUnless(HasCuda, "SKIPPED: this machine has no CUDA.");
        const float Tolerance = 2e-2f;   // ONNX Runtime multiplies in TF32 there by default: 10 bits of mantissa in each product

        float[] onCpu = Embed(new MLContext(1)), onCuda = Embed(new MLContext(1) { GpuDeviceId = 0, FallbackToCpu = false });

        Assert.Equal(onCpu.Length, onCuda.Length);
        Assert.All(onCpu.Zip(onCuda), pair => Assert.Equal(pair.First, pair.Second, Tolerance));
    }

    [Fact]
    public void A_context_without_a_gpu_embeds_on_the_cpu() => Assert.NotEmpty(Embed(new MLContext(1)));

    [Fact]
    public void The_extractor_says_how_to_get_a_gpu()
    {
        Assert.SkipWhen(HasCuda, "SKIPPED: this machine has CUDA.");

        Assert.Contains("Build with -p:Accelerator=cuda",
            Assert.Throws<InvalidOperationException>(() =>
            new EmbeddingExtractor(SpeechEncoder.Untrained(), new EmbeddingExtractorOptions { GpuDeviceId = 0 })).Message);
    }

    [Fact]
    public void A_store_that_is_told_to_use_a_gpu_says_how_to_get_one()
    {
        Assert.SkipWhen(HasCuda, "SKIPPED: this machine has CUDA.");
        var folder = Directory.CreateTempSubdirectory("gpu-store-");
        try
        {
            var ml = new MLContext(1);
            IDataView rows = ml.Data.LoadFromEnumerable([new SpeechRow()]);
            using var embedder = ml.Transforms.EmbedSpeech("Embedding", SpeechEncoder.Untrained()).Fit(rows);
            var options = new EmbeddingStoreOptions
            {
                AudioPathColumnName = null,
                KeyColumnNames = [nameof(SpeechRow.Name)],
                GpuDeviceId = 0
            };

            Assert.Contains("Build with -p:Accelerator=cuda",
                Assert.Throws<InvalidOperationException>(() => embedder.Transform(rows).Cached(folder.FullName, options: options)).Message);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static bool HasCudaPackage
        => Microsoft.ML.OnnxRuntime.OrtEnv.Instance().GetAvailableProviders().Contains("CUDAExecutionProvider");

    /// <summary>Asks for a device, not for a package: the package is there on machines without a GPU too.</summary>
    private static bool HasCuda => Cuda.Failure(0) is null;
}
