using System.Reflection;
using System.Text.Json;
using Microsoft.ML;

namespace MlNetSer.Protocols;

/// <summary>What trains a fold, and what is known of it.</summary>
/// <param name="Train">Trains on the first view with the second as validation.</param>
/// <param name="TakesValidation">Whether the second view can reach what trains.</param>
/// <param name="SaysItUses">Whether the caller says that it is used.</param>
/// <param name="Description">Type and options of what trains; null = not known.</param>
internal sealed record FoldFit(Func<IDataView, IDataView, CancellationToken, ITransformer> Train, bool TakesValidation, bool SaysItUses,
    string? Description)
{
    public static FoldFit Of(IEstimator<ITransformer> estimator, bool usesValidation)
    {
        var fit = ValidatingFit.Of(estimator);
        return new FoldFit(fit ?? ((train, _, _) => estimator.Fit(train)), fit is not null, usesValidation, Describe(estimator));
    }

    /// <summary>A function; <c>trainer.Fit</c> as a method group tells its trainer.</summary>
    public static FoldFit Of(Func<IDataView, IDataView, CancellationToken, ITransformer> fit, bool usesValidation)
        => new(fit, TakesValidation: true, usesValidation, Describe(fit.Target));

    /// <summary>What became of the validation rows.</summary>
    public ValidationUse Use(WatchedRows validation)
        => !TakesValidation ? ValidationUse.NotTaken : SaysItUses && validation.WereRead ? ValidationUse.Used : ValidationUse.NotUsed;

    /// <summary>Type and public options: they change whenever the training does. Without options that is unknown.</summary>
    private static string? Describe(object? trainer)
    {
        if (trainer is not IEstimator<ITransformer> || OptionsOf(trainer) is not { } options)
            return null;
        try
        {
            return $"{trainer.GetType().FullName} {JsonSerializer.Serialize(options, options.GetType())}";
        }
        catch (Exception error) when (error is NotSupportedException or JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>A class that gives its options a narrower type has two properties of the name: its own counts.</summary>
    private static object? OptionsOf(object trainer)
    {
        const BindingFlags Own = BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly;
        for (var type = trainer.GetType(); type is not null; type = type.BaseType)
        {
            if (type.GetProperty("Options", Own) is { CanRead: true } own)
                return own.GetValue(trainer);
        }
        return null;
    }
}
