using System.Security.Cryptography;
using System.Text;
using Microsoft.ML;
using Microsoft.ML.Transforms;
using MlNetSer.Corpora;

namespace MlNetSer;

/// <summary>
/// A corpus under one label policy, as a list of utterances; read from a CSV with the columns path, speaker, label and, if known,
/// utterance, session, gender, script, split, text.
/// </summary>
public sealed class CorpusManifest
{
    internal CorpusManifest(string source, string name, string policy, IReadOnlyList<Utterance> utterances)
        => (Source, Name, Policy, Utterances) = (source, name, policy, utterances);

    /// <summary>The file or folder it was read from.</summary>
    public string Source { get; }

    /// <summary>
    /// The corpus; for a file that does not say, the name of the file, or of its folder where the file is called <c>manifest</c>.
    /// </summary>
    public string Name { get; }

    /// <summary>
    /// Name of the rule that made these labels of the corpus' own, such as <c>merge-excited</c>; <c>as-given</c> for a file that does not
    /// say.
    /// </summary>
    public string Policy { get; }

    /// <summary>Every row, in file order.</summary>
    public IReadOnlyList<Utterance> Utterances { get; }

    /// <summary>Labels, in ordinal order.</summary>
    public IReadOnlyList<string> Classes => [.. Utterances.Select(u => u.Label).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Speakers, in ordinal order.</summary>
    public IReadOnlyList<string> Speakers => [.. Utterances.Select(u => u.Speaker).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>
    /// First 16 hexadecimal digits of a SHA-256 over name, speaker, session and label of every utterance, whatever their order and wherever
    /// the audio lies.
    /// </summary>
    public string Fingerprint => Digest(u => [u.Id, u.Speaker, u.Session, u.Label]);

    /// <summary>The same over name, script, split and text: what folds may be made from, too.</summary>
    internal string DetailsFingerprint => Digest(u => [u.Id, u.Script, u.Split, u.Text]);

    /// <summary>
    /// What a result must name to be comparable: corpus, policy, count and fingerprint, as <c>emodb/four-class/339-0123456789abcdef</c>.
    /// </summary>
    public string Identity => $"{Name}/{Policy}/{Utterances.Count}-{Fingerprint}";

    /// <summary>Utterances whose file is not there.</summary>
    public IReadOnlyList<Utterance> Missing() => [.. Utterances.Where(u => !File.Exists(u.Path))];

    /// <summary>Refuses a manifest whose audio is not all there, before anything is computed.</summary>
    /// <exception cref="FileNotFoundException">Files are missing; the message counts them and names the first twenty.</exception>
    public void EnsureFiles()
    {
        if (Missing() is { Count: > 0 } missing)
            throw new FileNotFoundException($"{missing.Count} of the {Utterances.Count} audio files of '{Source}' are missing: "
                + string.Join(", ", missing.Take(ManifestCheck.Shown).Select(u => u.Path))
                + (missing.Count > ManifestCheck.Shown ? ", .... " : ". ")
                + $"Put them there, or leave their rows out; {nameof(Missing)}() lists them all.", missing[0].Path);
    }

    /// <summary>
    /// Reads a manifest; relative paths start at its folder. Columns are found by name, in any order and case; others are left alone.
    /// </summary>
    /// <remarks>UTF-8, or UTF-16 with a byte order mark. Comma, semicolon or tab divides cells, as the header does. Paths may have the
    /// backslashes of Windows.</remarks>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">A column is missing, a row has another number of cells than the header, a cell is empty,
    /// bytes are not UTF-8,
    /// a path or an utterance's name occurs twice, there are no rows, or they are not those that the first line vouches for.</exception>
    public static CorpusManifest Load(string path) => ManifestFile.Load(path, null);

    /// <summary>Reads a manifest that is not UTF-8, such as <c>Encoding.Latin1</c>; a byte order mark wins.</summary>
    /// <inheritdoc cref="Load(string)"/>
    public static CorpusManifest Load(string path, Encoding encoding)
    {
        ArgumentNullException.ThrowIfNull(encoding);
        return ManifestFile.Load(path, encoding);
    }

    /// <summary>Looks at everything that would cost a day if it were found after the features: missing and empty files, too few speakers,
    /// one class,
    /// names that differ in case or blanks, files with the same recording. Nothing is refused; <see cref="ManifestCheck.ThrowIfInvalid"/>
    /// does.</summary>
    /// <param name="wantedClasses">Classes that must be there; none = those that are.</param>
    public ManifestCheck Check(params IReadOnlyList<string> wantedClasses) => ManifestCheck.Of(this, wantedClasses);

    /// <summary>Writes the manifest as CSV (UTF-8), with the audio's paths relative to it, under a first line that carries name, policy,
    /// count and fingerprint: <see cref="Load(string)"/> gives all of it back.</summary>
    /// <exception cref="ArgumentException">A line break or semicolon in <see cref="Name"/> or <see cref="Policy"/>.</exception>
    public void Save(string path) => ManifestFile.Save(this, path);

    /// <summary>
    /// The columns AudioPath, Utterance, Speaker, Session, Gender, Script, Split, Text, Corpus (text; the last is the
    /// <see cref="Identity"/>) and Label (key, classes in ordinal order).
    /// </summary>
    /// <param name="ml">The context.</param>
    /// <param name="allowMissingFiles">Whether audio may be missing. The default is false: it is refused here, before anything is
    /// computed.</param>
    /// <exception cref="FileNotFoundException">Files are missing; the message counts them and names the first twenty.</exception>
    public IDataView ToDataView(MLContext ml, bool allowMissingFiles = false)
    {
        ArgumentNullException.ThrowIfNull(ml);
        if (!allowMissingFiles)
            EnsureFiles();
        var identity = Identity;
        var rows = ml.Data.LoadFromEnumerable(Utterances.Select(u => new Row
        {
            AudioPath = u.Path,
            Utterance = u.Id,
            Speaker = u.Speaker,
            Session = u.Session,
            Gender = u.Gender,
            Script = u.Script,
            Split = u.Split,
            Text = u.Text,
            Corpus = identity,
            Label = u.Label,
        }));
        return ml.Transforms.Conversion.MapValueToKey("Label", keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue).Fit(rows)
            .Transform(rows);
    }

    /// <summary>Whether both are read from one place and have the same utterances.</summary>
    public override bool Equals(object? obj)
        => obj is CorpusManifest other && (Source, Name, Policy) == (other.Source, other.Name, other.Policy)
        && Utterances.SequenceEqual(other.Utterances);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Source, Name, Policy, Utterances.Count);

    private string Digest(Func<Utterance, string[]> cells)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var row in Utterances.Select(u => string.Join('\u001f', cells(u).Select(cell => cell.Trim())))
            .Order(StringComparer.Ordinal))
            hash.AppendData(Encoding.UTF8.GetBytes(row + '\n'));
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }

    private sealed class Row
    {
        public string AudioPath { get; set; } = "";
        public string Utterance { get; set; } = "";
        public string Speaker { get; set; } = "";
        public string Session { get; set; } = "";
        public string Gender { get; set; } = "";
        public string Script { get; set; } = "";
        public string Split { get; set; } = "";
        public string Text { get; set; } = "";
        public string Corpus { get; set; } = "";
        public string Label { get; set; } = "";
    }
}
