using System.Collections.Immutable;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Plans.Ledgers;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Fleets;

public class FleetExplanationTests
{
    private static readonly CapacityPlan Plan = A.ProdPlan();
    private static readonly FleetPlan Fleet = Planner.Plan(Plan, "prod", A.Catalog);
    private static readonly FleetExplanation Explanation = FleetExplanation.Of(Fleet, A.Catalog);

    public static TheoryData<string, CapacityPlan> Without => new()
    {
        { "headroom", Plan with { Headroom = default } },
        { "survive.zone", Surviving(new Survival(default, Plan.Survive.Cloud)) },
        { "survive.cloud", Surviving(new Survival(Plan.Survive.Zone, default)) },
    };

    [Theory]
    [MemberData(nameof(Without))]
    public void A_promise_costs_what_the_plan_costs_less_without_it(string constraint, CapacityPlan plan)
    {
        var cheaper = Planner.Plan(plan, "prod", A.Catalog).Objective;
        var price = Price(Explanation, constraint);
        Assert.True(price.IsProven);
        Assert.Equal((double)(Fleet.Objective - cheaper), (double)price.Monthly.Amount, 0.006);
        Assert.Contains(price.Monthly.Amount == 0 ? "costs nothing" : " a month (", price.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_clouds_share_costs_what_a_fleet_that_may_leave_it_saves()
    {
        var price = Price(Explanation, "clouds.gcp.share");
        Assert.True(price.IsProven);

        // A plan that gives the cloud less of the peak is one of those that the question allows.
        var less = Planner.Plan(Plan with { Clouds = [A.Aws(90), A.Gcp(10)] }, "prod", A.Catalog).Objective;
        Assert.True(price.Monthly.Amount >= Fleet.Objective - less - 0.01m);
    }

    [Fact]
    public void A_quota_that_binds_has_the_price_of_what_it_rules_out()
    {
        var free = Planner.Plan(A.Plan(), "prod", A.Catalog);
        var need = free.Quotas.Single();
        var grant = new Grant(need.Cloud, A.Aws().Account, need.Region, need.Total - 1, ImmutableSortedDictionary<string, int>.Empty.Add("prod", need.Total - 1));
        var bound = Planner.Plan(A.Plan() with { Ledger = new() { Quotas = [new(grant, need.Code)] } }, "prod", A.Catalog);
        Assert.Equal((double)(bound.Objective - free.Objective), (double)Price(FleetExplanation.Of(bound, A.Catalog), $"quotas.{need.Code} {need.Region}").Monthly.Amount, 0.006);
    }

    [Fact]
    public void Staying_costs_what_moving_would_save()
    {
        var running = Planner.Plan(Plan with { Obsolete = [new Obsolescence(Fleet.Pools[0].Gpu, Plan.Start)] }, "prod", A.Catalog);
        var stays = Planner.Plan(Plan with { MovesFrom = Share.FromPercent(90) }, "prod", A.Catalog, running.Steps);
        Assert.Equal((double)(stays.Objective - Fleet.Objective), (double)Price(FleetExplanation.Of(stays, A.Catalog), "stability.movesFrom").Monthly.Amount, 0.006);
        Assert.True(stays.Objective > Fleet.Objective);
    }

    [Fact]
    public void An_offer_won_by_what_the_plan_costs_more_without_it()
    {
        Assert.Equal(
            Fleet.Pools.Select(pool => (pool.Serving, $"{JsonText.Word(pool.Cloud)}/{pool.Region}/{pool.InstanceType}")).Distinct().Order(),
            Explanation.Margins.Select(margin => (margin.Serving, margin.Offer)).Order());
        Assert.All(Explanation.Margins, margin => Assert.True(margin.Monthly is null || margin.Monthly.Value.Amount >= 0));
        Assert.All(Explanation.Margins, margin => Assert.DoesNotContain(margin.Offer, margin.Instead ?? "", StringComparison.Ordinal));
    }

    [Fact]
    public void An_offer_that_was_not_taken_costs_what_its_clouds_fleet_of_nothing_else_costs_more()
    {
        // A serving runs on one offer in a cloud, so a fleet with an instance of another one has all of the cloud's instances of it.
        var (solved, asked) = (Fleet.Optimum!, 0);
        foreach (var distance in Explanation.Distances)
        {
            var need = solved.Free.Servings.Single(serving => serving.Name == distance.Serving);
            var cloud = need.Choices.First(choice => choice.IsOf(distance.Offer)).Cloud;
            var only = need with { Choices = [.. need.Choices.Where(choice => choice.Cloud != cloud || choice.IsOf(distance.Offer))] };
            var forced = ServingSearch.Solve(only, [], new Planning.Optimization.SearchLimits());
            var free = ServingSearch.Solve(need, [], new Planning.Optimization.SearchLimits());
            Assert.True(distance.IsExact && distance.Monthly.Amount >= 0);
            Assert.Equal((double)(forced.Objective - free.Objective), (double)distance.Monthly.Amount, 0.006);
            Assert.DoesNotContain(Fleet.Pools, pool => pool.Serving == distance.Serving && distance.Offer.EndsWith($"/{pool.InstanceType}", StringComparison.Ordinal));
            asked++;
        }

        Assert.True(asked > 3);
    }

    private static CapacityPlan Surviving(Survival survive) => Plan with
    {
        Survive = survive,
        Servings = [.. Plan.Servings.Select(serving => serving with { Survive = survive })],
    };

    private static ConstraintPrice Price(FleetExplanation explanation, string constraint) => explanation.Prices.Single(price => price.Constraint == constraint);
}
