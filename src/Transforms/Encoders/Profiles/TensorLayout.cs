namespace MlNetSer;

/// <summary>Order of a tensor's dimensions: B utterances, T frames, F features.</summary>
public enum TensorLayout
{
    /// <summary>Utterances, frames, features.</summary>
    BTF,

    /// <summary>Channels first, as NeMo has it.</summary>
    BFT,

    /// <summary>Frames first, as icefall's Conformer has it inside.</summary>
    TBF,
}
