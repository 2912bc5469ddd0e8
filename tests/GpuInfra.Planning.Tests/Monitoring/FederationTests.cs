using System.Text.Json;
using System.Text.Json.Nodes;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Monitoring;

namespace GpuInfra.Planning.Tests.Monitoring;

/// <summary>Two real monitors on the loopback, each of another cloud: what the one reads of its machines, the other has too, and nothing else.</summary>
public sealed class FederationTests : IDisposable
{
    private readonly Loopback _loopback = new();

    public void Dispose() => _loopback.Dispose();

    [SkippableFact]
    public async Task A_monitor_has_the_machines_of_the_other_cloud_under_their_own_names_and_not_its_own_twice()
    {
        Promtool.Require();
        var (exporter, google, amazon) = (FreePort.Next(), FreePort.Next(), FreePort.Next());
        _loopback.Export(exporter, "vllm:num_requests_running 3\nnode_load1 9\ngpuinfra_start_seconds 41\n");
        var there = _loopback.Folder.Write("google.json", JsonSerializer.Serialize(new
        {
            global = new { scrape_interval = "1s" },
            scrape_configs = new[] { Job("vllm", "gcp"), Job("node", "gcp"), Job("vllm", "aws") }.Select((job, index) => job(index)),
        }));
        _loopback.Prometheus(there, google);
        var here = JsonNode.Parse(PrometheusConfig.Of(MonitorConfigTests.Fleet, MonitorConfigTests.Amazon))!;
        var job = here["scrape_configs"]!.AsArray().Single(one => (string?)one!["job_name"] == "gcp-monitor")!.DeepClone();
        job["static_configs"] = JsonSerializer.SerializeToNode(Loopback.Targets(google));
        _loopback.Prometheus(_loopback.Folder.Write("amazon.json", new JsonObject { ["global"] = new JsonObject { ["scrape_interval"] = "1s" }, ["scrape_configs"] = new JsonArray(job) }.ToJsonString()), amazon);

        Assert.Equal("3", await Loopback.ValueAsync(amazon, """vllm:num_requests_running{job="vllm",cloud="gcp",pool="p"}"""));
        Assert.Equal("41", await Loopback.ValueAsync(amazon, """gpuinfra_start_seconds{job="node",cloud="gcp"}"""));
        Assert.Equal("1", await Loopback.ValueAsync(amazon, """count(up{job="node",cloud="gcp"})"""));
        Assert.Equal("0", await Loopback.ValueAsync(amazon, """count(node_load1{job="node"}) or vector(0)"""));
        Assert.Equal("0", await Loopback.ValueAsync(amazon, """count({cloud="aws"}) or vector(0)"""));

        Func<int, object> Job(string name, string cloud) => index => new
        {
            job_name = $"{name}-{index}",
            static_configs = Loopback.Targets(exporter),
            relabel_configs = new[] { Label("job", name), Label("cloud", cloud), Label("pool", "p") },
        };

        static object Label(string name, string value) => new { target_label = name, replacement = value };
    }
}
