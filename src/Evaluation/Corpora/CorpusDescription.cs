using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace MlNetSer;

/// <summary>
/// What is known of a corpus before its files are seen: <c>data-manifests/&lt;corpus&gt;/corpus.json</c>, which the library carries inside.
/// </summary>
public sealed record CorpusDescription
{
    // The resolver is named because single-file C# apps switch the implicit one off.
    private static readonly JsonSerializerOptions s_json =
        new(JsonSerializerDefaults.Web)
        {
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            TypeInfoResolver = new DefaultJsonTypeInfoResolver()
        };

    /// <summary>Short name, as <c>iemocap</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Name as its makers write it.</summary>
    public required string Title { get; init; }

    /// <summary>Who may use it for what.</summary>
    public required string Licence { get; init; }

    /// <summary>Where to get it.</summary>
    public required string Source { get; init; }

    /// <summary>A few of its files, relative to the folder that holds it: what a reader looks for.</summary>
    public required string Layout { get; init; }

    /// <summary>ISO 639-1 codes.</summary>
    public required IReadOnlyList<string> Languages { get; init => field = ByValue.List(value); }

    /// <summary>Of the files as distributed, in Hz; null where copies differ.</summary>
    public int? SampleRateHz { get; init; }

    /// <summary>Labelled utterances as distributed; null where releases differ.</summary>
    public int? UtteranceCount { get; init; }

    /// <summary>Speakers; null where unknown.</summary>
    public int? SpeakerCount { get; init; }

    /// <summary>Recording sessions, empty where it has none.</summary>
    public IReadOnlyList<string> Sessions { get; init => field = ByValue.List(value); } = ByValue.List<string>([]);

    /// <summary>Speakers by name, empty where they are too many to list.</summary>
    public IReadOnlyDictionary<string,
        CorpusSpeaker> Speakers
    { get; init => field = ByValue.Map(value); } = ByValue.Map(new Dictionary<string, CorpusSpeaker>());

    /// <summary>The corpus' own labels.</summary>
    public required IReadOnlyDictionary<string, CorpusLabel> Labels { get; init => field = ByValue.Map(value); }

    /// <summary>Utterances on each side of the official split, empty where it has none or releases differ.</summary>
    public IReadOnlyDictionary<string,
        int> Splits
    { get; init => field = ByValue.Map(value); } = ByValue.Map(new Dictionary<string, int>());

    /// <summary>
    /// Utterances of each part that a policy may select, as <c>improvised</c>; empty where it has none or they are not known.
    /// </summary>
    public IReadOnlyDictionary<string, int> Parts { get; init => field = ByValue.Map(value); } = ByValue.Map(new Dictionary<string, int>());

    /// <summary>Words of each script, where scripts are sentences.</summary>
    public IReadOnlyDictionary<string,
        string> Scripts
    { get; init => field = ByValue.Map(value); } = ByValue.Map(new Dictionary<string, string>());

    /// <summary>Utterances that are broken in the release itself, and how; every policy leaves them out.</summary>
    public IReadOnlyDictionary<string,
        string> KnownFaults
    { get; init => field = ByValue.Map(value); } = ByValue.Map(new Dictionary<string, string>());

    /// <summary>The policy where none is named.</summary>
    public required string DefaultPolicy { get; init; }

    /// <summary>Label policies by name.</summary>
    public required IReadOnlyDictionary<string, LabelPolicy> Policies { get; init => field = ByValue.Map(value); }

    /// <summary>What to know before using it.</summary>
    public IReadOnlyList<string> Notes { get; init => field = ByValue.List(value); } = ByValue.List<string>([]);

    internal static CorpusDescription Parse(Stream json) => JsonSerializer.Deserialize<CorpusDescription>(json, s_json)!;
}

/// <summary>A speaker of a corpus.</summary>
public sealed record CorpusSpeaker
{
    /// <summary><c>f</c> or <c>m</c>.</summary>
    public required string Gender { get; init; }

    /// <summary>The one session that the speaker is in, empty where the corpus has none.</summary>
    public string Session { get; init; } = "";

    /// <summary>Utterances as distributed; null where unknown.</summary>
    public int? UtteranceCount { get; init; }

    /// <summary>Utterances by the corpus' own label, of the labels whose count is known.</summary>
    public IReadOnlyDictionary<string,
        int> Labels
    { get; init => field = ByValue.Map(value); } = ByValue.Map(new Dictionary<string, int>());
}

/// <summary>A label of a corpus.</summary>
public sealed record CorpusLabel
{
    /// <summary>What it means.</summary>
    public required string Meaning { get; init; }

    /// <summary>Utterances as distributed; null where releases differ.</summary>
    public int? Count { get; init; }
}

/// <summary>A rule that makes our labels of a corpus' own, and leaves the rest out.</summary>
public sealed record LabelPolicy
{
    /// <summary>The rule in words.</summary>
    public required string Summary { get; init; }

    /// <summary>Our label of each corpus label that is kept.</summary>
    public required IReadOnlyDictionary<string, string> Labels { get; init => field = ByValue.Map(value); }

    /// <summary>Parts of the corpus that are kept, as <c>improvised</c>; empty = all.</summary>
    public IReadOnlyList<string> Parts { get; init => field = ByValue.List(value); } = ByValue.List<string>([]);

    /// <summary>The label is what raters heard, where the corpus also says what the actor meant.</summary>
    public bool Perceived { get; init; }

    /// <summary>Utterances that a complete copy gives, by our label; empty where unknown.</summary>
    public IReadOnlyDictionary<string,
        int> Classes
    { get; init => field = ByValue.Map(value); } = ByValue.Map(new Dictionary<string, int>());
}
