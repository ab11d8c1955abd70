using System.Globalization;

namespace MlNetSer.Experiments;

/// <summary>An evaluation protocol as a command line has it.</summary>
internal static class ProtocolText
{
    /// <summary>Whether the text names a file of folds.</summary>
    public static bool IsFile(string? text) => text is not null && text.EndsWith(".json", StringComparison.Ordinal);

    /// <summary><c>speaker</c> (also null), <c>session</c>, or <c>groups:N</c>.</summary>
    /// <exception cref="ArgumentException">The text is something else.</exception>
    public static EvaluationProtocol Parse(string? text) => text switch
    {
        null or "speaker" => EvaluationProtocol.LeaveOneSpeakerOut(),
        "session" => EvaluationProtocol.LeaveOneSessionOut(),
        _ when text.Split(':') is ["groups", var count]
            && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var groups) && groups > 1
            => EvaluationProtocol.SpeakerGroups(groups),
        _ => throw new ArgumentException(
            $"--protocol is '{text}'; wanted is speaker (leave one speaker out), session (leave one session out), "
            + "groups:N (N groups of speakers), or a fold file in JSON."),
    };
}
