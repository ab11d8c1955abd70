namespace MlNetSer.Corpora;

/// <summary>Tells a file that cannot be audio by its first bytes, without decoding it.</summary>
internal static class AudioHeader
{
    private const int WavHeaderBytes = 44;

    /// <summary>What is wrong, or null.</summary>
    public static string? Fault(string path) => Fault(path, mustBeWav: path.EndsWith(".wav", StringComparison.OrdinalIgnoreCase));

    /// <summary>What is wrong with a file of any format, or null: nothing in it, not fetched, not to be read.</summary>
    public static string? Emptiness(string path) => Fault(path, mustBeWav: false);

    private static string? Fault(string path, bool mustBeWav)
    {
        FileStream file;
        try
        {
            file = File.OpenRead(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return File.ResolveLinkTarget(path, returnFinalTarget: false) is { } target
                ? $"a link to '{target.Name}', which is not there: fetch the content (git annex get, datalad get)"
                : "a file that may not be read";
        }
        using var open = file;
        Span<byte> head = stackalloc byte[WavHeaderBytes];
        head = head[..file.ReadAtLeast(head, WavHeaderBytes, throwOnEndOfStream: false)];
        if (head.Length == 0)
            return "an empty file";
        if (head.StartsWith("version https://git-lfs"u8))
            return "a git-lfs pointer, not audio: run git lfs pull in the corpus' repository";
        if (!mustBeWav)
            return null;
        if (head.Length < 12 || !(head.StartsWith("RIFF"u8) || head.StartsWith("RF64"u8)) || !head[8..].StartsWith("WAVE"u8))
            return "not a WAV file, whatever its name";
        return file.Length <= WavHeaderBytes ? "a WAV file without samples" : null;
    }
}
