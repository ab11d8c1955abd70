namespace MlNetSer.Tests;

/// <summary>Folds as a test writes them down: sides in the order train, validation, test.</summary>
internal static class Fold
{
    public static SpeakerFold Of(int number, IReadOnlyList<string> train, IReadOnlyList<string> validation, IReadOnlyList<string> test)
        => new() { Number = number, TrainSpeakers = train, ValidationSpeakers = validation, TestSpeakers = test };

    public static FoldUtterances Sides(IReadOnlyList<string> train, IReadOnlyList<string> validation, IReadOnlyList<string> test)
        => new() { Train = train, Validation = validation, Test = test };

    public static FoldRow Row(string utterance, string speaker, string session = "", string text = "", string split = "")
        => new() { Utterance = utterance, Speaker = speaker, Session = session, Text = text, Split = split };
}
