using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using Pulumi;

namespace GpuInfra.Infra.Tests;

/// <summary>The managed store of series: what is made, and what a machine's script does with a real bash and a real promtool.</summary>
public sealed class MetricsTests : IDisposable
{
    private const string Workspace = "aws:amp/workspace:Workspace", Rules = "aws:amp/ruleGroupNamespace:RuleGroupNamespace", Alertmanager = "aws:amp/alertManagerDefinition:AlertManagerDefinition";

    private readonly string _root = Directory.CreateTempSubdirectory("gpuinfra-agent-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task The_region_has_a_store_under_its_key_with_the_plans_alerts_and_a_topic_for_each_urgency()
    {
        var deployed = await Deployed.Of(Managed(A.Pool()), A.Settings());

        Assert.Equal("arn:aws:mock:::gpuinfra-us-east-1", deployed.One(Workspace)["kmsKeyArn"]);
        using var rules = JsonDocument.Parse(deployed.One(Rules)["data"]!);
        Assert.All(rules.RootElement.GetProperty("groups").EnumerateArray(), group => Assert.InRange(group.GetProperty("rules").GetArrayLength(), 1, 20));
        using var definition = JsonDocument.Parse(deployed.One(Alertmanager)["definition"]!);
        var config = definition.RootElement.GetProperty("alertmanager_config").GetString()!;
        Assert.Contains("arn:aws:mock:::gpuinfra-us-east-1-metrics-page", config, StringComparison.Ordinal);
        Assert.Contains("arn:aws:mock:::gpuinfra-us-east-1-metrics-ticket", config, StringComparison.Ordinal);
        Assert.Equal(
            ["desk@example.com metrics-ticket", "on-call@example.com metrics-page", "on-call@example.com metrics-ticket"],
            deployed.All("aws:sns/topicSubscription:TopicSubscription").Select(one => $"{one["endpoint"]} {one["topic"]!.Split("us-east-1-")[1]}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Alarms_watch_the_store_and_one_of_them_is_silence()
    {
        var deployed = await Deployed.Of(Managed(A.Pool()), A.Settings());

        var alarms = deployed.All("aws:cloudwatch/metricAlarm:MetricAlarm");
        Assert.Equal(["discarded", "rules", "silent", "undelivered"], alarms.Select(alarm => alarm.Name.Split("metrics-")[1]).Order(StringComparer.Ordinal));
        Assert.Equal("breaching", alarms.Single(alarm => alarm.Name.EndsWith("silent", StringComparison.Ordinal))["treatMissingData"]);
        Assert.All(alarms, alarm => Assert.Equal("arn:aws:mock:::gpuinfra-us-east-1-metrics-page", alarm["alarmActions.0"]));
        var runbook = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "runbooks", "managed-metrics.md"));
        Assert.All(alarms, alarm => Assert.Contains($"\n## {alarm["alarmDescription"]!.Split('#')[1]}\n", runbook, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Machines_may_send_to_this_store_and_read_nothing_and_nobody_is_let_in_to_read_them()
    {
        var deployed = await Deployed.Of(Managed(A.Pool()), A.Settings());

        var policy = JsonDocument.Parse(deployed.All("aws:iam/rolePolicy:RolePolicy").Single(role => role.Name == "gpuinfra-us-east-1")["policy"]!).RootElement.GetProperty("Statement");
        var send = policy.EnumerateArray().Single(statement => statement.GetProperty("Sid").GetString() == "SendFigures");
        Assert.Equal(("aps:RemoteWrite", "arn:aws:mock:::gpuinfra-us-east-1-metrics"), (send.GetProperty("Action")[0].GetString(), send.GetProperty("Resource")[0].GetString()));
        Assert.DoesNotContain("aps:Query", policy.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain(deployed.All("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"), rule => rule.Name.Contains("-monitors-", StringComparison.Ordinal));
        Assert.Contains(deployed.All("aws:ec2/vpcEndpoint:VpcEndpoint"), endpoint => endpoint["serviceName"] == "com.amazonaws.us-east-1.aps-workspaces");
    }

    [Fact]
    public async Task A_machine_is_told_where_to_send_and_what_it_is()
    {
        var script = Script(await Deployed.Of(Managed(A.Pool()), A.Settings()));

        Assert.Contains("SERVING='chat' TIER=onDemand", script, StringComparison.Ordinal);
        Assert.Contains("api/v1/remote_write' ", script, StringComparison.Ordinal);
        Assert.Contains("/agent.sh", script, StringComparison.Ordinal);
        Assert.InRange(Encoding.UTF8.GetByteCount(script), 1000, 16 * 1024);
        Assert.DoesNotContain("agent.sh", Script(await Deployed.Of(A.Pool())), StringComparison.Ordinal);
    }

    [Fact]
    public void A_fleet_that_one_store_cannot_see_whole_is_refused()
    {
        foreach (var pools in new[] { new[] { A.Pool(), A.Pool(CloudProvider.Gcp) }, [A.Pool(CloudProvider.Gcp)] })
        {
            var refused = Assert.Throws<RunException>(() => FleetProgram.Deploy(Managed(pools), A.Settings()));
            Assert.Contains("monitoring: managed has one store of AWS in one region", refused.Message, StringComparison.Ordinal);
        }
    }

    [SkippableFact]
    public void The_script_sets_up_an_agent_that_Prometheus_accepts_and_that_reads_the_engines_there_are()
    {
        Skip.IfNot(File.Exists("/usr/bin/promtool") && OperatingSystem.IsLinux(), "needs Prometheus: apt-get install prometheus");
        Engines(2);

        var said = Run();

        Assert.Contains("figures go to https://store.example.com/api/v1/remote_write", said, StringComparison.Ordinal);
        Assert.Contains("SUCCESS", Start("/usr/bin/promtool", ["check", "config", "--agent", In("folder/agent.json")]), StringComparison.Ordinal);
        using var engines = JsonDocument.Parse(File.ReadAllText(In("folder/engines.json")));
        Assert.Equal(
            ["127.0.0.1:8000 gpu-1:8000", "127.0.0.1:8001 gpu-1:8001"],
            engines.RootElement.EnumerateArray().Select(group => $"{group.GetProperty("targets")[0].GetString()} {group.GetProperty("labels").GetProperty("instance").GetString()}"));
        using var config = JsonDocument.Parse(File.ReadAllText(In("folder/agent.json")));
        var labels = config.RootElement.GetProperty("global").GetProperty("external_labels");
        Assert.Equal(("chat", "chat-l4", "spot", "aws", "us-east-1"), (Of("serving"), Of("pool"), Of("tier"), Of("cloud"), Of("region")));
        Assert.Equal(["vllm", "dcgm", "node"], config.RootElement.GetProperty("scrape_configs").EnumerateArray().Select(job => job.GetProperty("job_name").GetString()));
        Assert.Equal("us-east-1", config.RootElement.GetProperty("remote_write")[0].GetProperty("sigv4").GetProperty("region").GetString());
        Assert.Contains("--enable-feature=agent", File.ReadAllText(In("units/gpuinfra-agent.service")), StringComparison.Ordinal);
        Assert.Contains("systemctl restart --no-block gpuinfra-targets.service gpuinfra-agent.service", File.ReadAllText(In("calls")), StringComparison.Ordinal);

        string? Of(string name) => labels.GetProperty(name).GetString();
    }

    [SkippableFact]
    public void Engines_that_come_later_are_read_and_a_machine_without_any_has_no_target()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The script runs on Linux.");
        Engines(0);
        Run();
        Assert.Equal("[]", File.ReadAllText(In("folder/engines.json")).Trim());

        Engines(1);
        Command("sleep", "kill -TERM \"$PPID\"");
        Run("targets");
        Assert.Contains("127.0.0.1:8000", File.ReadAllText(In("folder/engines.json")), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void An_image_without_Prometheus_is_said_and_stops_nothing()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The script runs on Linux.");
        Engines(1);
        var said = Run(prometheus: false);

        Assert.Contains("the image has no prometheus", said, StringComparison.Ordinal);
        Assert.False(File.Exists(In("units/gpuinfra-agent.service")));
    }

    private static FleetPlan Managed(params Pool[] pools)
    {
        var fleet = A.FleetPlan(pools);
        ImmutableArray<AlertReceiver> receivers = [new AlertReceiver.Email("on-call@example.com", [AlertUrgency.Page, AlertUrgency.Ticket]), new AlertReceiver.Email("desk@example.com", [AlertUrgency.Ticket])];
        return fleet with { Plan = fleet.Plan with { Monitoring = new MonitoringPlan { Mode = MonitoringMode.Managed, Receivers = receivers } } };
    }

    private static string Script(Deployed deployed) =>
        Encoding.UTF8.GetString(Convert.FromBase64String((string)deployed.One("aws:ec2/launchTemplate:LaunchTemplate")["userData"]!));

    private void Engines(int count)
    {
        Directory.CreateDirectory(In("units"));
        Directory.CreateDirectory(In("folder"));
        for (var i = 0; i < count; i++)
        {
            File.WriteAllText(In($"units/engine-{i}.service"), "");
        }
    }

    private string Run(string? argument = null, bool prometheus = true)
    {
        Command("systemctl", $"echo systemctl \"$@\" >> '{In("calls")}'");
        if (prometheus)
        {
            Command("prometheus", "echo '--enable-feature= comma separated'");
        }

        // Only what the script needs is on its way: a Prometheus of this machine must not stand in for the image's.
        foreach (var tool in new[] { "bash", "mkdir", "mv", "grep", "hostname" })
        {
            Command(tool, $"exec {(File.Exists($"/usr/bin/{tool}") ? "/usr/bin" : "/bin")}/{tool} \"$@\"");
        }

        return Start("/bin/bash", ["-c", File.ReadAllText(Path.Combine(Repository.Root, "infra", "Assets", "monitoring", "agent.sh")), "agent.sh", .. argument is null ? Array.Empty<string>() : [argument]]);
    }

    private string Start(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (key, value) in new[]
        {
            ("PATH", In("bin")), ("STORE", "https://store.example.com/api/v1/remote_write"), ("REGION", "us-east-1"), ("SERVING", "chat"), ("POOL", "chat-l4"), ("TIER", "spot"),
            ("FIRST_PORT", "8000"), ("DCGM_PORT", "9400"), ("NODE_PORT", "9100"), ("UNITS", In("units")), ("FOLDER", In("folder")), ("HOST", "gpu-1"),
        })
        {
            start.Environment[key] = value;
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var said = process.StandardOutput.ReadToEnd() + errors.GetAwaiter().GetResult();
        process.WaitForExit();
        return said;
    }

    private string In(string name) => Path.Combine(_root, name);

    private void Command(string name, string body)
    {
        Directory.CreateDirectory(In("bin"));
        var file = In($"bin/{name}");
        File.WriteAllText(file, $"#!/bin/bash\n{body}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
