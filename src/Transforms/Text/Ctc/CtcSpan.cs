namespace MlNetSer.Text.Ctc;

/// <summary>A token in time.</summary>
/// <param name="Id">Which one.</param>
/// <param name="Start">Its first encoder frame.</param>
/// <param name="End">The frame after its last.</param>
/// <param name="LogProbability">The greatest in its frames.</param>
internal readonly record struct CtcSpan(int Id, int Start, int End, float LogProbability);
