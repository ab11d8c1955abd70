namespace MlNetSer.Experiments;

/// <summary>The short names that file names are made of.</summary>
internal static class ShortName
{
    /// <summary>A name with nothing but letters, digits, hyphens and underscores.</summary>
    public static string Of(string name)
        => string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '-'));
}
