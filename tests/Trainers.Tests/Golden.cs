using System.Text.Json;

namespace MlNetSer.Tests;

/// <summary>Reference values that travel with the tests: tests/Fixtures/golden/README.md says what made them.</summary>
internal static class Golden
{
    public static JsonDocument Read(string name)
        => JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Fixtures", "golden", name + ".json")));
}
