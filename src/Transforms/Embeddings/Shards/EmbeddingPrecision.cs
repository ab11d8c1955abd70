namespace MlNetSer;

/// <summary>How an embedding store keeps its values.</summary>
public enum EmbeddingPrecision
{
    /// <summary>Two bytes a value, relative error up to 4.9e-4, up to 65,504.</summary>
    Float16,

    /// <summary>Four bytes a value, exact.</summary>
    Float32,
}
