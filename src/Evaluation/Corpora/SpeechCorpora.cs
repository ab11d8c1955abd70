using System.Reflection;
using MlNetSer.Corpora;

namespace MlNetSer;

/// <summary>Reads published emotion corpora as distributed: a folder in, a manifest and a list of differences out.</summary>
public static class SpeechCorpora
{
    private static readonly SortedDictionary<string, Func<CorpusFolder, IEnumerable<CorpusEntry>>> s_readers = new(StringComparer.Ordinal)
    {
        ["crema-d"] = CremaD.Read,
        ["emodb"] = EmoDb.Read,
        ["esd"] = Esd.Read,
        ["iemocap"] = Iemocap.Read,
        ["meld"] = Meld.Read,
        ["msp-improv"] = MspImprov.Read,
        ["msp-podcast"] = MspPodcast.Read,
        ["ravdess"] = Ravdess.Read,
        ["savee"] = Savee.Read,
        ["tess"] = Tess.Read,
    };

    /// <summary>Corpora that can be read, in ordinal order.</summary>
    public static IReadOnlyList<string> Names => [.. s_readers.Keys];

    /// <summary>Reads a corpus, applies a label policy and checks all of it against the published counts.</summary>
    /// <param name="corpus">One of <see cref="Names"/>.</param>
    /// <param name="folder">The folder that holds the corpus as distributed, or a parent of it.</param>
    /// <param name="policy">One of the <see cref="CorpusDescription.Policies"/>; null = its default.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such corpus or policy.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">The folder holds nothing of this corpus, or nothing that the policy keeps.</exception>
    public static CorpusReading Read(string corpus, string folder, string? policy = null)
    {
        var description = Describe(corpus);
        policy ??= description.DefaultPolicy;
        if (!description.Policies.ContainsKey(policy))
            throw new ArgumentOutOfRangeException(nameof(policy),
                $"{description.Title} has no label policy '{policy}'. It has: {string.Join(", ", description.Policies.Keys)}.");
        var files = new CorpusFolder(folder);
        return CorpusCheck.Read(description, policy, files, s_readers[corpus](files));
    }

    /// <summary>What is known of a corpus: licence, source, speakers, labels, policies, expected counts.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such corpus.</exception>
    public static CorpusDescription Describe(string corpus)
    {
        if (!s_readers.ContainsKey(corpus))
            throw new ArgumentOutOfRangeException(nameof(corpus),
                $"There is no corpus '{corpus}'. There are: {string.Join(", ", s_readers.Keys)}. Any other comes in as a CSV file: "
                + $"see {nameof(CorpusManifest)}.{nameof(CorpusManifest.Load)}.");
        using var json = Assembly.GetExecutingAssembly().GetManifestResourceStream($"data-manifests/{corpus}/corpus.json")!;
        return CorpusDescription.Parse(json);
    }
}
