namespace MlNetSer.Marks;

/// <summary>How the identities of our components begin: in a loaded model they alone say what a column holds.</summary>
internal static class IdentityMarks
{
    public const string LoadAudio = "LoadAudio: ", ExtractFilterbank = "ExtractFilterbank: ", EmbedText = "EmbedText: ",
        EmbedSpeech = "EmbedSpeech: ";

    /// <summary>What comes before the numbers of the blocks in the identity of EmbedSpeech.</summary>
    public const string Blocks = ", blocks ";

    /// <summary>Rate of what LoadAudio makes, in Hz.</summary>
    public const int LoadAudioRateHz = 16_000;
}
