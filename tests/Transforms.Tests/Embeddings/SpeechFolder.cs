using Microsoft.ML;
using MlNetSer.Tests.Audio;

namespace MlNetSer.Tests.Embeddings;

/// <summary>A folder with short recordings of tones and a place for stores; gone after the test.</summary>
internal sealed class SpeechFolder : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("mlnetser-speech-").FullName;

    /// <param name="count">Recordings, of 0.3 to 0.9 seconds, no two alike.</param>
    public SpeechFolder(int count)
    {
        Directory.CreateDirectory(AudioFolder);
        Audio = [.. Enumerable.Range(0, count).Select(Tone)];
    }

    public MLContext Ml { get; } = new(1);

    public string[] Audio { get; }

    public string AudioFolder => Path.Combine(_root, "audio");

    public string Store => InStore("store");

    public string InStore(string name) => Path.Combine(_root, name);

    public IDataView Data(IEnumerable<string>? audio = null) => SpeechPipeline.Data(Ml, audio ?? Audio, SpeechEncoder.Untrained());

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private string Tone(int number)
    {
        var path = Path.Combine(AudioFolder, $"tone-{number:00}.wav");
        var samples = Enumerable.Range(0, 4800 + number * 7 % 5 * 2400).Select(t => (short)(8000 * Math.Sin((0.05 + 0.01 * number) * t)));
        File.WriteAllBytes(path, Wav.File(Wav.Format(), Wav.Chunk("data", Wav.Pcm16([.. samples]))));
        return path;
    }
}
