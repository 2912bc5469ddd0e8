using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Routes;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Routes;

public class RoutingTableTests
{
    private static readonly FleetPlan Fleet = Planner.Plan(A.ProdPlan(), "prod", A.Catalog);
    private static readonly RoutingTable Table = RoutingTable.Of(Fleet);

    [Fact]
    public void Weights_follow_planned_capacity_over_all_regions_and_clouds() => Assert.All(Table.Routes, route =>
    {
        var pools = Fleet.Pools.Where(pool => pool.Serving == route.Serving.Name).ToList();
        Assert.Equal(pools.Select(pool => pool.Id).Order(), route.Backends.Select(backend => backend.Name).Order());
        Assert.All(route.Backends, backend => Assert.Equal(
            pools.Single(pool => pool.Id == backend.Name).RequestsPerSecond / pools.Sum(pool => pool.RequestsPerSecond), backend.Weight.Fraction, 9));
        Assert.Equal(route.Backends.Sum(backend => backend.RequestsPerSecond), route.FirstFull().RequestsPerSecond, 6);
    });

    [Fact]
    public void Every_region_with_a_routed_pool_has_an_entry() => Assert.Equal(
        Fleet.Pools.Select(pool => (pool.Cloud, pool.Region)).Distinct().Order(), Table.Entries);

    [Fact]
    public void What_a_loss_leaves_is_compared_with_what_survives_the_loss_of_a_cloud() => Assert.All(
        Table.Routes.SelectMany(route => route.Losses.Select(loss => (route, loss))),
        item =>
        {
            Assert.Equal(item.route.Serving.Survive.Cloud, item.loss.Asked);
            Assert.Equal(item.route.Backends.Where(backend => backend.Name != item.loss.Lost).Sum(backend => backend.RequestsPerSecond), item.loss.Left, 6);
        });

    [Fact]
    public void Absorb_asks_for_more_than_the_loss_of_a_cloud_leaves()
    {
        var asking = RoutingTable.Of(Fleet with { Plan = Fleet.Plan with { Router = new RouterPlan { Absorb = Share.All } } });

        Assert.All(asking.Routes.SelectMany(route => route.Losses), loss => Assert.Equal(loss.OfP95.Fraction >= 1 - 1e-9, loss.Holds));
        Assert.Contains(asking.Routes.SelectMany(route => route.Losses), loss => !loss.Holds);
    }

    [Fact]
    public void No_timeout_is_shorter_than_a_context_full_of_output()
    {
        var route = Table.Find("assistant")!;

        Assert.True(route.LongestAnswer >= route.Serving.Latency!.TimeToFirstToken + (route.Serving.MaxContextTokens * route.Serving.Latency.TimePerOutputToken));
        Assert.Equal(route.Serving.Latency.TimeToFirstToken, route.LongestWait);
    }

    [Theory]
    [InlineData(RouteStrategy.Cost)]
    [InlineData(RouteStrategy.Latency)]
    [InlineData(RouteStrategy.Quality)]
    public void Ordered_strategies_fill_the_better_pool_first(RouteStrategy strategy)
    {
        var backends = With(new ServingRoute("assistant") { Strategy = strategy }).Find("assistant")!.Backends;
        var keys = backends.Select(backend => Key(strategy, Fleet.Pools.Single(pool => pool.Id == backend.Name))).ToList();

        Assert.Equal(keys.Order(), keys);
        Assert.Equal(keys.Distinct().Count() - 1, backends.Max(backend => backend.Rank));
    }

    [Fact]
    public void An_overflow_stands_last_and_counts_when_a_pool_is_lost()
    {
        var route = With(new ServingRoute("assistant") { Overflow = [Api(40)] }).Find("assistant")!;

        Assert.Equal(("azure", BackendKind.Api, default(Share)), (route.Backends[^1].Name, route.Backends[^1].Kind, route.Backends[^1].Weight));
        Assert.All(Table.Find("assistant")!.Losses, loss => Assert.Equal(loss.Left + 40, route.Losses.Single(other => other.Lost == loss.Lost).Left, 6));
    }

