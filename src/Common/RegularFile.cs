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

    /// <summary>Whether what has no length is a file without bytes, and no pipe or device. Opened for writing too, a pipe waits for
    /// nobody.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static bool IsEmpty(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
        return file.CanSeek && file.ReadByte() < 0;
    }
}
