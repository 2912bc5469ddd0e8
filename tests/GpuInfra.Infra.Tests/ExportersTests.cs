using System.Diagnostics;
using System.Text;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Infra.Tests;

/// <summary>What monitors read of GPU machines: who may, and what the scripts do on a pretended machine with a real bash.</summary>
public sealed class ExportersTests : IDisposable
{
    private const string Ingress = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";

    private readonly string _root = Directory.CreateTempSubdirectory("gpuinfra-exporters-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task Monitors_come_from_their_networks_to_three_ports_and_nobody_else_does()
    {
        var deployed = await Deployed.Of(Watched(A.Pool(), A.Pool(CloudProvider.Gcp)), A.Settings());

        var rules = deployed.All(Ingress).Where(rule => rule.Name.Contains("-monitors-", StringComparison.Ordinal)).ToList();
        Assert.Equal(["10.20.0.0/24 8000-8063", "10.20.0.0/24 9100-9100", "10.20.0.0/24 9400-9400"],
            rules.Select(rule => $"{rule["cidrIpv4"]} {rule["fromPort"]}-{rule["toPort"]}").Order(StringComparer.Ordinal));
        var firewall = Assert.Single(deployed.All("gcp:compute/firewall:Firewall"), rule => rule.Name.Contains("monitors", StringComparison.Ordinal));
        Assert.Equal("INGRESS", firewall["direction"]);
        Assert.Equal("10.20.0.0/24", Assert.Single(firewall.List("sourceRanges")));
    }

    [Fact]
    public async Task Machines_fetch_three_files_by_their_sums_and_may_read_no_more_than_before_and_those()
    {
        var deployed = await Deployed.Of(Watched(A.Pool(), A.Pool(CloudProvider.Gcp)), A.Settings());
        var script = Script(deployed);
        foreach (var type in new[] { "aws:s3/bucketObjectv2:BucketObjectv2", "gcp:storage/bucketObject:BucketObject" })
        {
            var files = deployed.All(type).Where(file => file.Name.Contains("-monitoring-", StringComparison.Ordinal)).ToList();
            Assert.Equal(3, files.Count);
            Assert.All(files, file => Assert.Contains(((string)(file["key"] ?? file["name"])!)["monitoring/".Length..], script, StringComparison.Ordinal));
        }

        var policy = (string)deployed.All("aws:iam/rolePolicy:RolePolicy").Single(policy => policy.Name == "gpuinfra-us-east-1")["policy"]!;
        Assert.Contains("/monitoring/*", policy, StringComparison.Ordinal);
        var before = await Deployed.Of(A.Pool());
        Assert.DoesNotContain("monitoring", (string)before.All("aws:iam/rolePolicy:RolePolicy").Single(role => role.Name == "gpuinfra-us-east-1")["policy"]!, StringComparison.Ordinal);
        Assert.DoesNotContain("start_monitoring", Script(before), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exporters_start_once_GPUs_are_cut_and_before_weights_are_waited_for()
    {
        var script = Script(await Deployed.Of(Watched(A.Pool()), A.Settings()));
        var at = new[] { "\ncut_gpus\n", "\nretry 30 start_monitoring &\n", "\nretry 30 pull_engine\n" }.Select(part => script.IndexOf(part, StringComparison.Ordinal)).ToList();
        Assert.DoesNotContain(-1, at);
        Assert.Equal(at.Order(), at);
        Assert.InRange(Encoding.UTF8.GetByteCount(script), 1000, 16 * 1024);
    }

    [SkippableFact]
    public void Both_exporters_start_with_the_counters_of_the_alerts()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The script runs on Linux.");
        var said = Run("exporters.sh", ["dcgm-exporter", "prometheus-node-exporter"]);

        Assert.Contains("monitors can read: dcgm-exporter.service gpuinfra-node.service gpuinfra-signals.service", said, StringComparison.Ordinal);
        Assert.Contains($"--address :9400 --collectors {_root}/folder/dcgm-counters.csv", Unit("dcgm-exporter"), StringComparison.Ordinal);
        Assert.Contains($"--web.listen-address=:9100 --collector.textfile.directory={_root}/folder/text", Unit("gpuinfra-node"), StringComparison.Ordinal);
        Assert.Contains("systemctl restart --no-block dcgm-exporter.service gpuinfra-node.service gpuinfra-signals.service", File.ReadAllText(In("calls")), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void What_the_image_lacks_is_said_and_keeps_nothing_else_from_starting()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The script runs on Linux.");
        var said = Run("exporters.sh", ["node_exporter"]);

        Assert.Contains("the image has no dcgm-exporter", said, StringComparison.Ordinal);
        Assert.Contains("monitors can read: gpuinfra-node.service gpuinfra-signals.service", said, StringComparison.Ordinal);
        Assert.False(File.Exists(In("units/dcgm-exporter.service")));
    }

    [SkippableTheory]
    [InlineData("aws", "echo 404", "0")]
    [InlineData("aws", "echo 200", "1")]
    [InlineData("aws", "echo 500", null)]
    [InlineData("gcp", "echo TRUE", "1")]
    [InlineData("gcp", "echo FALSE", "0")]
    [InlineData("gcp", "exit 7", null)]
    public void A_notice_is_told_as_the_cloud_tells_it_and_no_answer_is_none(string cloud, string answer, string? value)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The script runs on Linux.");
        Signals(cloud, $"case $* in */health*) exit 7 ;; *api/token*) echo token ;; *) {answer} ;; esac");

        Assert.Equal(value, Series("gpuinfra_spot_notice"));
        Assert.Null(Series("gpuinfra_start_seconds"));
    }

    [SkippableFact]
    public void A_start_ends_when_every_replica_answers_and_is_told_once()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The script runs on Linux.");
        Replicas(2);
        Signals("gcp", "case $* in *:8000/health*) ;; *:8001/health*) exit 7 ;; *) echo FALSE ;; esac");
        Assert.Null(Series("gpuinfra_start_seconds"));

        Signals("gcp", "case $* in *:800[01]/health*) ;; *) echo FALSE ;; esac", uptime: "412.50 9.9");
        Assert.Equal("412.50", Series("gpuinfra_start_seconds"));

        Signals("gcp", "case $* in *:800[01]/health*) ;; *) echo FALSE ;; esac", uptime: "99999.00 9.9");
        Assert.Equal("412.50", Series("gpuinfra_start_seconds"));
    }

    [SkippableFact]
    public void A_machine_that_takes_anothers_place_hours_later_tells_no_start()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The script runs on Linux.");
        Replicas(1);
        Signals("gcp", "case $* in */health*) ;; *) echo FALSE ;; esac", uptime: "86400.25 9.9");
        Signals("gcp", "case $* in */health*) ;; *) echo FALSE ;; esac", uptime: "10.00 9.9"); // It is marked, as after a start.
        Assert.Null(Series("gpuinfra_start_seconds"));
    }

