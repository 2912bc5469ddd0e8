using System.Text.Json;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Fleets;

public class DrainingPoolsTests
{
    private const string Id = "assistant-aws-us-east-1-ondemand-a10g";

    private static readonly DrainingPool Draining = new(Id, "g5.48xlarge", 3);

    [Fact]
    public void A_draining_pool_keeps_its_machines_and_carries_no_planned_demand()
    {
        var (before, after) = (Plan(), Plan(Draining));
        var pool = Assert.Single(after.Pools, pool => pool.Id == Id);
        Assert.True(pool.IsDraining);
        Assert.Equal(("g5.48xlarge", new InstanceCounts(3, 3, 3)), (pool.InstanceType, pool.Instances));
        Assert.Equal(before.Pools.Select(other => other.Id), after.Pools.Where(other => !other.IsDraining).Select(other => other.Id));
        Assert.Equal(before.Headroom, after.Headroom);
        Assert.Equal(before.Cost.Monthly + pool.Monthly, after.Cost.Monthly);
        Assert.Contains(after.Warnings, warning => warning.StartsWith($"{Id} is draining", StringComparison.Ordinal));
    }

    [Fact]
    public void It_is_the_pool_that_was_chosen_before_prices_moved()
    {
        var cheap = new NegotiatedRate(CloudProvider.Aws, "g5", Share.FromPercent(99), new Month(2030, 1), DiscountedRate.OnDemand);
        var chosen = Assert.Single(Planner.Plan(A.Plan() with { Discounts = [cheap] }, "prod", A.Catalog).Pools);
        Assert.Equal(Id, chosen.Id);

        var kept = Assert.Single(
            Plan(new DrainingPool(Id, chosen.InstanceType, chosen.Instances.Desired)).Pools, pool => pool.IsDraining);
        Assert.Equal((chosen.Engine, chosen.Instances, chosen.Replicas), (kept.Engine, kept.Instances, kept.Replicas));
        Assert.Equal(chosen.Zones.AsEnumerable(), kept.Zones);
        Assert.Equal(chosen.Ladder.AsEnumerable(), kept.Ladder);
    }

    [Fact]
    public void Only_the_deployed_month_keeps_it()
    {
        var fleet = Planner.Plan(A.Plan() with { HorizonMonths = 3, Draining = [Draining] }, "prod", A.Catalog);
        Assert.Equal([true, false, false], fleet.Steps.Select(step => step.Pools.Any(pool => pool.IsDraining)));
    }

    [Fact]
    public void A_pool_that_the_plan_chooses_cannot_be_drained()
    {
        var chosen = Plan().Pools[0];
        var refused = Assert.Throws<PlanException>(() => Plan(new DrainingPool(chosen.Id, chosen.InstanceType, 1)));
        Assert.Contains($"{chosen.Id} serves what this plan needs", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("assistant-aws-us-east-1-ondemand-a10g", "p5.48xlarge")]
    [InlineData("assistant-aws-eu-west-1-ondemand-a10g", "g5.48xlarge")]
    [InlineData("nobody-aws-us-east-1-ondemand-a10g", "g5.48xlarge")]
    public void An_id_that_no_pool_of_the_plan_can_have_is_refused(string id, string instanceType) => Assert.Contains(
        $"{id} cannot be on {instanceType}",
        Assert.Throws<PlanException>(() => Plan(new DrainingPool(id, instanceType, 1))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void The_JSON_says_which_pools_drain()
    {
        using var document = JsonDocument.Parse(FleetPlanJson.ToJson(Plan(Draining)));
        Assert.Equal(
            [Id],
            document.RootElement.GetProperty("pools").EnumerateArray().Where(pool => pool.TryGetProperty("draining", out _))
                .Select(pool => pool.GetProperty("id").GetString()));
    }

    [Fact]
    public void It_counts_in_the_plans_hash() => Assert.NotEqual(Plan().PlanHash, Plan(Draining).PlanHash);

    private static FleetPlan Plan(params DrainingPool[] draining) =>
        Planner.Plan(A.Plan() with { Draining = [.. draining] }, "prod", A.Catalog);
}
