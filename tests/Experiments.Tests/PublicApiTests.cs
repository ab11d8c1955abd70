using MlNetSer.Experiments;
using MlNetSer.TestKit;

namespace MlNetSer.Tests;

public sealed class PublicApiTests
{
    /// <summary>Each public addition shows as a changed line of a text in the repository.</summary>
    [Fact]
    public void Public_surface_is_the_approved_one()
    {
        var difference = PublicSurface.Difference(typeof(Experiment).Assembly,
            Path.Combine(Repository.Root, "tests", "Experiments.Tests", "PublicApi", "MlNetSer.Experiments.txt"));

        Assert.True(difference is null, difference);
    }
}
