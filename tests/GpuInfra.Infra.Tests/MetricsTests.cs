using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Monitoring;
using GpuInfra.Planning.Plans;
using Pulumi;

namespace GpuInfra.Infra.Tests;

/// <summary>The managed store of series: what is made, and what a machine's script does with a real bash and a real promtool.</summary>
public sealed class MetricsTests : IDisposable
{
    private const string Workspace = "aws:amp/workspace:Workspace", Rules = "aws:amp/ruleGroupNamespace:RuleGroupNamespace", Alertmanager = "aws:amp/alertManagerDefinition:AlertManagerDefinition";

    private const string Query = "conditions.0.conditionPrometheusQueryLanguage";

    private const string Address = "https://store.example.com/api/v1/remote_write";

    private string _store = Address;

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
    public async Task On_Google_Cloud_the_project_has_a_policy_for_each_alert_and_a_channel_for_each_mailbox()
    {
        var deployed = await Deployed.Of(Managed(A.Pool(CloudProvider.Gcp)), A.Settings());

        Assert.Empty(deployed.All(Workspace));
        Assert.Equal(["desk@example.com", "on-call@example.com"], deployed.All("gcp:monitoring/notificationChannel:NotificationChannel").Where(one => one.Name.StartsWith("gcp-alert-", StringComparison.Ordinal)).Select(one => one["labels.email_address"]).Order(StringComparer.Ordinal));
        var policies = deployed.All("gcp:monitoring/alertPolicy:AlertPolicy").Where(one => one.Name.StartsWith("gcp-alert-", StringComparison.Ordinal)).ToList();
        Assert.Equal(
            AlertRules.Of(Managed(A.Pool(CloudProvider.Gcp)), Catalog.Embedded, CloudProvider.Gcp, null).Standalone("prod").Alerts.Select(alert => $"gcp-alert-{alert.Name}").Order(StringComparer.Ordinal),
            policies.Select(one => one.Name).Order(StringComparer.Ordinal));
        var page = policies.Single(one => one.Name == "gcp-alert-GpuMissing");
        Assert.Equal(("CRITICAL", 1, "300s", "60s"), (page["severity"], page.Count("notificationChannels"), page[$"{Query}.duration"], page[$"{Query}.evaluationInterval"]));
        Assert.Equal(("gpus", "GpuMissing", "page"), (page[$"{Query}.ruleGroup"], page[$"{Query}.alertRule"], page[$"{Query}.labels.severity"]));
        Assert.Contains("DCGM_FI_DEV_GPU_UTIL{cluster=\"prod\"}", page[$"{Query}.query"], StringComparison.Ordinal);
        Assert.Contains("${metric_or_resource.label.Hostname} (${metric_or_resource.label.pool}) sees only ${metric.label.value} GPUs", page["documentation.content"], StringComparison.Ordinal);
        Assert.Contains("docs/runbooks/gpu-missing.md", page["documentation.content"], StringComparison.Ordinal);
        Assert.Equal(2, policies.Single(one => one.Name == "gcp-alert-GpuHot").Count("notificationChannels"));
        Assert.Equal(0, policies.Single(one => one.Name == "gcp-alert-SpotNotice").Count("notificationChannels"));
        Assert.All(policies, one => Assert.DoesNotContain("{{", one["documentation.content"], StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_machine_of_Google_Cloud_sends_to_its_project_as_its_own_account_and_nobody_is_let_in()
    {
        var deployed = await Deployed.Of(Managed(A.Pool(CloudProvider.Gcp)), A.Settings());

        var script = deployed.One("gcp:compute/regionInstanceTemplate:RegionInstanceTemplate")["metadataStartupScript"]!;
        Assert.Contains("STACK='prod' STORE='acme-gpu' SERVING='chat'", script, StringComparison.Ordinal);
        Assert.Contains(deployed.All("gcp:projects/iAMMember:IAMMember"), grant => grant["role"] == "roles/monitoring.metricWriter");
        Assert.DoesNotContain(deployed.All("gcp:projects/iAMMember:IAMMember"), grant => grant["role"]!.StartsWith("roles/monitoring.", StringComparison.Ordinal) && grant["role"] != "roles/monitoring.metricWriter");
        Assert.DoesNotContain(deployed.All("gcp:compute/firewall:Firewall"), rule => rule.Name.Contains("monitor", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Each_cloud_of_a_fleet_has_its_own_store_with_its_part_of_the_plan()
    {
        var deployed = await Deployed.Of(Managed(A.Pool(), A.Pool(CloudProvider.Gcp)), A.Settings());

        Assert.Contains("plan:instances", deployed.One(Rules)["data"]!, StringComparison.Ordinal);
        Assert.DoesNotContain("us-central1", deployed.One(Rules)["data"]!, StringComparison.Ordinal);
        var query = deployed.All("gcp:monitoring/alertPolicy:AlertPolicy").Single(one => one.Name == "gcp-alert-PoolBelowPlan")[$"{Query}.query"]!;
        Assert.Contains("chat-gcp-us-central1", query, StringComparison.Ordinal);
        Assert.DoesNotContain("us-east-1", query, StringComparison.Ordinal);
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
    public void On_Google_Cloud_the_script_sets_up_Googles_own_build_with_the_stack_on_every_series()
    {
        Skip.IfNot(File.Exists("/usr/bin/promtool") && OperatingSystem.IsLinux(), "needs Prometheus: apt-get install prometheus");
        Engines(1);

        var said = Run(store: "acme-prod", prometheus: "echo '--[no-]export.disable --export.label.project-id=\"\"'");

        Assert.Contains("figures go to acme-prod", said, StringComparison.Ordinal);
        Assert.Contains("SUCCESS", Start("/usr/bin/promtool", ["check", "config", In("folder/agent.json")]), StringComparison.Ordinal);
        using var config = JsonDocument.Parse(File.ReadAllText(In("folder/agent.json")));
        Assert.Equal(
            ["project_id acme-prod", "location us-east-1", "cluster prod", "cloud gcp", "region us-east-1", "serving chat", "pool chat-l4", "tier spot"],
            config.RootElement.GetProperty("global").GetProperty("external_labels").EnumerateObject().Select(label => $"{label.Name} {label.Value.GetString()}"));
        Assert.False(config.RootElement.TryGetProperty("remote_write", out _));
        Assert.Contains("--storage.tsdb.retention.time=1h", File.ReadAllText(In("units/gpuinfra-agent.service")), StringComparison.Ordinal);

        File.Delete(In("units/gpuinfra-agent.service"));
        Assert.Contains("is not Google's build", Run(store: "acme-prod"), StringComparison.Ordinal);
        Assert.False(File.Exists(In("units/gpuinfra-agent.service")));
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
        var said = Run(prometheus: null);

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

    private string Run(string? argument = null, string? prometheus = "echo '--enable-feature= comma separated'", string store = Address)
    {
        _store = store;
        Command("systemctl", $"echo systemctl \"$@\" >> '{In("calls")}'");
        if (prometheus is not null)
        {
            Command("prometheus", prometheus);
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
            ("PATH", In("bin")), ("STORE", _store), ("CLOUD", _store == Address ? "aws" : "gcp"), ("STACK", "prod"), ("REGION", "us-east-1"), ("SERVING", "chat"), ("POOL", "chat-l4"), ("TIER", "spot"),
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
