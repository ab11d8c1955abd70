namespace MlNetSer.Encoders.Model;

/// <summary>Names of the outputs with an embedding.</summary>
/// <param name="Values">The embedding.</param>
/// <param name="Shape">Blocks, frames, dimension.</param>
/// <param name="Identity">The column whose slot name is the text.</param>
/// <param name="Text">What made it.</param>
internal sealed record SingleEmbedding(string Values, string Shape, string Identity, string Text);
