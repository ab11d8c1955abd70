using System.Runtime.InteropServices;

namespace MlNetSer.Kernels;

/// <summary>Floats outside the garbage collector's reach, aligned to a cache line; contents are undefined at first.</summary>
internal sealed unsafe class NativeBuffer : IDisposable
{
    private float* _data;

    public NativeBuffer(long length)
    {
        Length = length;
        _data = (float*)NativeMemory.AlignedAlloc((nuint)Math.Max(length, 1) * sizeof(float), 64);
    }

    public static NativeBuffer Zeros(long length)
    {
        var buffer = new NativeBuffer(length);
        NativeMemory.Clear(buffer._data, (nuint)length * sizeof(float));
        return buffer;
    }

    ~NativeBuffer() => Free();

    public long Length { get; }

    public float* Data => _data;

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.AlignedFree(_data);
        _data = null;
    }
}
