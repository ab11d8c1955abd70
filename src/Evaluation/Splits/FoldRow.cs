using System.Text;
using MlNetSer.Text;

namespace MlNetSer;

/// <summary>What a splitter and an audit know of one row. Empty text = unknown.</summary>
/// <param name="Utterance">Its name, unique in the data.</param>
/// <param name="Speaker">Who speaks.</param>
/// <param name="Label">The emotion.</param>
/// <param name="Session">Recording session: its speakers share a room.</param>
/// <param name="Script">The script or scenario that is played.</param>
/// <param name="Text">What is said.</param>
/// <param name="Split">The side that the corpus itself names.</param>
public sealed record FoldRow(string Utterance, string Speaker, string Label = "", string Session = "", string Script = "",
    string Text = "", string Split = "")
{
    /// <summary>A name of the recording, given where another row has the same one (byte for byte, or but for dither); empty for all others,
    /// and where nobody knows.</summary>
    public string Recording { get; init; } = "";

    /// <summary>The text in lower case, letters and digits only: "What's that?!" and "whats that" are one sentence.</summary>
    internal string Sentence()
    {
        var words = new StringBuilder(Text.Length);
        foreach (var character in CanonicalForm.Composed(Windows1252.Restored(Text)))
        {
            if (char.IsLetterOrDigit(character))
                words.Append(char.ToLowerInvariant(character));
            else if (char.IsWhiteSpace(character) && words.Length > 0 && words[^1] != ' ')
                words.Append(' ');
        }
        return words.ToString().TrimEnd();
    }
}
