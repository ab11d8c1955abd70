using System.Text;
using MlNetSer.Text;

namespace MlNetSer;

/// <summary>What a splitter and an audit know of one row. Empty text = unknown.</summary>
public sealed record FoldRow
{
    /// <summary>Its name, unique in the data.</summary>
    public required string Utterance { get; init; }

    /// <summary>Who speaks.</summary>
    public required string Speaker { get; init; }

    /// <summary>The emotion.</summary>
    public string Label { get; init; } = "";

    /// <summary>Recording session: its speakers share a room.</summary>
    public string Session { get; init; } = "";

    /// <summary>The script or scenario that is played.</summary>
    public string Script { get; init; } = "";

    /// <summary>What is said.</summary>
    public string Text { get; init; } = "";

    /// <summary>The side that the corpus itself names.</summary>
    public string Split { get; init; } = "";

    /// <summary>A name of the recording, given where another row has the same one (byte for byte, or but for dither); empty for all others,
    /// and where that is unknown.</summary>
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
