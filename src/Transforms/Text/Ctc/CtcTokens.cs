using MlNetSer.Text.Ctc;

namespace MlNetSer;

/// <summary>The tokens of a CTC head by id, and which of them is the blank. Immutable.</summary>
/// <remarks>
/// Token files of WeNet (<c>units.txt</c>), NeMo and sherpa (<c>tokens.txt</c>) and icefall are read alike: a token and its id in each
/// line, or tokens only, in the order of their ids. icefall's disambiguation symbols (<c>#0</c>, <c>#1</c>, ...) at the end belong to its
/// decoding graph and are left out.
/// </remarks>
public sealed class CtcTokens
{
    private readonly string[] _tokens;

    internal CtcTokens(string[] tokens, int blankId, string source) => (_tokens, BlankId, Source) = (tokens, blankId, source);

    /// <summary>Number of tokens, blank included; the width of the encoder's log-probabilities.</summary>
    public int Count => _tokens.Length;

    /// <summary>Id of the blank.</summary>
    public int BlankId { get; }

    /// <summary>Where they come from, as errors name it.</summary>
    public string Source { get; }

    /// <summary>The token as the file writes it.</summary>
    public string this[int id] => _tokens[id];

    internal string[] ToArray() => [.. _tokens];

    /// <summary>Reads a token file.</summary>
    /// <param name="path">The file, UTF-8.</param>
    /// <param name="blankId">
    /// Id of the blank; null = the token named <c>&lt;blank&gt;</c>, <c>&lt;blk&gt;</c>, <c>&lt;eps&gt;</c> or <c>&lt;pad&gt;</c>, in this
    /// order; −1 = the last: one more token after those of the file (NeMo's own vocabularies), unless the file's last has such a name.
    /// </param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">A line is not understood, an id is there twice or is missing, or nothing is the
    /// blank.</exception>
    public static CtcTokens FromFile(string path, int? blankId = null)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException(
                $"There is no token file at '{path}'. It belongs into the encoder's folder, as tokens.txt or units.txt.", path);
        return CtcTokenFile.Parse(File.ReadAllLines(path), blankId, path);
    }

    /// <summary>Tokens in the order of their ids.</summary>
    /// <inheritdoc cref="FromFile" path="/param[@name='blankId']|/exception[2]"/>
    public static CtcTokens FromList(IReadOnlyList<string> tokens, int? blankId = null)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        return CtcTokenFile.WithBlank([.. tokens], blankId, "the list of tokens");
    }
}
