using System.Text.RegularExpressions;

namespace MlNetSer.Corpora;

/// <summary>
/// EMO-DB: everything is in the file name, speaker (2), sentence (3), emotion (German initial) and version, in <c>wav/</c> or any other
/// folder.
/// </summary>
internal static partial class EmoDb
{
    public static IEnumerable<CorpusEntry> Read(CorpusFolder folder)
        => from file in folder.Audio()
           let name = FileName().Match(file)
           where name.Success
           select new CorpusEntry(file, name.Groups["id"].Value, name.Groups["speaker"].Value,
               name.Groups["label"].Value)
           { Script = name.Groups["script"].Value };

    [GeneratedRegex(@"(?:^|/)(?<id>(?<speaker>\d\d)(?<script>[ab]\d\d)(?<label>[A-Z])[a-z])\.(?i:wav|flac)$")]
    private static partial Regex FileName();
}
