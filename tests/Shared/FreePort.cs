using System.Net;
using System.Net.Sockets;

namespace GpuInfra.Tests;

/// <summary>Ports of the loopback for programs that a test starts.</summary>
internal static class FreePort
{
    /// <summary>A port that nobody listens on, at whatever address of the loopback.</summary>
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
