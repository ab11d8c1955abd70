namespace MlNetSer.Text.Bert;

/// <summary>Counts each cut text once, however often a data view is read. Thread-safe.</summary>
internal sealed class TextCutCounter(int maxPieceCount, IProgress<TextCut> warnings)
{
    private readonly HashSet<string> _cut = new(StringComparer.Ordinal);
    private long _pieces;

    public void Add(string text, long cut)
    {
        lock (_cut)
        {
            if (cut == 0 || !_cut.Add(text))
                return;
            _pieces += cut;
            warnings.Report(new TextCut(_cut.Count, _pieces, maxPieceCount, text));   // under the lock, so that counts only rise
        }
    }
}
