using GpuInfra.Offline.Costs;
using GpuInfra.Offline.Policies;
using GpuInfra.Offline.Tests.Clusters;
using GpuInfra.Planning.Monitoring;
using GpuInfra.Planning.Plans;
using Pulumi.Offline;

namespace GpuInfra.Offline.Tests;

/// <summary>Replicas over several machines: what a provider would take, what policies say, and what they cost.</summary>
public class SpanTests
{
    /// <summary>What is about the plan's demand and prices, which the fleet here was not planned for.</summary>
    private static readonly string[] OfThePlan = ["survival", "survival-replay", "backend-loss", "cost-as-planned"];

    [Fact]
    public async Task On_machines_every_policy_holds_and_the_providers_would_take_all_of_it() => Holds(await Spanning.Machines);

    [Fact]
    public async Task In_clusters_every_policy_holds_and_the_providers_would_take_all_of_it() => Holds(await Spanning.Clusters);

    [Fact]
    public async Task In_a_cluster_groups_of_pods_start_together_and_the_leader_alone_answers()
    {
        var record = await Spanning.Clusters;
        var sets = record.Of("kubernetes:leaderworkerset.x-k8s.io/v1:LeaderWorkerSet").ToList();
        Assert.Equal(record.Fleet.Provisioned.Count(pool => pool.NodesPerReplica > 1), sets.Count);
        foreach (var set in sets)
        {
            var pool = record.Fleet.Provisioned.Single(pool => set.Name == $"{pool.Id}-span");
            var template = set.Inputs.At("spec", "leaderWorkerTemplate");
            Assert.Equal((pool.Replicas, 2, "RecreateGroupOnPodRestart"), ((int)set.Inputs.NumberAt("spec", "replicas")!, (int)template.NumberAt("size")!, template.TextAt("restartPolicy")));
            var (head, worker) = (Engine(template, "leaderTemplate"), Engine(template, "workerTemplate"));
            foreach (var engine in new[] { head, worker })
            {
                var args = string.Join(' ', engine.ListAt("args").Select(word => word.TextAt()));
                Assert.Contains("--tensor-parallel-size 8 --pipeline-parallel-size 2", args, StringComparison.Ordinal);
                Assert.Contains("--distributed-executor-backend mp --nnodes 2 --node-rank $(LWS_WORKER_INDEX) --master-addr $(LWS_LEADER_ADDRESS) --master-port 29500", args, StringComparison.Ordinal);
                Assert.Equal(engine == worker, args.EndsWith(" --headless", StringComparison.Ordinal));
                Assert.Equal("8", engine.TextAt("resources", "limits", "nvidia.com/gpu"));
                Assert.Equal(pool.Cloud == Planning.Catalogs.CloudProvider.Aws ? "32" : null, engine.TextAt("resources", "limits", "vpc.amazonaws.com/efa"));
            }

            Assert.NotNull(head.At("startupProbe"));
            Assert.Null(worker.At("startupProbe") ?? worker.At("readinessProbe") ?? worker.At("livenessProbe"));
            Assert.Empty(worker.ListAt("ports"));
            var service = record.Of("kubernetes:core/v1:Service").Single(service => service.Name == pool.Id);
            Assert.Equal("0", service.Inputs.TextAt("spec", "selector", "leaderworkerset.sigs.k8s.io/worker-index"));
            Assert.Equal(1, record.Of("kubernetes:policy/v1:PodDisruptionBudget").Single(budget => budget.Name == pool.Id).Inputs.NumberAt("spec", "maxUnavailable"));
            Assert.DoesNotContain(record.Of(Kube.Deployment), deployment => deployment.Name == pool.Id);
        }

        static PropertyValue Engine(PropertyValue? template, string which) => template.ListAt(which, "spec", "containers").Single();
    }

