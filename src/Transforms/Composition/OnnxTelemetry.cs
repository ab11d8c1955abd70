using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace MlNetSer.Composition;

/// <summary>ONNX Runtime's official builds report their use to Microsoft by default; MlNetSer turns that off for the process
/// (docs/serving.md).</summary>
internal static partial class OnnxTelemetry
{
    private const string Switch = "ORT_DISABLE_TELEMETRY", OnnxRuntimeManaged = "Microsoft.ML.OnnxRuntime";

    /// <summary>Sets the switch that ONNX Runtime reads when it starts. A value that is set already stays.</summary>
    public static void TurnOff()
    {
        if (Environment.GetEnvironmentVariable(Switch) is not null)
            return;
        if (OperatingSystem.IsWindows())
            Environment.SetEnvironmentVariable(Switch, "1");
        else
            SetNative();
        if (AppDomain.CurrentDomain.GetAssemblies().Any(assembly => assembly.GetName().Name == OnnxRuntimeManaged))
            DisableEvents();
    }

    /// <summary>.NET keeps a copy of the variables on Unix, and native code does not see it.</summary>
    private static void SetNative()
    {
        try
        {
            _ = SetVariable(Switch, "1", overwrite: 0);
        }
        catch (Exception error) when (error is DllNotFoundException or EntryPointNotFoundException)
        {
            // A system without it (WebAssembly) has no telemetry either.
        }
    }

    /// <summary>For an app that made a session before it used MlNetSer: what is sent from now on.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void DisableEvents()
    {
        if (OrtEnv.IsCreated)
            OrtEnv.Instance().DisableTelemetryEvents();
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
