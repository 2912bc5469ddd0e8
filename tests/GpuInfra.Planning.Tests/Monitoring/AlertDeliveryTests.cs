using System.Net;
using System.Text.Json;
using GpuInfra.Planning.Monitoring;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Tests.Monitoring;

/// <summary>One alert all the way: an exporter tells of a failing GPU, a real Prometheus evaluates the rules, a real Alertmanager with the plan's receivers tells a webhook.</summary>
public sealed class AlertDeliveryTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Loopback _loopback = new();

    [SkippableFact]
    public async Task A_failing_GPU_reaches_the_webhook()
    {
        Promtool.Require();
        var (exporter, webhook, prometheus, alertmanager) = (FreePort.Next(), FreePort.Next(), FreePort.Next(), FreePort.Next());
        _loopback.Folder.Write("rules.json", AlertRules.Of([], [A.Serving("chat")]).ToText("prod"));
        var scraping = _loopback.Folder.Write("prometheus.json", JsonSerializer.Serialize(new
        {
            global = new { scrape_interval = "1s", evaluation_interval = "1s" },
            rule_files = new[] { "rules.json" },
            alerting = new { alertmanagers = new[] { new { static_configs = Loopback.Targets(alertmanager) } } },
            scrape_configs = new[] { new { job_name = "dcgm", static_configs = Loopback.Targets(exporter) } },
        }));
        var told = new MonitoringPlan { Mode = MonitoringMode.Existing, From = [], Receivers = [new AlertReceiver.Webhook($"http://127.0.0.1:{webhook}/", null, [AlertUrgency.Page])] };
        var sending = _loopback.Folder.Write("alertmanager.json", AlertmanagerConfig.Of(told).Replace("\"group_wait\": \"30s\"", "\"group_wait\": \"0s\"", StringComparison.Ordinal));
        _loopback.Export(exporter, """
            # TYPE DCGM_EXP_XID_ERRORS_COUNT gauge
            DCGM_EXP_XID_ERRORS_COUNT{pool="coder-aws",Hostname="node-1",gpu="3",xid="79"} 2

            """);
        var receiving = _loopback.Listen(webhook);
        _loopback.Start("prometheus-alertmanager", $"--config.file={sending}", $"--storage.path={_loopback.Folder.Root}/am", $"--web.listen-address=127.0.0.1:{alertmanager}", "--cluster.listen-address=");
        _loopback.Prometheus(scraping, prometheus);

        var alert = await Received(receiving, "GpuXid").WaitAsync(Patience);
        Assert.Equal("firing", alert.GetProperty("status").GetString());
        Assert.Equal(("page", "prod"), (Label("severity"), Label("stack")));
        Assert.Equal("docs/runbooks/gpu-xid.md", alert.GetProperty("annotations").GetProperty("runbook_url").GetString());
        Assert.Equal("GPU 3 of node-1 (coder-aws) reports XID 79: its hardware fails", alert.GetProperty("annotations").GetProperty("summary").GetString());

        string? Label(string name) => alert.GetProperty("labels").GetProperty(name).GetString();
    }

    public void Dispose() => _loopback.Dispose();

    private static async Task<JsonElement> Received(HttpListener listener, string name)
    {
        while (true)
        {
            var context = await listener.GetContextAsync();
            using var document = await JsonDocument.ParseAsync(context.Request.InputStream);
            context.Response.Close();
            if (document.RootElement.GetProperty("alerts").EnumerateArray().FirstOrDefault(alert => alert.GetProperty("labels").GetProperty("alertname").GetString() == name)
                is { ValueKind: JsonValueKind.Object } alert)
            {
                return alert.Clone();
            }
        }
    }
}
