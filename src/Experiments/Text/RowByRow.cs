using Microsoft.ML;
using MlNetSer.Embeddings.Filling;

namespace MlNetSer.Experiments;

/// <summary>Runs a model over rows one at a time, so that a recording that cannot be read costs no other one.</summary>
internal static class RowByRow
{
    /// <summary>What the model makes of each row that it can take.</summary>
    /// <param name="ml">The context.</param>
    /// <param name="model">The model.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="name">What a person calls a row.</param>
    /// <param name="bad">Takes the rows that it cannot take, and why.</param>
    public static IEnumerable<(TRow Row, TResult Result)> Run<TRow, TResult>(MLContext ml, ITransformer model, IReadOnlyList<TRow> rows,
        Func<TRow, string> name, ICollection<UnreadableUtterance> bad)
        where TRow : class
        where TResult : class, new()
    {
        for (var i = 0; i < rows.Count; i++)
        {
            TResult result;
            try
            {
                result = ml.Data.CreateEnumerable<TResult>(model.Transform(ml.Data.LoadFromEnumerable([rows[i]])), reuseRowObject: false,
                    ignoreMissingColumns: true).Single();
            }
            catch (Exception error) when (UtteranceFault.IsOfOne(error.GetBaseException()))
            {
                bad.Add(new UnreadableUtterance(i, name(rows[i]), UtteranceFault.Reason(error.GetBaseException())));
                continue;
            }
            yield return (rows[i], result);
        }
    }

    /// <summary>Lists all rows that could not be taken.</summary>
    /// <exception cref="UnreadableUtterancesException">There are some.</exception>
    public static void Refuse(IReadOnlyList<UnreadableUtterance> bad, int count)
    {
        if (bad.Count > 0)
            throw new UnreadableUtterancesException(FormattableString.Invariant(
                $"{bad.Count} of {count} utterances cannot be transcribed; the others are."), bad, "Mend the files, or leave them out.");
    }
}
