using System.Text;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;
using Pulumi;

namespace GpuInfra.Infra.Tests;

/// <summary>Machines that wait prepared and stopped: their groups, and their start script run by a real bash on a pretended machine.</summary>
public class StandbyTests
{
    [Fact]
    public async Task An_AWS_group_keeps_so_many_stopped_and_waits_until_each_is_prepared()
    {
        var deployed = await Waiting(A.Pool());

        var group = deployed.One("aws:autoscaling/group:Group");
        Assert.Equal(("Stopped", "2", "2"), (group["warmPool.poolState"], group["warmPool.minSize"], group["warmPool.maxGroupPreparedCapacity"]));
        Assert.False(group.Has("warmPool.instanceReusePolicy"));
        var hook = deployed.One("aws:autoscaling/lifecycleHook:LifecycleHook");
        foreach (var (own, first) in new[] { ("name", "name"), ("lifecycleTransition", "lifecycleTransition"), ("heartbeatTimeout", "heartbeatTimeout"), ("defaultResult", "defaultResult") })
        {
            Assert.Equal(hook[own], group[$"initialLifecycleHooks.0.{first}"]); // One hook, whether the group is new or was there.
        }

        Assert.Equal(("autoscaling:EC2_INSTANCE_LAUNCHING", "CONTINUE"), (hook["lifecycleTransition"], hook["defaultResult"]));
        Assert.Equal("750", deployed.One("aws:ec2/launchTemplate:LaunchTemplate")["blockDeviceMappings.0.ebs.throughput"]);
    }

    [Fact]
    public async Task A_Google_group_keeps_so_many_stopped_and_starts_those_first()
    {
        var deployed = await Waiting(A.Pool(CloudProvider.Gcp));

        var group = deployed.One("gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager");
        Assert.Equal(("2", "SCALE_OUT_POOL"), (group["targetStoppedSize"], group["standbyPolicy.mode"]));
        Assert.InRange(int.Parse(group["standbyPolicy.initialDelaySec"]!, System.Globalization.CultureInfo.InvariantCulture), 600, 3600);
        Assert.False(group.Has("targetSuspendedSize"));
        var template = deployed.One("gcp:compute/regionInstanceTemplate:RegionInstanceTemplate");
        Assert.Equal(("pd-ssd", "500"), (template["disks.0.diskType"], template["disks.0.diskSizeGb"]));
        Assert.Contains("standby.sh", template["metadataStartupScript"]);
    }

    [Fact]
    public async Task Machines_may_say_that_they_are_prepared_in_groups_of_this_stack_and_reach_the_service_that_hears_it()
    {
        var deployed = await Waiting(A.Pool());

        var policy = deployed.All("aws:iam/rolePolicy:RolePolicy").Single(policy => policy.Name == "gpuinfra-us-east-1")["policy"]!;
        Assert.Contains("\"autoscaling:CompleteLifecycleAction\"", policy);
        Assert.Contains("\"aws:ResourceTag/managed-by\":\"pulumi/gpuinfra/prod\"", policy);
        Assert.DoesNotContain("autoscaling:Set", policy);
        Assert.Contains(deployed.All("aws:ec2/vpcEndpoint:VpcEndpoint"), endpoint => endpoint["serviceName"] == "com.amazonaws.us-east-1.autoscaling");
    }

    [Fact]
    public async Task Without_the_key_nothing_waits_and_nothing_else_changes()
    {
        var deployed = await Deployed.Of(Fleet(null, A.Pool(), A.Pool(CloudProvider.Gcp)), A.Settings());

        Assert.False(deployed.One("aws:autoscaling/group:Group").Has("warmPool"));
        Assert.False(deployed.One("gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager").Has("standbyPolicy"));
        Assert.Empty(deployed.All("aws:autoscaling/lifecycleHook:LifecycleHook"));
        Assert.DoesNotContain("standby", Encoding.UTF8.GetString(Convert.FromBase64String(deployed.One("aws:ec2/launchTemplate:LaunchTemplate")["userData"]!)));
    }

    [Theory]
    [InlineData("a2-ultragpu-1g", "llama-3.1-8b", "has local disks, and a group on Google Cloud cannot say that they are given up at a stop")]
    [InlineData("a2-megagpu-16g", "llama-3.1-405b", "Google Cloud stops them after 3600 s at the latest")]
    public void What_Google_Cloud_would_not_do_is_refused_with_a_reason(string type, string model, string says)
    {
        var pool = A.Pool(CloudProvider.Gcp, instanceType: type);
        var fleet = Fleet(2, pool);
        fleet = fleet with { Servings = [.. fleet.Servings.Select(serving => serving with { Serving = serving.Serving with { Model = Catalog.Embedded.FindModel(model)! } })] };
        Assert.Contains(says, Assert.Throws<RunException>(() => FleetProgram.Deploy(fleet, A.Settings())).Message);
    }

