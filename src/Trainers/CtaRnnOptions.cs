namespace MlNetSer;

/// <summary>Options of <see cref="CtaRnnTrainer"/>; the defaults are the paper's. The number of blocks is read from the data.</summary>
public sealed class CtaRnnOptions : SpeechTrainerOptions;