    private static FleetPlan Watched(params Pool[] pools)
    {
        var fleet = A.FleetPlan(pools);
        return fleet with { Plan = fleet.Plan with { Monitoring = new MonitoringPlan { Mode = MonitoringMode.Existing, From = ["10.20.0.0/24"] } } };
    }

    private static string Script(Deployed deployed) =>
        Encoding.UTF8.GetString(Convert.FromBase64String((string)deployed.One("aws:ec2/launchTemplate:LaunchTemplate")["userData"]!));

    private static string Asset(string name) => File.ReadAllText(Path.Combine(Repository.Root, "infra", "Assets", "monitoring", name));

    private void Replicas(int count)
    {
        Directory.CreateDirectory(In("units"));
        for (var i = 0; i < count; i++)
        {
            File.WriteAllText(In($"units/engine-{i}.service"), "");
        }
    }

    /// <summary>Runs signals.sh until its first pause.</summary>
    private void Signals(string cloud, string curl, string uptime = "10.00 1.0")
    {
        Directory.CreateDirectory(In("folder/text"));
        Directory.CreateDirectory(In("units"));
        Command("curl", curl);
        Command("sleep", "kill -TERM \"$PPID\"");
        File.WriteAllText(In("uptime"), uptime + "\n");
        Start("signals.sh", cloud);
    }

    private string Run(string asset, string[] programs)
    {
        Directory.CreateDirectory(In("units"));
        Command("systemctl", $"echo systemctl \"$@\" >> '{In("calls")}'");
        foreach (var program in programs)
        {
            Command(program, "");
        }

        return Start(asset, "aws");
    }

    private string Start(string asset, string cloud)
    {
        var start = new ProcessStartInfo("bash", ["-c", Asset(asset)]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (key, value) in new[]
        {
            ("PATH", $"{In("bin")}:/usr/bin:/bin"), ("CLOUD", cloud), ("FIRST_PORT", "8000"), ("DCGM_PORT", "9400"), ("NODE_PORT", "9100"),
            ("UNITS", In("units")), ("FOLDER", In("folder")), ("UPTIME", In("uptime")), ("MARK", In("mark")),
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

    private string? Series(string name)
    {
        var file = In($"folder/text/{name}.prom");
        return File.Exists(file) ? File.ReadAllLines(file).Single(line => line.StartsWith($"{name} ", StringComparison.Ordinal)).Split(' ')[1] : null;
    }

    private string Unit(string name) => File.ReadAllText(In($"units/{name}.service"));

    private string In(string name) => Path.Combine(_root, name);

    private void Command(string name, string body)
    {
        Directory.CreateDirectory(In("bin"));
        var file = In($"bin/{name}");
        File.WriteAllText(file, $"#!/usr/bin/env bash\n{body}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
