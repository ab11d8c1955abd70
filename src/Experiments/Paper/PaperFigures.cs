namespace MlNetSer.Experiments;

/// <summary>The columns of the paper's Tables 2 and 3.</summary>
internal enum PaperSetting
{
    Iem,
    Msp,
    Msp2Iem,
    Iem2Msp,
}

/// <summary>One row of the paper's Table 1: Conformers pre-trained on two corpora, error rates in percent.</summary>
internal sealed record PaperRecognition(string Encoder, params IReadOnlyList<(string Corpus, double Wer, double Cer)> Rates)
{
    public static readonly IReadOnlyList<PaperRecognition> All =
    [
        new("Librispeech", ("IEM", 31.88, 22.28), ("MSP", 38.83, 27.24)),
        new("Gigaspeech", ("IEM", 16.43, 12.30), ("MSP", 18.68, 13.85)),
    ];

    public (double Wer, double Cer)? Find(string? corpus)
        => Rates.Where(rate => rate.Corpus == corpus).Select(rate => ((double, double)?)(rate.Wer, rate.Cer)).FirstOrDefault();
}

/// <summary>One row of the paper's Table 2 or 3.</summary>
/// <param name="Table">2 or 3.</param>
/// <param name="Label">The row as the paper calls it.</param>
/// <param name="Uar">UAR in percent, by <see cref="PaperSetting"/>.</param>
internal sealed record PaperFigures(int Table, string Label, params double[] Uar)
{
    /// <summary>Chen and Zhang 2022, Tables 2 and 3: Conformer of 12 blocks pre-trained on Gigaspeech.</summary>
    public static readonly IReadOnlyList<PaperFigures> All =
    [
        new(2, "E(2)", 66.2, 56.7, 48.0, 44.9),
        new(2, "E(6)", 71.3, 61.9, 56.8, 53.5),
        new(2, "E(12)", 71.4, 57.5, 54.7, 47.0),
        new(2, "A + E(2)", 65.4, 56.4, 47.8, 43.6),
        new(2, "A + E(6)", 71.4, 61.6, 57.3, 53.7),
        new(2, "A + E(12)", 72.3, 58.0, 56.4, 47.7),
        new(2, "T + E(2)", 74.9, 61.1, 51.8, 48.0),
        new(2, "T + E(6)", 76.5, 63.0, 59.2, 55.1),
        new(2, "T + E(12)", 72.4, 57.9, 52.6, 46.4),
        new(3, "WF-RNN", 72.8, 61.1, 56.5, 52.1),
        new(3, "EF-RNN", 74.4, 61.9, 59.1, 52.1),
        new(3, "LF-RNN", 75.3, 62.8, 58.2, 50.7),
        new(3, "CTA w/o RNN", 75.6, 62.4, 58.9, 52.9),
        new(3, "CTA-RNN", 76.1, 63.5, 59.4, 54.3),
    ];

    /// <summary>The corpora under the paper's own label policies (§4.1), by the start of their identity.</summary>
    private static readonly Dictionary<string, string> s_corpora = new(
        StringComparer.Ordinal)
    { ["iemocap/merge-excited"] = "IEM", ["msp-improv/four-class"] = "MSP" };

    public static PaperFigures? Find(string? label) => All.FirstOrDefault(row => row.Label == label);

    /// <summary>The paper's short name of a corpus; null where it is none of the paper's.</summary>
    public static string? Corpus(string identity)
        => s_corpora.FirstOrDefault(entry => identity.StartsWith(entry.Key + "/", StringComparison.Ordinal)).Value;

    /// <summary>The paper's column for a model of one corpus on another; null where a corpus is none of the paper's.</summary>
    public static PaperSetting? Column(string trained, string tested) => (Corpus(trained), Corpus(tested)) switch
    {
        ("IEM", "IEM") => PaperSetting.Iem,
        ("MSP", "MSP") => PaperSetting.Msp,
        ("MSP", "IEM") => PaperSetting.Msp2Iem,
        ("IEM", "MSP") => PaperSetting.Iem2Msp,
        _ => null,
    };
}
