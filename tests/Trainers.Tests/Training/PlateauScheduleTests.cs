using System.Text.Json;
using MlNetSer.Training;

namespace MlNetSer.Tests.Training;

public sealed class PlateauScheduleTests
{
    /// <summary>
    /// The reference counts with PyTorch's patience: its rate after each epoch of a loss that never falls; ours is one more
    /// (ambiguities.md, 13).
    /// </summary>
    [Theory]
    [InlineData("plateau9", 10)]
    [InlineData("plateau10", 11)]
    public void Follows_the_reference_schedule(string name, int patience)
    {
        using var golden = Golden.Read("optim");
        var schedule = new PlateauSchedule(1e-3, patience);

        foreach (var wanted in golden.RootElement.GetProperty(name).EnumerateArray())
        {
            schedule.Observe(1);
            Assert.Equal(wanted.GetDouble(), schedule.LearningRate, 1e-12);
        }
    }

    [Fact]
    public void A_lower_loss_starts_the_count_anew()
    {
        var schedule = new PlateauSchedule(1, patience: 2);

        double[] rates = [.. new[] { 5.0, 6, 4, 5, 4, 3 }.Select(loss =>
        {
            schedule.Observe(loss);
            return schedule.LearningRate;
        })];

        Assert.Equal([1, 1, 1, 1, 0.5, 0.5], rates);
    }
}
