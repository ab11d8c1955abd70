namespace MlNetSer.Tests;

/// <summary>Options for a training of milliseconds.</summary>
internal static class Quick
{
    public static T With<T>(T options, int epochs = 2, int seed = 1) where T : SpeechTrainerOptions
    {
        (options.Epochs, options.HeadCount, options.HeadSize, options.LearningRate, options.BatchSize, options.Seed) =
            (epochs, 2, 4, 1e-2, 8, seed);
        if (options is RecurrentTrainerOptions recurrent)
            recurrent.HiddenSize = 8;
        return options;
    }
}
