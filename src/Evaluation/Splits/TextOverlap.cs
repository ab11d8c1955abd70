namespace MlNetSer;

/// <summary>Which training rows are left out because the test says the same.</summary>
public enum TextOverlap
{
    /// <summary>All training rows stay (paper).</summary>
    Allowed,

    /// <summary>Training and validation rows whose script occurs in the test are left out.</summary>
    ScriptDisjoint,

    /// <summary>Training and validation rows whose sentence occurs in the test are left out; case and punctuation do not count.</summary>
    SentenceDisjoint,
}
