using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace MlNetSer.Composition;

/// <summary>What a process does once, when it first uses this assembly: before it makes an ONNX session, and before it writes a
/// file.</summary>
internal static class ProcessStart
{
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "ONNX Runtime reads its switch once, at the first session of the process: ours, "
        + "ML.NET's or the app's.")]
    internal static void Run()
    {
        OnnxTelemetry.TurnOff();
        TempFiles.Start();
    }
}
