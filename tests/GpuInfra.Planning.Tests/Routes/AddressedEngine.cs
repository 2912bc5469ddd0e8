using System.Net;
using System.Net.Sockets;
using System.Text;

namespace GpuInfra.Planning.Tests.Routes;

/// <summary>An engine at an address of its own, whatever name it is asked by: it answers with its name and closes.</summary>
internal sealed class AddressedEngine : IDisposable
{
    private readonly TcpListener _listener;
    private readonly byte[] _answer;

    /// <param name="name">What it answers.</param>
    /// <param name="address">A loopback address.</param>
    /// <param name="port">The port.</param>
    public AddressedEngine(string name, string address, int port)
    {
        _answer = Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {name.Length}\r\n\r\n{name}");
        _listener = new TcpListener(IPAddress.Parse(address), port);
        _listener.Start();
        _ = Task.Run(ServeAsync);
    }

    public void Dispose() => _listener.Dispose();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                _ = AnswerAsync(await _listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await ReadAsync(client.GetStream());
                await client.GetStream().WriteAsync(_answer);
            }
            catch (IOException)
            {
                // Who asked has gone.
            }
        }
    }

    /// <summary>A request to its end, which the length of its body says.</summary>
    private static async Task ReadAsync(NetworkStream stream)
    {
        var (text, buffer) = (new StringBuilder(), new byte[65536]);
        while (true)
        {
            var count = await stream.ReadAsync(buffer);
            text.Append(Encoding.ASCII.GetString(buffer, 0, count));
            var all = text.ToString();
            var head = all.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (count == 0 || (head >= 0 && all.Length - head - 4 >= LengthIn(all[..head])))
            {
                return;
            }
        }
    }

    private static int LengthIn(string head) => head.Split("\r\n").Where(line => line.StartsWith("content-length:", StringComparison.OrdinalIgnoreCase))
        .Select(line => int.Parse(line["content-length:".Length..], System.Globalization.CultureInfo.InvariantCulture)).FirstOrDefault();
}
