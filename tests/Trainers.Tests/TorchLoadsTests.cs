using TorchSharp;

namespace MlNetSer.Tests;

[Collection("libtorch")]   // its random generator and its count of tensors belong to the process: one test at a time
public sealed class TorchLoadsTests
{
    [Fact]
    public void Libtorch_loads_on_this_system()
    {
        using var ones = torch.ones(2, 3);

        Assert.Equal(6f, ones.sum().item<float>());
        Assert.StartsWith("2.10", torch.__version__);
    }
}
