using System.Globalization;

namespace MlNetSer;

/// <summary>What <c>EmbedText</c> warns of: texts that are longer than the model can read. It prints itself as a sentence.</summary>
/// <param name="TextCount">Texts cut so far; one that is read again, or is in the data twice, counts once.</param>
/// <param name="PieceCount">Word pieces of them that were left out.</param>
/// <param name="MaxPieceCount">Pieces that the model takes, [CLS] and [SEP] included.</param>
/// <param name="LastText">The latest of these texts.</param>
public sealed record TextCut(int TextCount, long PieceCount, int MaxPieceCount, string LastText)
{
    private const int ShownLength = 40;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{TextCount:N0} {(TextCount == 1 ? "text has" : "texts have")} more than {MaxPieceCount:N0} word pieces: "
        + $"{PieceCount:N0} pieces were left out. "
        + $"The last one begins '{(LastText.Length > ShownLength ? LastText[..ShownLength] + "…" : LastText)}'.");
}
