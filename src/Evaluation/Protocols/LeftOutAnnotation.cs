using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSer.Protocols;

/// <summary>What columns say of rows that were left out before the data came here, such as recordings that could not be read.</summary>
internal static class LeftOutAnnotation
{
    private const string Name = "MlNetSer.LeftOut";

    public static IReadOnlyList<string> Read(DataViewSchema schema)
    {
        List<string> said = [];
        foreach (var annotations in schema.Where(column => !column.IsHidden).Select(column => column.Annotations))
        {
            if (annotations.Schema.GetColumnOrNull(Name) is not { Type: TextDataViewType })
                continue;
            ReadOnlyMemory<char> text = default;
            annotations.GetValue(Name, ref text);
            if (!text.IsEmpty && !said.Contains(text.ToString()))
                said.Add(text.ToString());
        }
        return said;
    }
}
