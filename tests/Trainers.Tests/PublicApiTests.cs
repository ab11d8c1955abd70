using MlNetSer.TestKit;

namespace MlNetSer.Tests;

public sealed class PublicApiTests
{
    /// <summary>Each public addition shows as a changed line of a text in the repository.</summary>
    [Theory]
    [InlineData(typeof(SpeechEncoder))]
    [InlineData(typeof(SpeechTrainer))]
    [InlineData(typeof(CorpusManifest))]
    public void Public_surface_is_the_approved_one(Type anyOfIt)
    {
        var assembly = anyOfIt.Assembly;

        var difference = PublicSurface.Difference(assembly,
            Path.Combine(Repository.Root, "tests", "Trainers.Tests", "PublicApi", assembly.GetName().Name + ".txt"));

        Assert.True(difference is null, difference);
    }
}
