using System.Globalization;
using System.Text;

namespace MlNetSer;

/// <summary>How far the filling of an embedding store is.</summary>
/// <param name="Stored">Utterances of the data that are stored, by whichever process.</param>
/// <param name="Total">Utterances of the data, each counted once.</param>
/// <param name="BytesWritten">Bytes that this process has written.</param>
/// <param name="BytesExpected">Bytes that everything missing at the start will take, estimated from the utterances embedded so far; the
/// first report comes after the first is embedded and before it is written, or at once where nothing is missing.</param>
/// <param name="UtterancesPerSecond">Rate of this process since its first utterance.</param>
/// <param name="TimeLeft">At that rate; null where there is none yet.</param>
/// <param name="Note">Something that a person should know, such as the name of a damaged shard; null mostly.</param>
public readonly record struct EmbeddingProgress(int Stored, int Total, long BytesWritten, long BytesExpected, double UtterancesPerSecond,
    TimeSpan? TimeLeft, string? Note)
{
    private const double Megabyte = 1e6;

    /// <inheritdoc/>
    public override string ToString()
    {
        if (Total == 0)
            return Note ?? "";
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{Stored}/{Total} utterances");
        if (BytesExpected > 0)
            text.Append(CultureInfo.InvariantCulture, $" ({BytesWritten / Megabyte:0.0} of {BytesExpected / Megabyte:0.0} MB)");
        if (TimeLeft is { } left)
            text.Append(CultureInfo.InvariantCulture, $", {UtterancesPerSecond:0.0} per second, ")
                .Append(left.ToString(left.TotalHours < 1 ? @"m\:ss"
                : left.TotalDays < 1 ? @"h\:mm\:ss" : @"d\.hh\:mm\:ss", CultureInfo.InvariantCulture)).Append(" left");
        return text.Append(Note is null ? "" : ". " + Note).ToString();
    }
}
