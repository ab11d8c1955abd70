using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSer.Marks;

/// <summary>Writes and reads what columns hold.</summary>
internal static class ColumnKinds
{
    /// <summary>What a column of a data view holds; null = its maker did not say.</summary>
    public static ColumnKind? Of(DataViewSchema schema, string name)
    {
        if (schema.GetColumnOrNull(name) is not { } column)
            return null;
        return Said(column.Annotations.Schema.Select(annotation => annotation.Name))
            ?? Said(schema.GetColumnOrNull(Columns.Shape(name))?.Annotations.Schema.Select(annotation => annotation.Name) ?? [])
            ?? FromIdentity(schema, column);
    }

    /// <summary>What a promised column will hold; null = its maker does not say.</summary>
    public static ColumnKind? Of(SchemaShape schema, string name)
        => Said(schema.FirstOrDefault(column => column.Name == name))
            ?? Said(schema.FirstOrDefault(column => column.Name == Columns.Shape(name)));

    /// <summary>The output of a mapping, with what one of its columns holds.</summary>
    public static SchemaDefinition Definition<T>(string column, ColumnKind kind)
    {
        var definition = SchemaDefinition.Create(typeof(T), SchemaDefinition.Direction.Write);
        definition.Single(field => field.ColumnName == column).AddAnnotation(kind.Annotation, true, BooleanDataViewType.Instance);
        return definition;
    }

    /// <summary>Adds what a column holds to its annotations.</summary>
    public static void Add(DataViewSchema.Annotations.Builder annotations, ColumnKind? kind)
    {
        if (kind is not null)
            annotations.Add(kind.Annotation, BooleanDataViewType.Instance, (ref bool value) => value = true);
    }

    private static ColumnKind? Said(SchemaShape.Column column)
        => column.Name is null || column.Annotations is null ? null : Said(column.Annotations.Select(annotation => annotation.Name));

    private static ColumnKind? Said(IEnumerable<string> annotations)
        => annotations.Select(ColumnKind.Parse).FirstOrDefault(kind => kind is not null);

    /// <summary>In a loaded model mappings have lost their annotations, but the identity stays. It says nothing of a column that a
    /// user computed in place of ours.</summary>
    private static ColumnKind? FromIdentity(DataViewSchema schema, DataViewSchema.Column column)
    {
        if (schema.GetColumnOrNull(Columns.Identity(column.Name)) is not { } identity
            || PipelineIdentity.Said(identity) is not { } text)
            return null;
        if (schema.Any(other => other.IsHidden && other.Name == column.Name && other.Type.Equals(column.Type)))
            return null;
        if (text.StartsWith(IdentityMarks.LoadAudio, StringComparison.Ordinal))
            return new ColumnKind.Waveform(IdentityMarks.LoadAudioRateHz);
        if (text.StartsWith(IdentityMarks.ExtractFilterbank, StringComparison.Ordinal))
            return new ColumnKind.Filterbank(text[text.IndexOf('{', StringComparison.Ordinal)..]);
        if (text.StartsWith(IdentityMarks.EmbedText, StringComparison.Ordinal))
            return new ColumnKind.Sequences(1, text);
        return text.StartsWith(IdentityMarks.EmbedSpeech, StringComparison.Ordinal)
            ? new ColumnKind.Sequences(BlockCount(text), text) : null;
    }

    private static int? BlockCount(string identity)
        => identity.LastIndexOf(IdentityMarks.Blocks, StringComparison.Ordinal) is var at and >= 0
            ? identity[(at + IdentityMarks.Blocks.Length)..].Split(' ').Length : null;
}
