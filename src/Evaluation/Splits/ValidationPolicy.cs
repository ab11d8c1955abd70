namespace MlNetSer;

/// <summary>Who validates: chooses the epoch without seeing the test rows.</summary>
public enum ValidationPolicy
{
    /// <summary>
    /// One speaker out: the session partner where every speaker has exactly one, else the next speaker; the audit names those who have none
    /// among others who have. Sessions or groups out: the next one. Fixed split: its own validation rows.
    /// </summary>
    Auto,

    /// <summary>The other speaker of the test speaker's session (paper, §4.2.3). It shares room and dialogues with the test.</summary>
    SessionPartner,

    /// <summary>The next speaker in ordinal order; the first after the last.</summary>
    NextSpeaker,

    /// <summary>
    /// All speakers of the next session in ordinal order. Where one speaker is left out, its session partners are on no side.
    /// </summary>
    NextSession,

    /// <summary>The next speaker group; the first after the last.</summary>
    NextGroup,

    /// <summary>Speakers drawn by seed from those that would train.</summary>
    RandomSpeakers,
}
