using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace GpuInfra.Planning.Tests.Monitoring;

/// <summary>Real monitors and pretended exporters on the loopback, in a folder of their own; they end with it.</summary>
internal sealed class Loopback : IDisposable
{
    private readonly List<Process> _processes = [];
    private readonly List<HttpListener> _listeners = [];

    public TemporaryFolder Folder { get; } = new();

    public static object[] Targets(int port) => [new { targets = new[] { $"127.0.0.1:{port}" } }];

    /// <summary>Listens at a port.</summary>
    public HttpListener Listen(int port)
    {
        var listener = new HttpListener();
        listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        listener.Start();
        _listeners.Add(listener);
        return listener;
    }

    /// <summary>An exporter that always shows the same.</summary>
    public void Export(int port, string metrics)
    {
        var listener = Listen(port);
        _ = Task.Run(async () =>
        {
            while (listener.IsListening)
            {
                var context = await listener.GetContextAsync();
                context.Response.ContentType = "text/plain; version=0.0.4";
                context.Response.Close(Encoding.UTF8.GetBytes(metrics), willBlock: false);
            }
        });
    }

    /// <summary>Starts a Prometheus.</summary>
    public void Prometheus(string config, int port, params string[] more) =>
        Start("prometheus", [$"--config.file={config}", $"--storage.tsdb.path={Folder.Root}/tsdb-{port}", $"--web.listen-address=127.0.0.1:{port}", .. more]);

    /// <summary>A query's only value, once there is one; where one is expected, once it is that.</summary>
    public static async Task<string?> ValueAsync(int port, string query, string? expected = null)
    {
        using var client = new HttpClient();
        string? last = null;
        for (var attempt = 0; attempt < 120; attempt++)
        {
            try
            {
                var answer = await client.GetFromJsonAsync<JsonElement>($"http://127.0.0.1:{port}/api/v1/query?query={Uri.EscapeDataString(query)}");
                if (answer.GetProperty("data").GetProperty("result").EnumerateArray().ToList() is [var only])
                {
                    last = only.GetProperty("value")[1].GetString();
                    if (expected is null || last == expected)
                    {
                        return last;
                    }
                }
            }
            catch (HttpRequestException)
            {
                // It does not answer yet.
            }

            await Task.Delay(500);
        }

        return last;
    }

    public void Start(string program, params string[] arguments)
    {
        var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = Folder.Root })!;
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        _processes.Add(process);
    }

    public void Dispose()
    {
        _processes.ForEach(process =>
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
        });
        _listeners.ForEach(listener => ((IDisposable)listener).Dispose());
        Folder.Dispose();
    }
}
