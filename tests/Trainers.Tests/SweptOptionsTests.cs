using System.Reflection;

namespace MlNetSer.Tests;

/// <summary>What the options classes say of themselves to a sweep, the built-in one and AutoML's alike.</summary>
public sealed class SweptOptionsTests
{
    private const string Shared = "BalanceClasses HeadCount HeadSize LearningRate",
        Recurrent = "BalanceClasses HeadCount HeadSize HiddenSize LearningRate RecurrentDropout";

    private static SweepSpace Space(Type options)
        => (SweepSpace)typeof(SweepSpace).GetMethod(nameof(SweepSpace.Of))!.MakeGenericMethod(options).Invoke(null, null)!;

    private static Type[] Classes
        => [.. typeof(SpeechTrainerOptions).Assembly.GetTypes()
        .Where(type => !type.IsAbstract && type.IsAssignableTo(typeof(SpeechTrainerOptions)))];

    [Fact]
    public void Every_trainer_of_the_catalog_has_a_class_of_options_of_its_own()
        => Assert.Equal(
            typeof(SpeechTrainersCatalog).GetMethods(BindingFlags.Public | BindingFlags.Static)
                .Select(method => method.GetParameters()[1]).Where(parameter => parameter.Name == "options")
                .Select(parameter => parameter.ParameterType.Name).Distinct().Order(),
            Classes.Select(type => type.Name).Order());

    [Fact]
    public void Options_are_public_parameterless_and_can_be_set()
        => Assert.All(Classes, type =>
        {
            Assert.True(type.IsPublic);
            Assert.NotNull(type.GetConstructor(Type.EmptyTypes));
            Assert.All(type.GetProperties(), property =>
                Assert.True(property.GetMethod!.IsPublic && property.SetMethod is { IsPublic: true }, property.Name));
        });

    [Theory]
    [InlineData(typeof(RnnMhsaOptions), Recurrent)]
    [InlineData(typeof(WeightedFusionRnnOptions), "BalanceClasses HeadCount HeadSize HiddenSize LearningRate NormalizeWeights "
        + "RecurrentDropout")]
    [InlineData(typeof(EarlyFusionRnnOptions), Recurrent)]
    [InlineData(typeof(LateFusionRnnOptions), Recurrent)]
    [InlineData(typeof(ChannelTemporalAttentionOptions), Shared)]
    [InlineData(typeof(CtaRnnOptions), Recurrent)]
    public void A_sweep_varies_what_the_attributes_say(Type options, string names)
        => Assert.Equal(names, string.Join(' ', Space(options).Options.Select(option => option.Name)));

    [Fact]
    public void Every_swept_range_holds_the_paper_s_value_and_no_value_that_a_trainer_refuses()
        => Assert.All(Classes, type => Assert.All(Space(type).Options, option =>
        {
            var property = type.GetProperty(option.Name)!;
            var options = (SpeechTrainerOptions)Activator.CreateInstance(type)!;
            var paper = property.GetValue(options)!;
            Assert.True(option.Choices?.Contains(paper) ?? Convert.ToDouble(paper) >= option.Minimum
                && Convert.ToDouble(paper) <= option.Maximum, $"{type.Name}.{option}");

            foreach (var end in option.Choices ?? [option.Minimum, option.Maximum])
            {
                property.SetValue(options, Convert.ChangeType(end, property.PropertyType));
                options.Check();
            }
        }));
}
