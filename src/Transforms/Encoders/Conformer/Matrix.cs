namespace MlNetSer.Encoders.Conformer;

internal static class Matrix
{
    /// <summary><c>[rows, columns]</c> to <c>[columns, rows]</c>, tile by tile: whole columns would miss the cache at every step.</summary>
    public static void Transpose(ReadOnlySpan<float> matrix, int rows, int columns, Span<float> into)
    {
        const int Tile = 32;
        for (var top = 0; top < rows; top += Tile)
        {
            for (var left = 0; left < columns; left += Tile)
            {
                for (var column = left; column < Math.Min(left + Tile, columns); column++)
                {
                    for (var row = top; row < Math.Min(top + Tile, rows); row++)
                        into[column * rows + row] = matrix[row * columns + column];
                }
            }
        }
    }
}