    [Fact]
    public void Aware_of_rate_limits_an_API_takes_its_part_from_the_beginning()
    {
        var route = With(new ServingRoute("assistant") { Overflow = [Api(40)], Strategy = RouteStrategy.RateLimitAware }).Find("assistant")!;

        Assert.All(route.Backends, backend => Assert.Equal(0, backend.Rank));
        Assert.Equal(1, route.Backends.Sum(backend => backend.Weight.Fraction), 9);
        Assert.Equal(40 / route.Backends.Sum(backend => backend.RequestsPerSecond), route.Backends.Single(backend => backend.Name == "azure").Weight.Fraction, 9);
    }

    [Fact]
    public void Shares_by_hand_stand_in_place_of_capacity()
    {
        var ids = Table.Find("assistant")!.Backends.Select(backend => backend.Name).ToList();
        var route = With(new ServingRoute("assistant") { Weights = [new(ids[0], Share.FromPercent(90)), new(ids[1], Share.FromPercent(10))] }).Find("assistant")!;

        Assert.Equal([90.0, 10], route.Backends.Where(backend => ids.Take(2).Contains(backend.Name)).Select(backend => backend.Weight.Percent).OrderDescending());
        Assert.True(route.FirstFull().RequestsPerSecond < Table.Find("assistant")!.FirstFull().RequestsPerSecond);
    }

    [Fact]
    public void Engines_answer_to_the_names_that_others_clients_use()
    {
        var table = With(new ServingRoute("assistant") { Canary = new("canary", "coder", Share.FromPercent(5)) });

        Assert.Equal(table.Find("assistant")!.Serving.Model.Id, Assert.Single(table.AliasesOf("coder")));
        Assert.Empty(table.AliasesOf("assistant"));
        Assert.All(Table.Routes, route => Assert.Empty(Table.AliasesOf(route.Serving.Name)));
    }

    [Fact]
    public void Nothing_is_routed_where_nothing_waits_for_an_answer()
    {
        var plan = A.ProdPlan();
        var batch = plan with
        {
            Servings = [plan.Servings.Single(serving => serving.Name == "embedder") with { Survive = Survival.None }],
            Workloads = [plan.Workloads.Single(workload => workload.Serving == "embedder")],
        };

        Assert.Empty(RoutingTable.Of(Planner.Plan(batch, "prod", A.Catalog)).Routes);
    }

    [Fact]
    public void A_share_of_a_pool_that_is_not_there_is_refused_with_its_likely_name()
    {
        var id = Table.Find("assistant")!.Backends[0].Name;
        var refused = Assert.Throws<PlanException>(() => Planner.Plan(
            A.ProdPlan() with { Router = Router(new ServingRoute("assistant") { Weights = [new(id + "x", Share.All)] }) }, "prod", A.Catalog));

        Assert.Contains($"router.routes.assistant.weights.{id}x: unknown backend (did you mean \"{id}\"?); pools of assistant are ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_share_of_a_pool_without_capacity_is_refused()
    {
        var pool = Fleet.Pools.First(pool => pool.Serving == "assistant");
        var plan = A.ProdPlan() with { Router = Router(new ServingRoute("assistant") { Weights = [new(pool.Id, Share.All)] }) };

        var empty = Assert.Throws<PlanException>(() => RoutingRules.Require(plan, [pool with { Replicas = 0 }], Fleet.Servings));
        var draining = Assert.Throws<PlanException>(() => RoutingRules.Require(plan, [pool with { IsDraining = true }], Fleet.Servings));

        Assert.Contains("for a pool without capacity: give its share to the others, or leave weights out", empty.Message, StringComparison.Ordinal);
        Assert.Contains("for a pool on its way out", draining.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_router_is_no_part_of_what_the_fleet_hash_says() => Assert.Equal(
        Fleet.PlanHash, Planner.Plan(A.ProdPlan() with { Router = new RouterPlan { Link = CloudLink.Existing } }, "prod", A.Catalog).PlanHash);

    private static double Key(RouteStrategy strategy, Pool pool) => strategy switch
    {
        RouteStrategy.Cost => (double)pool.Hourly.Amount / pool.RequestsPerSecond,
        RouteStrategy.Latency => pool.Latency!.TimePerOutputToken.TotalSeconds,
        _ => -pool.Engine.Precision.BytesPerWeight(),
    };

    private static ApiBackend Api(double rate) => new("azure", "acme.openai.azure.com", "/openai", "us-east", "router-azure", rate);

    private static RouterPlan Router(ServingRoute route) => new() { Routes = [route] };

    private static RoutingTable With(ServingRoute route) => RoutingTable.Of(Fleet with { Plan = Fleet.Plan with { Router = Router(route) } });
}
