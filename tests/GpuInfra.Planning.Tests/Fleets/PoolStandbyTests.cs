using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Sizing.Starts;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Fleets;

public class PoolStandbyTests
{
    private static readonly FleetPlan Fleet = Planner.Plan(PlanOf(2), "prod", A.Catalog);

    private static IEnumerable<(Pool Pool, PoolStandby Standby)> Waiting => Fleet.Pools.Select(pool => (pool, Standby: Fleet.StandbyOf(pool))).Where(item => item.Standby is not null).Select(item => (item.pool, item.Standby!));

    [Fact]
    public void Each_pool_that_follows_load_has_as_many_stopped_machines_as_the_plan_says_and_no_other_has_any()
    {
        Assert.NotEmpty(Waiting);
        Assert.All(Fleet.Pools, pool => Assert.Equal(Fleet.ScalingOf(pool) is not null && PoolStandby.Refusal(A.Catalog, pool) is null ? 2 : null, Fleet.StandbyOf(pool)?.Machines));
        var without = Planner.Plan(PlanOf(null), "prod", A.Catalog);
        Assert.All(without.Pools, pool => Assert.Null(without.StandbyOf(pool)));
    }

    [Fact]
    public void A_stop_saves_the_image_and_the_copy_and_costs_a_read_of_the_root_disk() => Assert.All(Waiting, item =>
    {
        StartStage[] stages = [.. item.Standby.Start.Steps.Select(step => step.Stage)];
        Assert.Equal([StartStage.Boot, StartStage.Driver, StartStage.RootDisk, StartStage.Engine, StartStage.Load, StartStage.WarmUp], stages);
        var weights = WeightBytes.Of(Fleet.Plan.Servings[0].Model, item.Pool.Engine.Precision).Total;
        var rate = A.Catalog.StartFact(item.Pool.Cloud, StartStage.RootDisk).Rate!.Value.BytesPerSecond;
        Assert.Equal(weights / rate, item.Standby.Start.Steps.Single(step => step.Stage == StartStage.RootDisk).Duration.TotalSeconds, 3);
        Assert.Equal(PoolStart.Of(A.Catalog, Fleet.Plan.Servings[0], item.Pool).Total, item.Standby.Cold.Total);
        Assert.Equal(item.Standby.Start.Total < item.Standby.Cold.Total, item.Standby.IsSooner);
    });

    [Fact]
    public void What_waits_costs_its_disks_by_the_catalogs_unit_prices() => Assert.All(Waiting, item =>
    {
        decimal Price(string sku) => A.Catalog.FindUnitPrice(item.Pool.Cloud, item.Pool.Region, "block-storage", sku)!.Price.Amount;
        var disk = item.Pool.Cloud == CloudProvider.Aws
            ? (Price("gp3-storage") * item.Standby.DiskGib) + (Price("gp3-throughput-over-125") * 625)
            : Price("pd-ssd") * item.Standby.DiskGib;
        Assert.Equal(decimal.Round(2 * disk, 2), item.Standby.Monthly!.Value.Amount);
        Assert.True(item.Standby.DiskGib >= RootDisk.GibFor(ByteSize.FromBytes(WeightBytes.Of(Fleet.Plan.Servings[0].Model, item.Pool.Engine.Precision).Total)));
    });

    [Fact]
    public void The_rate_of_Googles_disk_is_that_of_the_smallest_size() =>
        Assert.Equal(500 * 0.48 * 1.048576 / 1000, A.Catalog.StartFact(CloudProvider.Gcp, StartStage.RootDisk).Rate!.Value.BytesPerSecond / 1e9, 4);

    [Fact]
    public void The_rate_of_Amazons_disk_is_what_is_provisioned() =>
        Assert.Equal(RootDisk.AmazonStandbyMibPerSecond * 1.048576 / 1000, A.Catalog.StartFact(CloudProvider.Aws, StartStage.RootDisk).Rate!.Value.BytesPerSecond / 1e9, 4);

