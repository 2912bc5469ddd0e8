using GpuInfra.Offline.Policies;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using Pulumi.Offline;
using static GpuInfra.Offline.Tests.Prod;

namespace GpuInfra.Offline.Tests;

/// <summary>What looks after groups between updates, in production's record.</summary>
public class KeeperTests
{
    private const string Autoscaler = "gcp:compute/regionAutoscaler:RegionAutoscaler";
    private const string Role = "gcp:projects/iAMCustomRole:IAMCustomRole";
    private const string Twin = "-fallback";

    [Fact]
    public async Task Every_spot_pool_of_Google_Cloud_has_a_twin_that_may_become_as_large_as_it()
    {
        var record = await Prod.Record;
        var pools = record.Fleet.Pools.Where(pool => pool is { Tier: Tier.Spot, Cloud: CloudProvider.Gcp }).ToList();
        Assert.NotEmpty(pools);
        foreach (var pool in pools)
        {
            var policy = record.Resolved.Resources.Single(resource => resource.Type == Autoscaler && resource.Name == pool.Id + Twin).Inputs.At("autoscalingPolicy");
            Assert.Equal((0, pool.Instances.Max), ((int)policy.NumberAt("minReplicas")!, (int)policy.NumberAt("maxReplicas")!));
        }
    }

    [Fact]
    public async Task A_twin_costs_nothing_until_spot_is_short_and_breaks_no_policy() =>
        Assert.DoesNotContain((await Prod.Record).Checks, check => check.Status == CheckStatus.Fail);

    public static TheoryData<string, Func<PreviewRecord, PreviewRecord>> Violations => new()
    {
        { "is not empty at first", record => record.With(Autoscaler, Twin, new PropertyValue.Number(1), "autoscalingPolicy", "minReplicas") },
        { "may become larger than", record => record.With(Autoscaler, Twin, new PropertyValue.Number(99), "autoscalingPolicy", "maxReplicas") },
        { "does not follow", record => record.With(Autoscaler, Twin, Text("custom.googleapis.com/other"), "autoscalingPolicy", "metrics", "name") },
        { "does not follow", record => record.With(Autoscaler, Twin, Text("metric.labels.pool = \"another\""), "autoscalingPolicy", "metrics", "filter") },
    };

    [Theory]
    [MemberData(nameof(Violations))]
    public async Task A_twin_that_leaves_its_bounds_is_caught(string says, Func<PreviewRecord, PreviewRecord> plant)
    {
        var record = await Prod.Record;
        Assert.Empty(ScalingRules.ScalingBounded.Find(record));
        Assert.Contains(ScalingRules.ScalingBounded.Find(plant(record)), finding => finding.Detail.Contains(says, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("compute.instanceGroupManagers.update")]
    [InlineData("compute.instances.delete")]
    [InlineData("compute.autoscalers.update")] // No pool of production follows load.
    public async Task A_keeper_that_could_take_productions_machines_is_caught(string permission)
    {
        var record = await Prod.Record;
        Assert.Empty(ShutdownRules.StopFenced.Find(record));
        Assert.NotEmpty(ShutdownRules.StopFenced.Find(record.With(Role, "keeper", List(Text(permission)), "permissions")));
    }
}
