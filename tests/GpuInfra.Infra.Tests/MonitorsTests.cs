using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;
using GpuInfra.Infra.Settings;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using Pulumi;

namespace GpuInfra.Infra.Tests;

/// <summary>Monitors that the stack makes.</summary>
public class MonitorsTests
{
    private const string Instance = "aws:ec2/instance:Instance", GoogleInstance = "gcp:compute/instance:Instance";
    private const string Ingress = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", Firewall = "gcp:compute/firewall:Firewall";

    private static readonly MonitoringPlan Plan = new()
    {
        Mode = MonitoringMode.Create,
        Link = CloudLink.Existing,
        Receivers = [new AlertReceiver.PagerDuty("pager", [AlertUrgency.Page])],
        Heartbeat = new AlertReceiver.Webhook(null, null, [AlertUrgency.Page]) { UrlSecret = "beat" },
    };

    [Fact]
    public async Task A_fleet_on_two_clouds_has_a_monitor_in_each_that_knows_the_other()
    {
        var deployed = await Deployed.Of(Watched(A.Pool(), A.Pool(CloudProvider.Gcp)), Settings());

        var (aws, google) = (deployed.One(Instance), deployed.One(GoogleInstance));
        Assert.Equal(("10.16.1.10", "10.32.255.242"), (aws["privateIp"], google["networkInterfaces.0.networkIp"]));
        Assert.Contains("\nPEERS='10.32.255.242'\n", Script(aws), StringComparison.Ordinal);
        Assert.Contains("\nPEERS='10.16.1.10'\n", google["metadataStartupScript"], StringComparison.Ordinal);
        Assert.Contains("\nRETENTION='31d'\n", Script(aws), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fleet_on_one_cloud_has_two_in_different_zones_each_with_a_way_out_of_its_own()
    {
        var deployed = await Deployed.Of(Watched(A.Pool()), Settings());

        Assert.Equal(["10.16.1.10", "10.16.3.10"], deployed.All(Instance).Select(machine => machine["privateIp"]).Order(StringComparer.Ordinal));
        var zones = deployed.All("aws:ec2/subnet:Subnet").Where(subnet => subnet.Name.Contains("monitor", StringComparison.Ordinal)).GroupBy(subnet => subnet["availabilityZoneId"]).ToList();
        Assert.Equal(2, zones.Count);
        Assert.All(zones, zone => Assert.Equal(2, zone.Count()));
        Assert.Equal(2, deployed.All("aws:ec2/natGateway:NatGateway").Count);
        Assert.Empty(deployed.All(GoogleInstance));
    }

    [Fact]
    public async Task Nobody_comes_to_a_monitor_but_the_other_and_people_through_Googles_tunnel()
    {
        var deployed = await Deployed.Of(Watched(A.Pool(), A.Pool(CloudProvider.Gcp)), Settings());

        var group = deployed.All("aws:ec2/securityGroup:SecurityGroup").Single(one => one.Name == "aws-us-east-1-monitors");
        var rules = deployed.All(Ingress).Where(rule => rule["securityGroupId"] == $"{group.Name}-id").ToList();
        Assert.Equal(["10.32.255.242/32 9090-9090 tcp", "10.32.255.242/32 9093-9094 tcp", "10.32.255.242/32 9094-9094 udp"],
            rules.Select(rule => $"{rule["cidrIpv4"]} {rule["fromPort"]}-{rule["toPort"]} {rule["ipProtocol"]}").Order(StringComparer.Ordinal));
        var walls = deployed.All(Firewall).Where(rule => rule["direction"] == "INGRESS" && rule.List("targetTags").Contains("gpu-monitor")).ToList();
        Assert.Equal(["10.16.1.10/32", "35.235.240.0/20"], walls.SelectMany(rule => rule.List("sourceRanges")).Order(StringComparer.Ordinal));
        Assert.Equal("3000", walls.Single(rule => rule.List("sourceRanges").Contains("35.235.240.0/20"))["allows.0.ports.0"]);
    }

    [Fact]
    public async Task Machines_let_only_the_monitors_addresses_read_them()
    {
        var deployed = await Deployed.Of(Watched(A.Pool(), A.Pool(CloudProvider.Gcp)), Settings());

        Assert.Equal(["10.16.1.10/32", "10.32.255.242/32"],
            deployed.All(Ingress).Where(rule => rule["fromPort"] == "9400").Select(rule => rule["cidrIpv4"]).Order(StringComparer.Ordinal));
        Assert.Equal(["10.16.1.10/32", "10.32.255.242/32"], deployed.All(Firewall).Single(rule => rule.Name == "gpuinfra-us-central1-monitors").List("sourceRanges"));
    }

    [Fact]
    public async Task Routers_let_only_the_monitors_addresses_read_their_figures_and_monitors_go_out_for_them()
    {
        var fleet = Watched(A.Pool(), A.Pool(CloudProvider.Gcp));
        var routed = fleet with { Plan = fleet.Plan with { Router = new RouterPlan { IsDeployed = true } } };
        var deployed = await Deployed.Of(routed, Settings() with { AmazonRouterImages = Settings().AmazonMonitorImages, GoogleRouterImage = Settings().GoogleMonitorImage });

        var read = deployed.All(Ingress).Where(rule => rule["securityGroupId"] == "aws-us-east-1-routers-id" && rule["cidrIpv4"] is not null);
        Assert.Equal(["10.16.1.10/32 8404-8404", "10.32.255.242/32 8404-8404"], read.Select(rule => $"{rule["cidrIpv4"]} {rule["fromPort"]}-{rule["toPort"]}").Order(StringComparer.Ordinal));
        Assert.Equal(3, deployed.All("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule").Count(rule => rule["securityGroupId"] == "aws-us-east-1-monitors-id" && rule["fromPort"] == "8404"));
        var wall = deployed.All(Firewall).Single(rule => rule.Name == "gpuinfra-us-central1-monitors-routers");
        Assert.Equal(["10.16.1.10/32", "10.32.255.242/32"], wall.List("sourceRanges"));
        Assert.Equal(("gpu-router", "8404"), (Assert.Single(wall.List("targetTags")), wall["allows.0.ports.0"]));
        Assert.Contains("8404", deployed.All(Firewall).Single(rule => rule.Name == "gpuinfra-us-central1-monitors-out").List("allows.0.ports"));
    }

    [Fact]
    public async Task A_changed_demand_changes_figures_in_the_bucket_and_no_machine()
    {
        var before = await Deployed.Of(Watched(A.Pool(), A.Pool(CloudProvider.Gcp)), Settings());
        var after = await Deployed.Of(Watched(A.Pool(instances: 3), A.Pool(CloudProvider.Gcp, instances: 3)), Settings());

        Assert.Equal(Script(before.One(Instance)), Script(after.One(Instance)));
        Assert.Equal(before.One(GoogleInstance)["metadataStartupScript"], after.One(GoogleInstance)["metadataStartupScript"]);
        Assert.Equal(At(before, "monitor/wanted"), At(after, "monitor/wanted"));
        Assert.NotEqual(At(before, "monitor/figures/chat.json"), At(after, "monitor/figures/chat.json"));
        Assert.All(At(after, "monitor/wanted")!.Split('\n', StringSplitOptions.RemoveEmptyEntries), key =>
            Assert.Contains(after.All("aws:s3/bucketObjectv2:BucketObjectv2"), file => file["key"] == key));

        static string? At(Deployed deployed, string key) => deployed.All("aws:s3/bucketObjectv2:BucketObjectv2").Single(file => file["key"] == key)["content"];
    }

    [Fact]
    public async Task A_monitor_may_see_machines_read_its_files_and_named_secrets_and_take_its_own_disk()
    {
        var deployed = await Deployed.Of(Watched(A.Pool(), A.Pool(CloudProvider.Gcp)), Settings());

        var policy = deployed.All("aws:iam/rolePolicy:RolePolicy").Single(role => role.Name == "gpuinfra-us-east-1-monitor-1")["policy"]!;
        Assert.All(new[] { "/monitor/*", "secret:beat-??????", "secret:pager-??????", "arn:aws:mock:::gpuinfra-us-east-1-monitor-1", "aws:ResourceTag/Name" }, part => Assert.Contains(part, policy, StringComparison.Ordinal));
        Assert.DoesNotContain("models/", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("DetachVolume", policy, StringComparison.Ordinal);
        Assert.Equal(["compute.instances.list"], deployed.All("gcp:projects/iAMCustomRole:IAMCustomRole").Single(role => role.Name.Contains("monitors", StringComparison.Ordinal)).List("permissions"));
        Assert.Equal(
            ["beat roles/secretmanager.secretAccessor", "pager roles/secretmanager.secretAccessor", "prod-gpuinfra-us-central1-monitor-2 roles/secretmanager.secretAccessor", "prod-gpuinfra-us-central1-monitor-2 roles/secretmanager.secretVersionAdder"],
            deployed.All("gcp:secretmanager/secretIamMember:SecretIamMember").Select(grant => $"{grant["secretId"]} {grant["role"]}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Its_script_fits_and_names_secrets_and_holds_none()
    {
        var deployed = await Deployed.Of(Watched(A.Pool(), A.Pool(CloudProvider.Gcp)), Settings());
        Assert.InRange(Encoding.UTF8.GetByteCount(Script(deployed.One(Instance))), 1000, 14 * 1024);
        Assert.Contains("\nALERTMANAGER_SECRETS='beat pager'\n", Script(deployed.One(Instance)), StringComparison.Ordinal);
        Assert.DoesNotContain(deployed.Resources, resource => resource.Type.EndsWith("SecretVersion", StringComparison.Ordinal));
    }

    [Fact]
    public void What_it_lacks_is_named_before_anything_is_made()
    {
        Assert.Contains("gpuinfra:monitorImages.aws.us-east-1 (machine image of the region's monitors) is not set", Refused(Watched(A.Pool()), A.Settings()), StringComparison.Ordinal);
        Assert.Contains("gpuinfra:monitorImages.gcp (machine image of monitors, not a family) is not set", Refused(Watched(A.Pool(CloudProvider.Gcp)), A.Settings()), StringComparison.Ordinal);
        Assert.Contains("write link: existing", Refused(Watched(Plan with { Link = CloudLink.None }, A.Pool(), A.Pool(CloudProvider.Gcp)), Settings()), StringComparison.Ordinal);
        Assert.Contains("has no room for monitors", Refused(Watched(A.Pool()), Settings() with { Networks = ImmutableDictionary<string, string>.Empty.Add("aws/us-east-1", "10.40.0.0/22") }), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Scripts_of_machines_are_clean()
    {
        Skip.IfNot(File.Exists("/usr/bin/shellcheck"), "needs shellcheck: apt-get install shellcheck");
        using var process = Process.Start(new ProcessStartInfo("shellcheck", Directory.EnumerateFiles(Path.Combine(Repository.Root, "infra", "Assets"), "*.sh", SearchOption.AllDirectories)) { RedirectStandardOutput = true })!;
        var said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, said);
    }

    internal static StackSettings Settings() => A.Settings() with
    {
        AmazonMonitorImages = ImmutableDictionary<string, string>.Empty.Add("us-east-1", "ami-0a1b2c3d4e5f60718"),
        GoogleMonitorImage = "projects/acme-gpu/global/images/monitor-v1",
    };

    internal static FleetPlan Watched(params Pool[] pools) => Watched(Plan, pools);

    internal static FleetPlan Watched(MonitoringPlan monitoring, params Pool[] pools)
    {
        var fleet = A.FleetPlan(pools);
        return fleet with { Plan = fleet.Plan with { Monitoring = monitoring } };
    }

    private static string Refused(FleetPlan fleet, StackSettings settings) => Assert.Throws<RunException>(() => FleetProgram.Deploy(fleet, settings)).Message;

    internal static string Script(Declared machine) => Encoding.UTF8.GetString(Convert.FromBase64String(machine["userDataBase64"]!));
}
