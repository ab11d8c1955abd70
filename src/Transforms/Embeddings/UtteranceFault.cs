namespace MlNetSer.Embeddings;

/// <summary>Tells an utterance that cannot be embedded from a machine on which nothing can.</summary>
internal static class UtteranceFault
{
    /// <summary>Whether the next utterance may fare better.</summary>
    public static bool IsOfOne(Exception error) => error is not (OperationCanceledException or OutOfMemoryException or DllNotFoundException
        or EntryPointNotFoundException or TypeInitializationException or BadImageFormatException or FileLoadException
        or ObjectDisposedException);
}
