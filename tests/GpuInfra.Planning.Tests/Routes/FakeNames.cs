using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace GpuInfra.Planning.Tests.Routes;

/// <summary>A name server on the loopback that knows what it is told: the addresses of a name (RFC 1035, A records alone).</summary>
internal sealed class FakeNames : IDisposable
{
    private readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Loopback, 0));

    public FakeNames() => _ = Task.Run(ServeAsync);

    /// <summary>Its own address.</summary>
    public string Address => _socket.Client.LocalEndPoint!.ToString()!;

    /// <summary>Addresses by name.</summary>
    public ConcurrentDictionary<string, string[]> Known { get; } = new();

    public void Dispose() => _socket.Dispose();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var question = await _socket.ReceiveAsync();
                await _socket.SendAsync(Answer(question.Buffer), question.RemoteEndPoint);
            }
        }
        catch (Exception exception) when (exception is ObjectDisposedException or SocketException)
        {
            // The test is over.
        }
    }

    private byte[] Answer(byte[] question)
    {
        var (name, end) = (new StringBuilder(), 12);
        while (question[end] != 0)
        {
            name.Append(name.Length > 0 ? "." : "").Append(Encoding.ASCII.GetString(question, end + 1, question[end]));
            end += question[end] + 1;
        }

        end += 5; // The empty label, type and class.
        var addresses = question[end - 3] == 1 ? Known.GetValueOrDefault(name.ToString(), []) : [];
        var isKnown = Known.ContainsKey(name.ToString());
        List<byte> answer = [.. question[..2], 0x81, (byte)(isKnown ? 0x80 : 0x83), 0, 1, 0, (byte)addresses.Length, 0, 0, 0, 0, .. question[12..end]];
        foreach (var address in addresses)
        {
            answer.AddRange([0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, .. IPAddress.Parse(address).GetAddressBytes()]);
        }

        return [.. answer];
    }
}
