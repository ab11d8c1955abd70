namespace MlNetSer;

/// <summary>Tells a file, which can be read again, from a named pipe, a device, or a link to one.</summary>
internal static class RegularFile
{
    /// <summary>How many bytes a file has, behind all links; 0 for a pipe or a device, which is not opened: that could wait for
    /// ever.</summary>
    /// <exception cref="IOException">A link leads nowhere, or in a circle.</exception>
    public static long Length(string path)
    {
        var file = new FileInfo(path);
        return file.LinkTarget is null ? file.Length : ((FileInfo)file.ResolveLinkTarget(returnFinalTarget: true)!).Length;
    }
}
