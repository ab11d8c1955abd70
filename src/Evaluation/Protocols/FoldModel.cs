using System.Collections;
using Microsoft.ML;

namespace MlNetSer;

/// <summary>The model of one fold.</summary>
public sealed record FoldModel
{
    /// <summary>Who trained it and chose its epoch.</summary>
    public required SpeakerFold Fold { get; init; }

    /// <summary>The model.</summary>
    public required ITransformer Model { get; init; }

    /// <summary>Identity of the corpus that it was trained on; empty = unknown.</summary>
    public string Corpus { get; init; } = "";

    /// <summary>What became of the fold's validation rows.</summary>
    public ValidationUse Validation { get; init; }

    /// <summary>How its fold came about; null = unknown.</summary>
    public EvaluationProtocol? Protocol { get; init; }
}

/// <summary>Models of several folds, kept for another corpus. Not thread-safe.</summary>
public sealed class FoldModels : IReadOnlyList<FoldModel>, IDisposable
{
    private readonly List<FoldModel> _models = [];

    /// <inheritdoc/>
    public int Count => _models.Count;

    /// <inheritdoc/>
    public FoldModel this[int index] => _models[index];

    /// <summary>Takes a model, and owns it: <c>options.ModelFitted = models.Add</c>.</summary>
    public void Add(FoldModel model) => _models.Add(model);

    /// <inheritdoc/>
    public IEnumerator<FoldModel> GetEnumerator() => _models.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Disposes of every model that holds something.</summary>
    public void Dispose()
    {
        foreach (var model in _models)
            (model.Model as IDisposable)?.Dispose();
        _models.Clear();
    }
}
