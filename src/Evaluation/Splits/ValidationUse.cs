namespace MlNetSer;

/// <summary>What became of a fold's validation rows.</summary>
public enum ValidationUse
{
    /// <summary>The result was written before this was recorded.</summary>
    NotRecorded,

    /// <summary>The fit was given them and read them; it could choose its epoch by them.</summary>
    Used,

    /// <summary>The fit was given them and did not read them, or its caller says that it does not use them: nobody validated.</summary>
    NotUsed,

    /// <summary>The estimator has no <c>Fit</c> that takes validation rows: nobody validated.</summary>
    NotTaken,
}

/// <summary>What a result says in words of the folds' validation.</summary>
internal static class ValidationWords
{
    /// <summary>Why nobody validated some folds; null where someone did in all of them.</summary>
    public static string? NobodyValidated(IEnumerable<ValidationUse> folds)
    {
        var all = folds.ToArray();
        var without = all.Where(IsWithout).ToArray();
        if (without.Length == 0)
            return null;
        string[] reasons = [.. without.Distinct().Order().Select(Reason)];
        return $"nobody validated{(without.Length == all.Length ? "" : $" in {without.Length} of {all.Length} folds")}: "
            + $"{string.Join(" or ", reasons)}, "
            + "so the rows of the validation side were left out";
    }

    /// <summary>Whether nobody chose the epoch by these rows.</summary>
    public static bool IsWithout(ValidationUse use) => use is ValidationUse.NotUsed or ValidationUse.NotTaken;

    private static string Reason(ValidationUse use)
        => use == ValidationUse.NotTaken ? "the estimator has no Fit that takes validation rows"
        : "the fit did not use the validation rows";
}
