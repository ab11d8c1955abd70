using MlNetSer.Experiments;

namespace MlNetSer.Tests.Jobs;

public sealed class PartTests
{
    [Fact]
    public void Parts_together_have_each_piece_once()
    {
        var parts = Enumerable.Range(1, 3).Select(i => Part.Parse($"{i}/3")).ToList();

        Assert.All(Enumerable.Range(1, 10), piece => Assert.Single(parts, part => part.Has(piece)));
    }

    [Theory]
    [InlineData("0/2")]
    [InlineData("3/2")]
    [InlineData("1")]
    [InlineData("1/2/3")]
    [InlineData("-1/2")]
    [InlineData("one/2")]
    public void What_is_no_part_is_refused_with_what_is_wanted(string text)
        => Assert.Contains("wanted is i/n with i from 1 to n, such as 2/8",
            Assert.Throws<ArgumentException>(() => Part.Parse(text)).Message);

    [Fact]
    public void A_scheduler_counts_from_0_and_the_option_overrules_it()
    {
        static string? Slurm(string variable)
            => variable switch { "SLURM_ARRAY_TASK_ID" => "2", "SLURM_ARRAY_TASK_COUNT" => "8", _ => null };
        static string? Kubernetes(string variable) => variable == "JOB_COMPLETION_INDEX" ? "0" : null;

        Assert.Equal("3/8", Part.Of(null, null, Slurm).ToString());
        Assert.Equal("1/4", Part.Of(null, 4, Kubernetes).ToString());
        Assert.Equal("1/1", Part.Of("1/1", null, Slurm).ToString());
        Assert.Equal("1/1", Part.Of(null, null, _ => null).ToString());
        Assert.Contains("nothing says of how many", Assert.Throws<ArgumentException>(() => Part.Of(null, null, Kubernetes)).Message);
        Assert.Contains("wanted is 0 to 1", Assert.Throws<ArgumentException>(() => Part.Of(null, 2, Slurm)).Message);
    }
}
