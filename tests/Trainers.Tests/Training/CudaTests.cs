using Microsoft.ML;
using Microsoft.ML.Data;
using TorchSharp;

namespace MlNetSer.Tests.Training;

/// <summary>For a machine with CUDA (docs/gpu.md has the commands); elsewhere skipped but for what needs none.</summary>
[Collection("libtorch")]
public sealed class CudaTests
{
    private const double Float32 = 1e-3;   // sums in another order, over a few epochs
    private const double Tf32 = 2e-2;      // 10 bits of mantissa in each product

    private static SpeechClassifier Train(string device, bool mixedPrecision,
        Func<MulticlassClassificationCatalog.MulticlassClassificationTrainers, SpeechTrainerOptions, SpeechTrainer> trainer,
        SpeechTrainerOptions options)
    {
        var ml = new MLContext(1);
        Quick.With(options, epochs: 3);
        (options.Device, options.MixedPrecision, options.BatchSize) = (device, mixedPrecision, 24);   // one batch: its order does not count
        if (options is RecurrentTrainerOptions recurrent)
            recurrent.RecurrentDropout = 0;   // a GPU draws other numbers
        return trainer(ml.MulticlassClassification.Trainers, options).Fit(Row.View(ml, Row.Make(24)));
    }

    private static SpeechClassifier CtaRnn(string device, bool mixedPrecision = false)
        => Train(device, mixedPrecision, (trainers, options) => trainers.CtaRnn((CtaRnnOptions)options), new CtaRnnOptions());

    private static SpeechClassifier WithoutRnn(string device, bool mixedPrecision = false)
        => Train(device, mixedPrecision, (trainers, options) =>
        trainers.ChannelTemporalAttention((ChannelTemporalAttentionOptions)options), new ChannelTemporalAttentionOptions());

    [Theory]
    [InlineData(false, Float32)]
    [InlineData(true, Tf32)]
    [Trait("Category", "Gpu")]
    public void A_training_on_cuda_has_the_losses_of_one_on_a_cpu(bool mixedPrecision, double tolerance)
    {
        Assert.SkipUnless(torch.cuda.is_available(), "SKIPPED: this machine has no CUDA.");

        foreach (var train in (Func<string, bool, SpeechClassifier>[])[CtaRnn, WithoutRnn])
        {
            using var onCpu = train("cpu", false);
            using var onCuda = train("cuda", mixedPrecision);
            Assert.All(onCpu.Report.Epochs.Zip(onCuda.Report.Epochs),
                pair => Assert.Equal(pair.First.TrainLoss, pair.Second.TrainLoss, tolerance));
        }
    }

    [Fact]
    [Trait("Category", "Gpu")]
    public void A_device_beyond_the_last_is_refused_with_their_number()
    {
        Assert.SkipUnless(torch.cuda.is_available(), "SKIPPED: this machine has no CUDA.");

        Assert.Contains($"libtorch sees {torch.cuda.device_count()} CUDA device(s)",
            Assert.Throws<InvalidOperationException>(() => CtaRnn("cuda:99")).Message);
    }

    [Fact]
    [Trait("Category", "Gpu")]
    public void Embedding_and_training_on_cuda_share_a_process()
    {
        Assert.SkipUnless(torch.cuda.is_available(), "SKIPPED: this machine has no CUDA.");
        var ml = new MLContext(1) { GpuDeviceId = 0, FallbackToCpu = false };
        using var trained = CtaRnn("cuda");

        var rows = ml.Data.LoadFromEnumerable([new WaveformWindow { Waveform = new float[8000] }]);
        using var embedder = ml.Transforms.EmbedSpeech("Embedding", SpeechEncoder.Untrained()).Fit(rows);

        Assert.NotEmpty(embedder.Transform(rows).GetColumn<float[]>("Embedding").Single());
    }

    [Fact]
    public void Mixed_precision_on_a_cpu_changes_no_bit()
    {
        using var plain = CtaRnn("cpu");
        using var mixed = CtaRnn("cpu", mixedPrecision: true);

        Assert.Equal(plain.Report.Epochs.Select(epoch => epoch.TrainLoss), mixed.Report.Epochs.Select(epoch => epoch.TrainLoss));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Mixed_precision_is_switched_for_a_training_and_set_back(bool allowed)
    {
        var before = (torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32);

        using (new TensorFloat32(allowed))
            Assert.Equal((allowed, allowed), (torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32));

        Assert.Equal(before, (torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32));
    }
}
