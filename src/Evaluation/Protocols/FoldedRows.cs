using Microsoft.ML;

namespace MlNetSer.Protocols;

/// <summary>The rows that take part, and the folds that divide them.</summary>
/// <param name="Kept">The rows, after the protocol's filter.</param>
/// <param name="Rows">What folds know of each.</param>
/// <param name="File">The folds.</param>
/// <param name="Corpus">Identity of the corpus; empty = unknown.</param>
/// <param name="Columns">Names of the columns.</param>
internal sealed record FoldedRows(IDataView Kept, List<FoldRow> Rows, FoldFile File, string Corpus, EvaluationColumns Columns)
{
    public static FoldedRows Of(MLContext ml, IDataView data, SpeakerCrossValidationOptions options)
    {
        var protocol = Protocol(options);
        var kept = RowSelection.Filter(ml, data, protocol.Filter);
        var rows = RowReader.Read(kept, options.Columns, SplitColumn(protocol, kept.Schema, options.Folds is not null),
            compareRecordings: !options.SkipRecordings);
        var corpus = RowReader.Corpus(kept, options.Columns);
        var file = options.Folds ?? FoldSplitter.Split(protocol, rows) with { Corpus = corpus };
        if (file.Folds.Any(fold => fold.Utterances is not null))
            RowReader.TextColumn(data, options.Columns.Utterance);   // folds that name utterances need their names
        return new FoldedRows(kept, rows, file, corpus, options.Columns);
    }

    /// <summary>The rows alone, without folds.</summary>
    public static List<FoldRow> Read(IDataView data, SpeakerCrossValidationOptions options)
    {
        var protocol = Protocol(options);
        return RowReader.Read(RowSelection.Filter(new MLContext(), data, protocol.Filter), options.Columns, protocol.SplitColumn?.Name);
    }

    /// <summary>The rows of each side of a fold.</summary>
    public (IDataView Train, IDataView Validation, IDataView Test) Sides(MLContext ml, SpeakerFold fold)
        => (Side(ml, fold.Train), Side(ml, fold.Validation), Side(ml, fold.Test));

    private IDataView Side(MLContext ml, FoldSide side) => RowSelection.Side(ml, Kept, Columns, side);

    /// <summary>The protocol of the folds; a fixed split that names no column takes that of the options.</summary>
    private static EvaluationProtocol Protocol(SpeakerCrossValidationOptions options)
    {
        if (options.Folds is { } folds)
            return folds.Protocol;
        var protocol = options.Protocol ?? EvaluationProtocol.LeaveOneSpeakerOut();
        return protocol is { Split: SplitKind.FixedSplit, SplitColumn: null }
            ? protocol with { SplitColumn = new SplitColumn { Name = options.Columns.Split } } : protocol;
    }

    /// <summary>The column with the corpus' own split; none where the data lacks it, and folds from a file need it only to be
    /// checked.</summary>
    private static string? SplitColumn(EvaluationProtocol protocol, DataViewSchema schema, bool foldsAreGiven)
        => protocol.SplitColumn is { Name: var name } && (!foldsAreGiven || RowReader.HasText(schema, name)) ? name : null;
}
