using MlNetSer.Training;
using TorchSharp;

namespace MlNetSer.Tests.Training;

public sealed class TrainingDeviceTests
{
    [Theory]
    [InlineData("gpu")]
    [InlineData("CUDA")]
    [InlineData("cuda:")]
    [InlineData("cuda:first")]
    [InlineData("cuda:-1")]
    public void Other_names_are_refused(string name)
        => Assert.Contains("wanted auto, cpu, cuda or cuda:n", Assert.Throws<ArgumentException>(() => TrainingDevice.Choose(name)).Message);

    [Theory]
    [InlineData("cuda")]
    [InlineData("cuda:3")]
    public void Cuda_where_there_is_none_says_how_to_get_it(string name)
    {
        Assert.SkipWhen(torch.cuda.is_available(), "SKIPPED: this machine has CUDA.");

        Assert.Contains("-p:Accelerator=cuda", Assert.Throws<InvalidOperationException>(() => TrainingDevice.Choose(name)).Message);
    }

    [Fact]
    public void Auto_takes_what_there_is()
        => Assert.Equal(torch.cuda.is_available() ? DeviceType.CUDA : DeviceType.CPU, TrainingDevice.Choose("auto").type);
}
