using System.Diagnostics;
using System.Runtime.Intrinsics;

namespace MlNetSer.Tests.Kernels;

public sealed class NarrowerVectorsTests
{
    /// <summary>The 256-bit tile would never be tested on a processor with fast 512-bit vectors.</summary>
    [Fact]
    public async Task Kernels_pass_their_tests_without_512_bit_vectors()
    {
        Assert.SkipUnless(Vector512.IsHardwareAccelerated,
            "SKIPPED: this processor has no fast 512-bit vectors, so every kernel test ran without them.");
        var start = new ProcessStartInfo("dotnet", [typeof(NarrowerVectorsTests).Assembly.Location, "-class", "*GemmTests", "-class",
            "*GroupedGruTests", "-noColor"])
        { RedirectStandardOutput = true };
        start.Environment["DOTNET_EnableAVX512"] = "0";     // .NET 10's name
        start.Environment["DOTNET_EnableAVX512F"] = "0";    // and the one before
        using var process = Process.Start(start)!;

        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.True(process.ExitCode == 0, output);
        Assert.Contains("Failed: 0", output);
    }
}
