using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSer.Experiments;

/// <summary>The part of a saved model behind the reading of audio files: it takes windows of samples.</summary>
internal static class SegmentModel
{
    /// <summary>The longest end of a model for which the columns of a <see cref="WaveformWindow"/> are enough.</summary>
    /// <exception cref="InvalidDataException">The model has no such end.</exception>
    public static ITransformer Of(MLContext ml, ITransformer model)
    {
        var window = ml.Data.LoadFromEnumerable<WaveformWindow>([]).Schema;
        ITransformer[] parts = [.. Parts(model)];
        for (var first = 0; first < parts.Length; first++)
        {
            var end = new TransformerChain<ITransformer>(parts[first..]);
            if (Takes(end, window))
                return end;
        }
        throw new InvalidDataException("The model does not work on a column 'Waveform', so it cannot be asked about parts of a recording.");
    }

    private static IEnumerable<ITransformer> Parts(ITransformer model)
        => model is TransformerChain<ITransformer> chain ? chain.SelectMany(Parts) : [model];

    private static bool Takes(ITransformer model, DataViewSchema schema)
    {
        try
        {
            return model.GetOutputSchema(schema).GetColumnOrNull("Score") is not null;
        }
        catch (ArgumentException)
        {
            return false;   // a column is missing: ML.NET has no other way to ask
        }
    }
}
