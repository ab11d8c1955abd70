using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace MlNetSer.Tests;

/// <summary>A web server on loopback that gives files from memory.</summary>
internal sealed class LoopbackServer : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ConcurrentDictionary<string, byte[]> _files = new();
    private int _requestCount;

    public LoopbackServer()
    {
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Address = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/";
        }
        _listener.Prefixes.Add(Address);
        _listener.Start();
        _ = Task.Run(Serve);
    }

    public string Address { get; }

    public int RequestCount => _requestCount;

    public byte[] this[string path]
    {
        set => _files[path] = value;
    }

    public void Dispose() => _listener.Close();

    private async Task Serve()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
            {
                return;   // closed
            }
            Interlocked.Increment(ref _requestCount);
            try
            {
                if (_files.TryGetValue(context.Request.Url!.AbsolutePath, out var file))
                    await context.Response.OutputStream.WriteAsync(file);
                else
                    context.Response.StatusCode = 404;
                context.Response.Close();
            }
            catch (Exception error) when (error is HttpListenerException or IOException or InvalidOperationException)
            {
                // the client went away
            }
        }
    }
}
