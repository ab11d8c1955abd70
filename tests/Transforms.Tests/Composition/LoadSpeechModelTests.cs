using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSer.Onnx;

namespace MlNetSer.Tests.Composition;

/// <summary>Loading where a GPU is asked for and there is none.</summary>
public sealed class LoadSpeechModelTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Without_a_gpu_it_falls_back_with_one_warning_or_says_in_one_sentence_what_to_install(bool fallback)
    {
        Assert.SkipWhen(Cuda.Failure(0) is null, "SKIPPED: this machine has CUDA.");
        using var files = new WavFolder();
        var rows = files.Rows(new MLContext(1));
        using (var made = new MLContext(1).Transforms.LoadAudio("Waveform", "AudioPath").Fit(rows))
            new MLContext(1).Model.Save(made, rows.Schema, files.Path("model.zip"));
        List<string> warnings = [];
        var ml = new MLContext(1) { GpuDeviceId = 0, FallbackToCpu = fallback };
        ml.Log += (_, e) =>
        {
            if (e.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning)
                warnings.Add(e.RawMessage);
        };

        if (!fallback)
        {
            var error = Assert.Throws<InvalidOperationException>(() => ml.LoadSpeechModel(files.Path("model.zip"), out _));
            Assert.StartsWith("MLContext.GpuDeviceId is 0, but ", error.Message);
            Assert.Contains("Build with -p:Accelerator=cuda", error.Message);
            return;
        }
        using var model = (IDisposable)ml.LoadSpeechModel(files.Path("model.zip"), out var schema);

        Assert.Contains("The model runs on the CPU. MLContext.GpuDeviceId is 0", Assert.Single(warnings));
        Assert.Equal(0, ml.GpuDeviceId);
        Assert.Equal(["AudioPath"], schema.Select(column => column.Name));
        Assert.Equal(16_000, ((ITransformer)model).Transform(rows).GetColumn<float[]>("Waveform").First().Length);
    }

    [Fact]
    public void A_missing_file_is_named()
        => Assert.Contains("There is no model at 'nowhere.zip'",
            Assert.Throws<FileNotFoundException>(() => new MLContext(1).LoadSpeechModel("nowhere.zip", out _)).Message);
}