    [SkippableFact]
    public async Task A_machine_that_is_to_wait_fetches_all_it_needs_starts_nothing_and_then_says_so()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The script runs on Linux.");
        using var machine = Prepared("Warmed:Stopped", "Warmed:Pending:Wait");

        var (exitCode, said) = machine.Run(await ScriptAsync());

        Assert.True(exitCode == 0, said);
        Assert.Contains("on the root disk", said);
        var calls = machine.Calls().ToList();
        Assert.Contains("aws s3 sync", calls);
        Assert.DoesNotContain(calls, call => call.Contains("--now", StringComparison.Ordinal));
        Assert.Contains("systemctl enable --no-block engine-0.service", calls);
        Assert.Contains("systemctl enable gpuinfra-boot.service", calls); // User data runs once; it must look after itself when it is started again.
        Assert.True(calls.IndexOf("aws autoscaling complete-lifecycle-action") > calls.IndexOf("systemctl enable --no-block engine-0.service"));
    }

    [SkippableFact]
    public async Task A_machine_that_goes_into_service_is_let_go_and_starts_its_replicas()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The script runs on Linux.");
        using var machine = Prepared("InService", "Pending:Wait");

        var (exitCode, said) = machine.Run(await ScriptAsync());

        Assert.True(exitCode == 0, said);
        Assert.Contains("aws autoscaling complete-lifecycle-action", machine.Calls());
        Assert.Contains("systemctl enable --now --no-block engine-0.service", machine.Calls());
    }

    [SkippableFact]
    public async Task A_machine_that_waited_starts_from_its_disk_and_copies_nothing_again()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The script runs on Linux.");
        using var machine = Prepared("Warmed:Stopped", "Warmed:Pending:Wait");
        Assert.Equal(0, machine.Run(await ScriptAsync()).ExitCode);
        var before = machine.Calls().Count;

        machine.Answer("InService");
        machine.Provide("state", "chat Pending:Wait");
        machine.Empty(); // The bucket's weights are gone: what is on the disk was verified.
        var (exitCode, said) = machine.Run(await ScriptAsync());

        Assert.True(exitCode == 0, said);
        Assert.DoesNotContain(machine.Calls().Skip(before), call => call is "aws s3 sync" || call.StartsWith("docker pull", StringComparison.Ordinal));
        Assert.Contains("systemctl enable --now --no-block engine-0.service", machine.Calls().Skip(before));
        Assert.Contains("aws autoscaling complete-lifecycle-action", machine.Calls().Skip(before));
    }

    [SkippableFact]
    public async Task A_machine_that_reboots_in_service_tells_nobody_and_serves()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The script runs on Linux.");
        using var machine = Prepared("InService", "InService");

        var (exitCode, said) = machine.Run(await ScriptAsync());

        Assert.True(exitCode == 0, said);
        Assert.DoesNotContain("aws autoscaling complete-lifecycle-action", machine.Calls());
        Assert.Contains("systemctl enable --now --no-block engine-0.service", machine.Calls());
    }

    private static Machine Prepared(string target, string state)
    {
        var machine = new Machine(gpus: 4);
        BootstrapRunTests.Complete(machine);
        foreach (var file in new[] { "standby.sh", "meter.sh" })
        {
            machine.Provide(file, File.ReadAllText(Path.Combine(Repository.Root, "infra", "Assets", file)));
        }

        machine.Answer(target);
        machine.Provide("state", $"chat {state}");
        return machine;
    }

    private static async Task<string> ScriptAsync() =>
        Encoding.UTF8.GetString(Convert.FromBase64String((await Waiting(A.Pool())).One("aws:ec2/launchTemplate:LaunchTemplate")["userData"]!));

    private static Task<Deployed> Waiting(params Pool[] pools) => Deployed.Of(Fleet(2, pools), A.Settings());

    private static FleetPlan Fleet(int? standby, params Pool[] pools)
    {
        var fleet = A.FleetPlan([.. pools.Select(pool => pool with { Instances = pool.Instances with { Min = 1 } })]);
        var scaling = new Scaling(Share.FromPercent(70), 1.5, Share.All, false) { Standby = standby };
        return (fleet with { Plan = fleet.Plan with { Servings = [.. fleet.Plan.Servings.Select(serving => serving with { Scaling = scaling })] } }).With(Catalog.Embedded);
    }
}
