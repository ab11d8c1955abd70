using static TorchSharp.torch;

namespace MlNetSer;

/// <summary>
/// Whether CUDA multiplies float32 matrices as TF32 (10 bits of mantissa, sums in float32), for as long as it lives. One setting for the
/// process, as trainings take turns.
/// </summary>
internal sealed class TensorFloat32 : IDisposable
{
    private readonly (bool Products, bool Recurrent) _before = (backends.cuda.matmul.allow_tf32, backends.cudnn.allow_tf32);

    public TensorFloat32(bool allowed) => Set(allowed, allowed);

    public void Dispose() => Set(_before.Products, _before.Recurrent);

    private static void Set(bool products, bool recurrent)
        => (backends.cuda.matmul.allow_tf32, backends.cudnn.allow_tf32) = (products, recurrent);
}
