namespace MlNetSer;

/// <summary>Options of <see cref="EarlyFusionRnnTrainer"/>; the defaults are the paper's.</summary>
public sealed class EarlyFusionRnnOptions : RecurrentTrainerOptions;
