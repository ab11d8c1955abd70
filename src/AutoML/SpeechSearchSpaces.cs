using Microsoft.ML.SearchSpace;
using Microsoft.ML.SearchSpace.Option;

namespace MlNetSer;

/// <summary>A sweep's space in AutoML's terms.</summary>
public static class SpeechSearchSpaces
{
    /// <summary>
    /// The options that a space varies, around a start that keeps all the others: narrower or wider than the attributes of the class, where
    /// that is wanted.
    /// </summary>
    /// <param name="start">Values of the options that are not varied, and where a search begins.</param>
    /// <param name="space">What is varied; null = what the attributes of the options class say.</param>
    public static SearchSpace<TOptions> ToSearchSpace<TOptions>(TOptions start, SweepSpace? space = null) where TOptions : class, new()
    {
        ArgumentNullException.ThrowIfNull(start);
        var made = new SearchSpace<TOptions>(start);
        if (space is null)
            return made;
        foreach (var name in made.Keys.ToArray())
            made.Remove(name);
        foreach (var option in space.Options)
            made.Add(option.Name, Option(option, typeof(TOptions).GetProperty(option.Name)?.GetValue(start)));
        return made;
    }

    private static OptionBase Option(SweptOption option, object? start) => option switch
    {
        { Choices: { } choices } => choices.Contains(start) ? new ChoiceOption([.. choices], start) : new ChoiceOption([.. choices]),
        { IsWhole: true } => new UniformIntOption((int)option.Minimum, (int)option.Maximum, option.IsLogarithmic, start is int value
        ? Math.Clamp(value, (int)option.Minimum, (int)option.Maximum) : null),
        _ => new UniformDoubleOption(option.Minimum, option.Maximum, option.IsLogarithmic, start is double value
        ? Math.Clamp(value, option.Minimum, option.Maximum) : null),
    };
}
