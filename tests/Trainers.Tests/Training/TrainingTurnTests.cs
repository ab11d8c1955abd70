using MlNetSer.Kernels;
using MlNetSer.Training;
using TorchSharp;

namespace MlNetSer.Tests.Training;

[Collection("libtorch")]
public sealed class TrainingTurnTests
{
    [Fact]
    public void Training_sets_the_threads_of_the_process_and_puts_them_back()
    {
        var before = (Threads.Count, torch.get_num_threads());

        using (new TrainingTurn(new CtaRnnOptions { ThreadCount = 3 }, torch.CPU))
            Assert.Equal((3, 1), (Threads.Count, torch.get_num_threads()));

        Assert.Equal(before, (Threads.Count, torch.get_num_threads()));
    }

    [Fact]
    public void Second_training_waits_for_its_turn()
    {
        var threads = 0;
        var second = new Thread(() =>
        {
            using var turn = new TrainingTurn(new CtaRnnOptions { ThreadCount = 2 }, torch.CPU);
            threads = Threads.Count;
        });

        using (new TrainingTurn(new CtaRnnOptions(), torch.CPU))
        {
            second.Start();
            Assert.False(second.Join(100));
        }

        second.Join();
        Assert.Equal(2, threads);
    }
}
