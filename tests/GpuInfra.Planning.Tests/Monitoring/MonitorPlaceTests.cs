using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Monitoring;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Tests.Monitoring;

public class MonitorPlaceTests
{
    private static readonly FleetPlan Fleet = MonitorConfigTests.Fleet;

    [Fact]
    public void Each_of_two_clouds_has_one_monitor()
    {
        var both = Watched(Fleet.Pools[0], Fleet.Pools[0] with { Id = "other", Cloud = Other(Fleet.Pools[0].Cloud), Region = Fleet.Plan.Clouds.SingleOrDefault(cloud => cloud.Cloud == Other(Fleet.Pools[0].Cloud))?.Regions[0] ?? "us-central1" });
        var places = MonitorPlace.Of(both);
        Assert.Equal([1, 2], places.Select(place => place.Number));
        Assert.Equal(both.Provisioned.Select(pool => pool.Cloud).Distinct().Order(), places.Select(place => place.Cloud));
    }

    [Fact]
    public void One_cloud_has_both_in_its_first_region_that_holds_a_pool()
    {
        var places = MonitorPlace.Of(Watched(Fleet.Pools[0]));
        Assert.Equal([1, 2], places.Select(place => place.Number));
        Assert.Equal((Fleet.Pools[0].Cloud, Fleet.Pools[0].Region), places.Select(place => (place.Cloud, place.Region)).Distinct().Single());
    }

    [Fact]
    public void Without_the_mode_there_are_none() => Assert.Empty(MonitorPlace.Of(Fleet));

    private static CloudProvider Other(CloudProvider cloud) => cloud == CloudProvider.Aws ? CloudProvider.Gcp : CloudProvider.Aws;

    private static FleetPlan Watched(params ImmutableArray<Pool> pools)
    {
        ImmutableArray<CloudTarget> clouds = [.. pools.Select(pool => pool.Cloud).Distinct().Select(cloud =>
            new CloudTarget(cloud, "account", default, ["no-pool-here", .. pools.Where(pool => pool.Cloud == cloud).Select(pool => pool.Region)]))];
        return Fleet with { Pools = pools, Plan = Fleet.Plan with { Clouds = clouds, Monitoring = new MonitoringPlan { Mode = MonitoringMode.Create } } };
    }
}