    [Fact]
    public void Machines_that_are_prepared_while_the_pool_is_at_its_largest_count_against_its_quota()
    {
        var without = Planner.Plan(PlanOf(null), "prod", A.Catalog);
        foreach (var (need, before) in Fleet.Quotas.Zip(without.Quotas))
        {
            var more = Waiting.Where(item => item.Pool.Cloud == need.Cloud).Sum(item => 2 * (need.Cloud == CloudProvider.Aws ? A.Catalog.FindMachine(need.Cloud, item.Pool.InstanceType)!.VCpus!.Value : item.Pool.GpusPerInstance));
            Assert.Equal((before.Running, before.Surge + more), (need.Running, need.Surge));
        }
    }

    [Theory]
    [InlineData("a2-highgpu-1g", null)]
    [InlineData("g2-standard-48", null)]
    [InlineData("n1-standard-8+1xT4", null)]
    [InlineData("a2-ultragpu-1g", "a2-ultragpu-1g has local disks")]
    [InlineData("a3-highgpu-8g", "a3-highgpu-8g has local disks")]
    [InlineData("a4-highgpu-8g", "a4-highgpu-8g has local disks")]
    public void On_Google_Cloud_only_machines_without_local_disks_can_wait_stopped(string type, string? says)
    {
        var pool = Fleet.Pools.First() with { Cloud = CloudProvider.Gcp, InstanceType = type };
        Assert.Equal(says is null, PoolStandby.Refusal(A.Catalog, pool) is null);
        Assert.StartsWith(says ?? "", PoolStandby.Refusal(A.Catalog, pool) ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void A_target_that_a_new_machine_misses_and_a_stopped_one_meets_is_told_with_the_key()
    {
        var (pool, standby) = Waiting.First(item => item.Standby.IsSooner);
        var between = (standby.Start.Total + standby.Cold.Total) / 2;
        Assert.Contains(Told(null, between), warning => warning.StartsWith(pool.Id, StringComparison.Ordinal) && warning.EndsWith("(scaling: { standby: 1 })", StringComparison.Ordinal));
        Assert.Contains(Told(2, between), warning => warning.StartsWith($"{pool.Id}: its 2 stopped machines answer within its target", StringComparison.Ordinal));
        Assert.Contains(Told(2, TimeSpan.FromSeconds(5)), warning => warning.StartsWith($"{pool.Id}: neither a new machine", StringComparison.Ordinal));
        Assert.DoesNotContain(Told(2, TimeSpan.FromHours(2)), warning => warning.Contains("stopped", StringComparison.Ordinal));
    }

    [Fact]
    public void A_disk_that_is_slower_than_the_bucket_is_warned_of()
    {
        var serving = Fleet.Plan.Servings[0];
        var pool = Waiting.First(item => item.Pool.Cloud == CloudProvider.Gcp).Pool;
        Assert.Empty(PoolStandby.Warnings(Fleet.Plan, A.Catalog, serving with { Model = A.Catalog.FindModel("llama-3.1-8b")! }, [pool]));
        Assert.StartsWith($"{pool.Id}: a stopped machine answers after", Assert.Single(PoolStandby.Warnings(Fleet.Plan, A.Catalog, serving with { Model = A.Catalog.FindModel("llama-3.1-405b")! }, [pool])), StringComparison.Ordinal);
    }

    private static IEnumerable<string> Told(int? standby, TimeSpan target)
    {
        var plan = PlanOf(standby);
        return Planner.Plan(plan with { Servings = [plan.Servings[0] with { ColdStart = new ColdStartWish(target, null, null) }] }, "prod", A.Catalog).Warnings;
    }

    private static CapacityPlan PlanOf(int? standby) => A.Plan() with
    {
        Clouds = [A.Aws(70), A.Gcp(30)],
        Servings = [A.Serving() with { Scaling = new Scaling(null, 1, Share.FromPercent(40), true) { Standby = standby } }],
    };
}
