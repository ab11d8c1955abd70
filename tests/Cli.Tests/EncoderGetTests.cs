using System.Security.Cryptography;
using System.Text.Json;

namespace MlNetSer.Tests;

/// <summary>Fetching a public encoder, from a server on loopback.</summary>
public sealed class EncoderGetTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mlnetser-get").FullName;
    private readonly LoopbackServer _server = new();

    public void Dispose()
    {
        _server.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void An_encoder_is_downloaded_verified_and_kept_so_that_its_name_is_enough()
    {
        var encoder = Encoder();
        _server["/tiny.onnx"] = encoder;
        WriteList(encoder.LongLength, Convert.ToHexStringLower(SHA256.HashData(encoder)));

        using (var get = Mlnetser("encoder", "get", "tiny", "--list", "list.json"))
            Assert.Contains("licence CC0-1.0", get.Succeed());
        using (var again = Mlnetser("encoder", "get", "tiny", "--list", "list.json"))
            again.Succeed();

        Assert.Equal(1, _server.RequestCount);   // kept
        WriteTone("tone.wav");
        using var embed = Mlnetser("embed", "tone.wav", "--encoder", "tiny");
        Assert.Contains("1/1 utterances", embed.Succeed());
    }

    [Fact]
    public void Another_file_than_the_published_one_is_refused_and_nothing_is_kept()
    {
        var encoder = Encoder();
        _server["/tiny.onnx"] = encoder;
        WriteList(encoder.LongLength, new string('0', 64));
        using (var get = Mlnetser("encoder", "get", "tiny", "--list", "list.json"))
            Assert.Contains("instead of 0000", get.Refuse(1));

        WriteList(encoder.LongLength - 1, Convert.ToHexStringLower(SHA256.HashData(encoder)));
        using (var longer = Mlnetser("encoder", "get", "tiny", "--list", "list.json"))
            Assert.Contains("more than the", longer.Refuse(1));

        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_folder, "encoders"), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_server_without_the_file_and_an_unknown_name_are_said()
    {
        WriteList(1, new string('0', 64));
        using (var absent = Mlnetser("encoder", "get", "tiny", "--list", "list.json"))
            Assert.Contains("answers 404", absent.Refuse(1));
        using var unknown = Mlnetser("encoder", "get", "huge", "--list", "list.json");
        Assert.Contains("There is no encoder 'huge' in the list; there are tiny.", unknown.Refuse(2));
    }

    [Fact]
    public void The_built_in_list_names_licences()
    {
        using var list = Mlnetser("encoder", "get");

        Assert.Contains("Apache-2.0", list.Succeed());
    }

    private ToolProcess Mlnetser(params string[] arguments)
        => ToolProcess.Start("dotnet", [ToolProcess.Program, .. arguments], _folder,
            new() { ["MLNETSER_ENCODERS"] = Path.Combine(_folder, "encoders") });

    private void WriteList(long bytes, string sha256) => File.WriteAllText(Path.Combine(_folder, "list.json"), JsonSerializer.Serialize(new
    {
        encoders = new[] { new { name = "tiny", licence = "CC0-1.0", source = "this test", address = _server.Address
            + "tiny.onnx", sha256, bytes } },
    }));

    private byte[] Encoder()
    {
        var path = Path.Combine(_folder, "source.onnx");
        SpeechEncoder.Untrained(1, new ConformerOptions
        {
            BlockCount = 2,
            Dimension = 16,
            HeadCount = 2,
            FeedForwardSize = 16,
            KernelSize = 3
        }).Save(path);
        return File.ReadAllBytes(path);
    }

    private void WriteTone(string name)
        => File.WriteAllBytes(Path.Combine(_folder, name),
            Audio.Wav.File(Audio.Wav.Format(),
                Audio.Wav.Chunk("data", Audio.Wav.Pcm16([.. Enumerable.Range(0, 8000).Select(t => (short)(8000 * Math.Sin(0.1 * t)))]))));
}
