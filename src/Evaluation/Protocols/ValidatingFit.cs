using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.ML;

namespace MlNetSer.Protocols;

/// <summary>Finds the <c>Fit</c> of an estimator that takes validation rows (docs/decisions/0005).</summary>
/// <remarks>
/// ML.NET has no interface for it but a convention, which FastTree, LightGBM and the speech trainers keep: a public method <c>Fit</c> whose
/// first two parameters are data views.
/// What follows must be optional, a progress, or a cancellation token. Nothing that is not public is touched.
/// </remarks>
internal static class ValidatingFit
{
    private static readonly ConditionalWeakTable<Type, StrongBox<MethodInfo?>> s_found = [];

    /// <summary>Trains on the first view with the second as validation; null = the estimator takes no validation rows.</summary>
    public static Func<IDataView, IDataView, CancellationToken, ITransformer>? Of(IEstimator<ITransformer> estimator)
    {
        if (s_found.GetValue(estimator.GetType(), type => new StrongBox<MethodInfo?>(Find(type))).Value is not { } fit)
            return null;
        var parameters = fit.GetParameters();
        return (train, validation, cancellationToken) =>
        {
            object?[] arguments = [train, validation, .. parameters.Skip(2).Select(parameter => Argument(parameter, cancellationToken))];
            return (ITransformer)fit.Invoke(estimator, BindingFlags.DoNotWrapExceptions, null, arguments, null)!;
        };
    }

    private static MethodInfo? Find(Type type)
        => type.GetMethods(BindingFlags.Public | BindingFlags.Instance)
            .Where(method => method is { Name: "Fit", IsGenericMethodDefinition: false }
            && typeof(ITransformer).IsAssignableFrom(method.ReturnType)
                && method.GetParameters() is [{ ParameterType: var train }, { ParameterType: var validation }, .. var rest]
                && train == typeof(IDataView) && validation == typeof(IDataView) && rest.All(CanBeLeft))
            .OrderByDescending(method => method.GetParameters().Any(IsCancellation)).ThenBy(method => method.GetParameters().Length)
            .FirstOrDefault();

    private static bool CanBeLeft(ParameterInfo parameter) => parameter.IsOptional || IsCancellation(parameter) || IsProgress(parameter);

    private static bool IsCancellation(ParameterInfo parameter) => parameter.ParameterType == typeof(CancellationToken);

    private static bool IsProgress(ParameterInfo parameter)
        => parameter.ParameterType is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(IProgress<>);

    private static object? Argument(ParameterInfo parameter, CancellationToken cancellationToken)
        => IsCancellation(parameter) ? cancellationToken : parameter.HasDefaultValue ? parameter.DefaultValue : null;
}
