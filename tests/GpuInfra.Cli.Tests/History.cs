using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace GpuInfra.Cli.Tests;

/// <summary>A real Prometheus that remembers a day of a stack's replicas: figures are made up, backfilled (<c>promtool tsdb create-blocks-from openmetrics</c>) and asked over HTTP.</summary>
/// <param name="end">The end of the day; today's does not matter.</param>
internal sealed class History(string end = History.End) : IDisposable
{
    /// <summary>The end of the day where none is named, as <c>--at</c> takes it.</summary>
    public const string End = "2026-11-29T00:00:00Z";

    private const int Minutes = 24 * 60;
    private readonly long _begin = DateTimeOffset.Parse(end, CultureInfo.InvariantCulture).ToUnixTimeSeconds() - (60 * Minutes);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gpuinfra-history-");
    private readonly StringBuilder _metrics = new();
    private Process? _prometheus;

    /// <summary>Its address, once it is started.</summary>
    public string Url { get; private set; } = "";

    /// <summary>Leaves a test out where Prometheus is not installed; in CI it must be.</summary>
    public static void Require() => Skip.If(
        Environment.GetEnvironmentVariable("CI") is null && !File.Exists("/usr/bin/promtool"), "needs Prometheus: apt-get install prometheus");

    /// <summary>A series that is told once a minute; a counter's values are what has come up to then. A histogram's sum has no ending of its own.</summary>
    public History Add(string name, bool isCounter, params (string Labels, double PerSecond)[] series)
    {
        var ending = isCounter && !name.EndsWith("_sum", StringComparison.Ordinal) ? "_total" : "";
        _metrics.Append(CultureInfo.InvariantCulture, $"# TYPE {name} {(ending.Length > 0 ? "counter" : "gauge")}\n");
        foreach (var (labels, value) in series)
        {
            for (var minute = 0; minute <= Minutes; minute++)
            {
                _metrics.Append(CultureInfo.InvariantCulture, $"{name}{ending}{{{labels}}} {(isCounter ? value * 60 * minute : value):R} {_begin + (60 * minute)}\n");
            }
        }

        return this;
    }

    /// <summary>Starts it, and waits until it answers.</summary>
    public async Task<History> StartAsync()
    {
        var metrics = Path.Combine(_folder.FullName, "metrics.om");
        await File.WriteAllTextAsync(metrics, _metrics.Append("# EOF\n").ToString());
        var data = Path.Combine(_folder.FullName, "data");
        using (var fill = Process.Start(new ProcessStartInfo("promtool", ["tsdb", "create-blocks-from", "openmetrics", metrics, data]) { RedirectStandardOutput = true, RedirectStandardError = true })!)
        {
            var said = await fill.StandardOutput.ReadToEndAsync() + await fill.StandardError.ReadToEndAsync();
            await fill.WaitForExitAsync();
            Assert.True(fill.ExitCode == 0, said);
        }

        var configuration = Path.Combine(_folder.FullName, "prometheus.json");
        await File.WriteAllTextAsync(configuration, "{\"scrape_configs\": []}");
        Url = $"http://127.0.0.1:{FreePort.Next()}";
        _prometheus = Process.Start(new ProcessStartInfo(
            "prometheus", [$"--config.file={configuration}", $"--storage.tsdb.path={data}", "--storage.tsdb.retention.time=100y", $"--web.listen-address={new Uri(Url).Authority}"])
        { RedirectStandardError = true, RedirectStandardOutput = true })!;
        _prometheus.BeginErrorReadLine();
        _prometheus.BeginOutputReadLine();
        using var http = new HttpClient();
        for (var tries = 0; ; tries++)
        {
            try
            {
                if ((await http.GetAsync(new Uri($"{Url}/-/ready"))).IsSuccessStatusCode)
                {
                    return this;
                }
            }
            catch (HttpRequestException) when (tries < 600)
            {
                // It is still starting.
            }

            await Task.Delay(100);
        }
    }

    public void Dispose()
    {
        _prometheus?.Kill();
        _prometheus?.WaitForExit();
        _prometheus?.Dispose();
        _folder.Delete(recursive: true);
    }
}
