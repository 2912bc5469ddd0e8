using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;

namespace GpuInfra.Infra.Tests;

public class StabilityTests
{
    private static readonly Tier[] Tiers = [Tier.Reserved, Tier.OnDemand];

    [Fact]
    public async Task Resizing_a_pool_renames_nothing()
    {
        var before = await Deployed.Of(Fleet(instances: 2));
        var after = await Deployed.Of(Fleet(instances: 7));

        Assert.Equal(before.Urns, after.Urns);
    }

    [Fact]
    public async Task The_order_of_a_plan_renames_nothing()
    {
        var before = await Deployed.Of(Fleet(instances: 2));
        var after = await Deployed.Of([.. Fleet(instances: 2).Reverse()]);

        Assert.Equal(before.Urns, after.Urns);
    }

    [Fact]
    public async Task Another_instance_type_of_the_same_GPU_renames_nothing()
    {
        var before = await Deployed.Of(A.Pool(instanceType: "g6.12xlarge"));
        var after = await Deployed.Of(A.Pool(instanceType: "g6.24xlarge"));

        Assert.Equal(before.Urns, after.Urns);
    }

    [Fact]
    public async Task One_pools_size_changes_that_pool_only()
    {
        var before = await Deployed.Of(A.Pool(), A.Pool(serving: "code"));
        var after = await Deployed.Of(A.Pool(), A.Pool(serving: "code", instances: 5));
        var changed = before.Resources.Where(resource => !Same(resource, after.Resources.Single(other => (other.Type, other.Name) == (resource.Type, resource.Name))));

        Assert.Equal(["code-aws-us-east-1-ondemand-l4"], changed.Select(resource => resource.Name));
    }

    [Fact]
    public async Task No_two_resources_share_a_URN()
    {
        var deployed = await Deployed.Of(Fleet(instances: 2));

        Assert.Equal(deployed.Urns.Distinct(), deployed.Urns);
    }

    private static Pool[] Fleet(int instances) =>
    [
        .. new[] { CloudProvider.Aws, CloudProvider.Gcp }.SelectMany(cloud => Tiers.Select(tier => A.Pool(cloud, tier, instances: instances))),
        A.Pool(tier: Tier.Spot, serving: "batch", instances: instances, window: A.Window("01:00", "05:00")),
        A.Pool(CloudProvider.Gcp, Tier.Spot, "batch", instances, A.Window("01:00", "05:00")),
    ];

    private static bool Same(Declared left, Declared right) => Text(left.Inputs) == Text(right.Inputs);

    private static string Text(object? value) => System.Text.Json.JsonSerializer.Serialize(Sorted(value));

    private static object? Sorted(object? value) => value switch
    {
        System.Collections.Immutable.ImmutableDictionary<string, object> map => new SortedDictionary<string, object?>(
            map.ToDictionary(pair => pair.Key, pair => Sorted(pair.Value)), StringComparer.Ordinal),
        System.Collections.Immutable.ImmutableArray<object> list => list.Select(Sorted).ToArray(),
        _ => value,
    };
}