    [Fact]
    public async Task Nodes_of_a_cluster_are_on_the_fabric_and_close_together()
    {
        var record = await Spanning.Clusters;
        foreach (var group in record.Of(ResourceTypes.EksNodeGroup).Where(group => group.Name.StartsWith("assistant", StringComparison.Ordinal)))
        {
            Assert.Single(group.Inputs.ListAt("subnetIds"));
            Assert.Equal(6, group.Inputs.NumberAt("scalingConfig", "desiredSize"));
        }

        var templates = record.Of(ResourceTypes.LaunchTemplate).Where(template => template.Name.StartsWith("assistant", StringComparison.Ordinal)).ToList();
        Assert.All(templates, template => Assert.Equal(32, template.Inputs.ListAt("networkInterfaces").Count()));
        Assert.All(templates, template => Assert.NotNull(template.Inputs.At("placement")));
        Assert.Contains(record.Of(ResourceTypes.GkeNodePool), pool => pool.Inputs.TextAt("placementPolicy", "type") == "COMPACT");
        Assert.Contains(record.Of(Kube.DaemonSet), plugin => plugin.Name == "aws-us-east-1-device-plugin-efa");
        Assert.Contains(record.Of("kubernetes:helm.sh/v3:Release"), release => release.Inputs.TextAt("chart") == "oci://registry.k8s.io/lws/charts/lws" && release.Inputs.TextAt("version") == "v0.8.0");
    }

