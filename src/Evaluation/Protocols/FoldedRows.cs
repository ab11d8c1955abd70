using Microsoft.ML;

namespace MlNetSer.Protocols;

/// <summary>The rows that take part, and the folds that divide them.</summary>
/// <param name="Kept">The rows, after the protocol's filter.</param>
/// <param name="Rows">What folds know of each.</param>
/// <param name="File">The folds.</param>
/// <param name="Corpus">Identity of the corpus; empty = unknown.</param>
/// <param name="Columns">Names of the columns.</param>
internal sealed record FoldedRows(IDataView Kept, List<FoldRow> Rows, FoldFile File, string Corpus, SpeakerCrossValidationOptions Columns)
{
    public static FoldedRows Of(MLContext ml, IDataView data, SpeakerCrossValidationOptions options)
    {
        var protocol = options.Folds?.Protocol ?? options.Protocol ?? EvaluationProtocol.LeaveOneSpeakerOut(options.ValidationPolicy);
        var kept = RowReader.Filter(ml, data, protocol.Filter);
        var rows = RowReader.Read(kept, options, options.Folds is null ? protocol : RowReader.WithoutMissingColumn(protocol, kept.Schema));
        var corpus = RowReader.Corpus(kept, options);
        var file = options.Folds ?? FoldSplitter.Split(protocol, rows) with { Corpus = corpus };
        if (file.Folds.Any(fold => fold.Utterances is not null))
            RowReader.TextColumn(data, options.UtteranceColumnName);   // folds that name utterances need their names
        return new FoldedRows(kept, rows, file, corpus, options);
    }

    /// <summary>The rows of each side of a fold.</summary>
    public (IDataView Train, IDataView Validation, IDataView Test) Sides(MLContext ml, SpeakerFold fold)
        => (Side(ml, Kept, Columns, fold.TrainSpeakers, fold.Utterances?.Train),
            Side(ml, Kept, Columns, fold.ValidationSpeakers, fold.Utterances?.Validation),
            Side(ml, Kept, Columns, fold.TestSpeakers, fold.Utterances?.Test));

    /// <summary>The rows of some utterances; of some speakers where no utterances are named.</summary>
    public static IDataView Side(MLContext ml, IDataView rows, SpeakerCrossValidationOptions columns, IReadOnlyList<string> speakers,
        IReadOnlyList<string>? utterances)
        => utterances is null ? RowReader.Only(ml, rows, columns.SpeakerColumnName, speakers)
        : RowReader.Only(ml, rows, columns.UtteranceColumnName, utterances);
}
