namespace MlNetSer.Embeddings.Filling;

/// <summary>Tells an utterance that cannot be embedded from a machine on which nothing can.</summary>
internal static class UtteranceFault
{
    /// <summary>Whether the next utterance may fare better.</summary>
    public static bool IsOfOne(Exception error) => error is not (OperationCanceledException or OutOfMemoryException or DllNotFoundException
        or EntryPointNotFoundException or TypeInitializationException or BadImageFormatException or FileLoadException
        or ObjectDisposedException);

    /// <summary>What an error says of an utterance, in one line and without the name of a parameter of ours.</summary>
    public static string Reason(Exception error)
    {
        if (error is AudioTooShortException tooShort)
            return tooShort.Reason;
        var text = error.Message.ReplaceLineEndings(" ").TrimEnd();
        return error is ArgumentException { ParamName: { Length: > 0 } name }
            ? text.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal) : text;
    }
}