    [Theory]
    [InlineData("leave out its hours")]
    [InlineData("give assistant a shorter name")]
    public async Task What_groups_of_pods_do_not_carry_is_refused(string why)
    {
        var fleet = (await Spanning.Clusters).Fleet;
        var spoilt = fleet with
        {
            Pools = [.. fleet.Pools.Select(pool => pool.NodesPerReplica == 1 || pool.Tier == Planning.Fleets.Tier.Reserved ? pool
                : why.Contains("hours", StringComparison.Ordinal) ? pool with { Window = new RunWindow(new DayRange(DayOfWeek.Monday, DayOfWeek.Friday), new TimeOnly(8, 0), new TimeOnly(20, 0), "UTC") }
                : pool with { Id = pool.Id.Replace("assistant-", "assistant-of-the-house-", StringComparison.Ordinal) })],
        };
        Assert.Contains(Infra.Common.ClusterFleetCheck.Problems(spoilt), problem => problem.Contains(why, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nothing_that_connects_machines_is_billed()
    {
        var record = await Spanning.Machines;
        Assert.All(
            record.Costs.Resources.Where(resource => resource.Type is "aws:ec2/placementGroup:PlacementGroup" or "gcp:compute/resourcePolicy:ResourcePolicy"),
            resource => Assert.NotNull(resource.FreeBecause));
        Assert.DoesNotContain(record.Costs.Resources.SelectMany(resource => resource.Unpriced), part => part.Reason == PricingTable.Unclassified);
    }

    [Fact]
    public async Task A_fabric_where_no_replica_spans_is_caught_and_a_missing_one_too()
    {
        var policy = SpanRules.FabricWhereSpanned;
        Assert.Empty(policy.Find(await Spanning.Machines));
        var prod = await Prod.Record;
        Assert.Empty(policy.Find(prod));
        Assert.Contains("it has a fabric", Assert.Single(policy.Find(prod.With(ResourceTypes.LaunchTemplate, "coder", Prod.Text("efa"), "networkInterfaces", "interfaceType"))).Detail, StringComparison.Ordinal);
        Assert.Contains("close together", Assert.Single(policy.Find(prod.With(ResourceTypes.LaunchTemplate, "coder", Prod.Text("g"), "placement", "groupName"))).Detail, StringComparison.Ordinal);
        var spanning = await Spanning.Machines;
        Assert.Contains("no fabric", Assert.Single(policy.Find(spanning.With(ResourceTypes.LaunchTemplate, "assistant", Prod.List(Prod.Map(("deviceIndex", new PropertyValue.Number(0)))), "networkInterfaces"))).Detail, StringComparison.Ordinal);
        Assert.Contains("over 2 zones", Assert.Single(policy.Find(spanning.With(ResourceTypes.AutoScalingGroup, "assistant", Prod.List(Prod.Text("a"), Prod.Text("b")), "vpcZoneIdentifiers"))).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Machines_that_answer_nobody_are_not_missed_and_heads_in_clusters_are()
    {
        var down = Expressions((await Spanning.Machines).Fleet, isManaged: false);
        Assert.Contains("pool!~\"assistant-aws-us-east-1-ondemand-h100-80gb|", down, StringComparison.Ordinal);
        Assert.Equal(down, Expressions((await Spanning.Machines).Fleet, isManaged: true));
        Assert.Equal(Expressions((await Prod.Record).Fleet, isManaged: false), Expressions((await Spanning.Clusters).Fleet, isManaged: false));

        static string Expressions(Planning.Fleets.FleetPlan fleet, bool isManaged)
        {
            var rules = AlertRules.Of(fleet, Planning.Catalogs.Catalog.Embedded);
            return (isManaged ? rules.Managed : rules).Alerts.Single(alert => alert.Name == "TargetDown").Expression;
        }
    }

    [Fact]
    public async Task Routers_are_told_who_the_heads_are_by_a_file_of_their_own()
    {
        var record = await Spanning.Machines;
        var agents = record.Resolved.Resources.Where(resource => resource.Name.EndsWith("router-agent", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(agents);
        foreach (var agent in agents)
        {
            var text = agent.Inputs.TextAt("content") ?? ((PropertyValue.AssetValue)agent.Inputs.At("source")!).Content;
            Assert.Contains("\nAmazon, Google = seeing_heads(Amazon, SPANS), seeing_heads(Google, SPANS)\n\n\nif __name__ == ", text, StringComparison.Ordinal);
            Assert.Contains("SPANS = {\"assistant-", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Other_pools_of_the_stack_stay_byte_for_byte_as_they_were()
    {
        var (before, after) = (await Prod.Record, await Spanning.Machines);
        foreach (var type in new[] { ResourceTypes.LaunchTemplate, "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate", ResourceTypes.AutoScalingGroup, ResourceTypes.RegionalGroup })
        {
            var others = before.Of(type).Where(resource => resource.Name.StartsWith("coder", StringComparison.Ordinal)).ToList();
            Assert.NotEmpty(others);
            Assert.All(others, resource => Assert.Equal(RecordJson.ToText(resource.Inputs), RecordJson.ToText(after.Of(type).Single(other => other.Urn == resource.Urn).Inputs)));
        }
    }

    [Fact]
    public async Task What_spanning_makes_is_as_recorded()
    {
        Golden.AssertFile("tests/GpuInfra.Offline.Tests/span.machines.json", Text((await Spanning.Machines).Resolved.Resources.Where(IsOfMachines)));
        Golden.AssertFile("tests/GpuInfra.Offline.Tests/Clusters/span.objects.json", Text((await Spanning.Clusters).Resolved.Resources.Where(IsOfClusters)));

        static bool IsOfMachines(ResourceRecord resource) => !resource.Type.Contains("/bucketObject", StringComparison.Ordinal) && (resource.Name.Contains("fabric", StringComparison.Ordinal) || resource.Name.Contains("-data-", StringComparison.Ordinal)
            || resource.Name.Contains("-replicas", StringComparison.Ordinal) || resource.Name.Contains("rendezvous", StringComparison.Ordinal)
            || resource.Name.StartsWith("assistant-", StringComparison.Ordinal));
        static bool IsOfClusters(ResourceRecord resource) => resource.Type.StartsWith("kubernetes:", StringComparison.Ordinal) && !resource.Type.StartsWith("kubernetes:helm", StringComparison.Ordinal)
            && (resource.Name.Contains("assistant-", StringComparison.Ordinal) || resource.Name.Contains("lws", StringComparison.Ordinal) || resource.Name.EndsWith("-efa", StringComparison.Ordinal));
    }

    /// <summary>Without scripts, which run in tests of their own.</summary>
    private static string Text(IEnumerable<ResourceRecord> resources) => new System.Text.StringBuilder("{\n\"resources\": [\n")
        .AppendJoin(",\n", resources.Where(resource => resource.IsCustom).OrderBy(resource => resource.Type, StringComparer.Ordinal).ThenBy(resource => resource.Name, StringComparer.Ordinal).Select(resource =>
            $"{{\"type\": \"{resource.Type}\", \"name\": \"{resource.Name}\", \"inputs\": {RecordJson.ToText(new PropertyValue.Map(resource.Inputs.Members.Remove("userData").Remove("metadataStartupScript")))}}}"))
        .Append("\n]\n}\n").ToString();

    private static void Holds(PreviewRecord record)
    {
        Assert.Equal("", string.Join('\n', record.Checks.Where(check => check.Status == CheckStatus.Fail && !OfThePlan.Contains(check.Id)).Select(check => $"{check.Id} {check.Subject} {check.Detail}")));
        Assert.Empty(record.Preview.Problems.Concat(record.Resolved.Problems));
    }
}
