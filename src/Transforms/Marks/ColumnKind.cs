using System.Globalization;
using System.Text.Json;

namespace MlNetSer.Marks;

/// <summary>What a column holds, as its maker says.</summary>
/// <remarks>
/// It travels as the name of an annotation: a promised schema carries the names of annotations, but not their values. ML.NET hands
/// annotations on through copies, filters and caches; a column that a user computes has none, and is taken as it is.
/// <see cref="ColumnKinds"/> reads it.
/// </remarks>
internal abstract record ColumnKind
{
    private const string WaveformMark = "MlNetSer.Waveform ", FilterbankMark = "MlNetSer.Filterbank ",
        SequencesMark = "MlNetSer.Sequences ", Unknown = "?";

    private ColumnKind()
    {
    }

    /// <summary>The name of the annotation: it says everything.</summary>
    public abstract string Annotation { get; }

    /// <summary>What an error calls it.</summary>
    public abstract override string ToString();

    /// <summary>How many sequences lie behind each other in the column; null = its maker did not know.</summary>
    public virtual int? SequenceCount => 1;

    /// <summary>The kind that the name of an annotation says; null = it says none.</summary>
    public static ColumnKind? Parse(string annotation)
    {
        if (annotation.StartsWith(WaveformMark, StringComparison.Ordinal))
            return int.TryParse(annotation.AsSpan(WaveformMark.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var rate)
                ? new Waveform(rate) : null;
        if (annotation.StartsWith(FilterbankMark, StringComparison.Ordinal))
            return new Filterbank(annotation[FilterbankMark.Length..]);
        if (!annotation.StartsWith(SequencesMark, StringComparison.Ordinal)
            || annotation[SequencesMark.Length..].Split(' ', 2) is not [var number, var maker])
            return null;
        return new Sequences(int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : null, maker);
    }

    /// <summary>Samples of one channel in [−1, 1].</summary>
    public sealed record Waveform(int SampleRateHz) : ColumnKind
    {
        public override string Annotation => WaveformMark + SampleRateHz.ToString(CultureInfo.InvariantCulture);

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"a waveform of {SampleRateHz:N0} Hz");
    }

    /// <summary>Frames of a filterbank.</summary>
    /// <param name="Options">Its options as JSON, as <c>ExtractFilterbank</c> writes them.</param>
    public sealed record Filterbank(string Options) : ColumnKind
    {
        public override string Annotation => FilterbankMark + Options;

        public override string ToString() => "a filterbank";

        /// <summary>The options that differ from those wanted, each as "MelBinCount 40, wanted 80".</summary>
        /// <param name="wanted">As JSON, like <see cref="Options"/>.</param>
        public IReadOnlyList<string> Differences(string wanted)
        {
            using var own = JsonDocument.Parse(Options);
            using var other = JsonDocument.Parse(wanted);
            return [.. other.RootElement.EnumerateObject()
                .Select(option => (option.Name, Found: own.RootElement.TryGetProperty(option.Name, out var value)
                    ? value.ToString() : "not set", Wanted: option.Value.ToString()))
                .Where(option => option.Found != option.Wanted)
                .Select(option => $"{option.Name} {option.Found}, wanted {option.Wanted}")];
        }
    }

    /// <summary>States of an encoder, one sequence for each block.</summary>
    /// <param name="Count">Number of sequences; null = not known before a row is read.</param>
    /// <param name="Maker">The encoder's identity.</param>
    public sealed record Sequences(int? Count, string Maker) : ColumnKind
    {
        public override int? SequenceCount => Count;

        public override string Annotation => SequencesMark + (Count?.ToString(CultureInfo.InvariantCulture) ?? Unknown) + ' ' + Maker;

        public override string ToString() => Count switch
        {
            null => "embeddings",
            1 => "embeddings of one block",
            _ => string.Create(CultureInfo.InvariantCulture, $"embeddings of {Count} blocks"),
        };
    }
}
