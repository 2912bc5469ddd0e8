using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Locks;
using GpuInfra.Planning.Optimization;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Fleets;

public class StabilityTests
{
    private static readonly SearchLimits Search = new();

    private static readonly CapacityPlan Growing = A.ProdPlan() with
    {
        HorizonMonths = 4,
        Workloads = [.. A.ProdPlan().Workloads.Select(workload => workload with { Growth = Growth.Aggressive })],
    };

    private static readonly FleetPlan First = Planner.Plan(Growing, "prod", A.Catalog);

    [Fact]
    public void Replanning_a_plan_against_its_own_lock_changes_nothing()
    {
        foreach (var asOf in new[] { 0, 2 })
        {
            var plan = Growing with { AsOf = Growing.Start.Plus(asOf) };
            var (before, after) = (Planner.Plan(plan, "prod", A.Catalog, First.Steps), Planner.Plan(plan, "prod", A.Catalog));
            Assert.Equal(LockText.Of(FleetLock.Of(First)), LockText.Of(FleetLock.Of(before)));
            Assert.Equal(after.PlanHash, before.PlanHash);
            Assert.All(before.Servings, serving => Assert.StartsWith("stays", serving.Stability!.Words, StringComparison.Ordinal));
            Assert.All(after.Servings.Where(_ => asOf == 0), serving => Assert.Null(serving.Stability));
        }
    }

    [Theory]
    [InlineData(96, false)]
    [InlineData(94, true)]
    public void A_market_that_is_cheaper_by_less_than_the_plan_says_moves_nothing(int price, bool moves)
    {
        var need = Need(Choice("aws/us-east-1/p5.4xlarge", 100), Choice("aws/us-east-1/g6.xlarge", price));
        var stay = new Stability(0.05, Search).Decide(A.Serving(), need, [], [Pool()]);

        Assert.Equal(moves, !stay.IsKept);
        Assert.Equal(10 * (100 - price), (int)(stay.Here - stay.Anywhere())!.Value);
        Assert.Equal(moves ? 2 : 1, stay.Decided.Choices.Length);
        Assert.Contains(moves ? "moves: that saves $60.00 a month (6 %), 5 % or more" : "stays: moving would save $40.00 a month (4 %), less than 5 %", stay.Described(Share.FromPercent(5))!.Words, StringComparison.Ordinal);
    }

    [Fact]
    public void A_serving_moves_when_its_offer_is_gone_too_little_or_the_plan_lets_it()
    {
        var stability = new Stability(0.05, Search);
        var gone = stability.Decide(A.Serving(), Need(Choice("aws/us-east-1/g6.xlarge", 200)), [], [Pool()]);
        Assert.Equal(StayReason.Infeasible, gone.Reason);

        var quota = new SharedLimit("q", "the quota", 5);
        var scarce = Need(Choice("aws/us-east-1/p5.4xlarge", 100) with { Uses = [new LimitUse("q", 1)] }, Choice("aws/us-east-1/g6.xlarge", 200));
        Assert.Equal(StayReason.Infeasible, stability.Decide(A.Serving(), scarce, [quota], [Pool()]).Reason);
        Assert.Equal(StayReason.NothingRuns, new Stability(0, Search).Decide(A.Serving(), scarce, [], [Pool()]).Reason);
        Assert.Equal(StayReason.NothingRuns, stability.Decide(A.Serving("other"), scarce, [], [Pool()]).Reason);
        Assert.Equal(StayReason.Kept, stability.Decide(A.Serving("other") with { RenamedFrom = "assistant" }, scarce, [], [Pool()]).Reason);
    }

    [Fact]
    public void Of_servings_that_cannot_keep_what_they_share_only_those_move_that_must()
    {
        // Each of two finds room in the quota by itself, both do not, so that one must move; the third has no part in it and would save 4 % elsewhere.
        var sharing = Need(Choice("aws/us-east-1/p5.4xlarge", 100) with { Uses = [new LimitUse("q", 1)] }, Choice("aws/us-east-1/g6.xlarge", 98)) with { MostOffers = 1 };
        var apart = Need(Choice("aws/us-east-1/p5.4xlarge", 100), Choice("aws/us-east-1/g6.xlarge", 96));
        ImmutableArray<Serving> servings = [A.Serving("assistant"), A.Serving("coder"), A.Serving("embedder")];
        var free = new FleetProblem([Of("assistant", sharing), Of("coder", sharing), Of("embedder", apart)], [new SharedLimit("q", "the quota", 15)]);

        var (stays, _, optimum) = new Stability(0.05, Search).Solve(free, servings, [.. servings.Select(serving => Pool() with { Serving = serving.Name })]);

        Assert.True(optimum.IsSolved);
        Assert.Equal([StayReason.Kept, StayReason.Kept, StayReason.Limits], stays.Select(stay => stay.Reason).Order());
        Assert.True(stays[2].IsKept);
        Assert.Equal(10 * (100 + 98 + 100), optimum.Objective);
    }

    [Fact]
    public void Where_all_cost_too_much_together_those_that_moved_for_the_quota_are_free_too()
    {
        // Beside one that stays the quota has no room for the cheapest; for both on it there is.
        var need = Need(
            Choice("aws/us-east-1/p5.4xlarge", 100) with { Uses = [new LimitUse("q", 1)] },
            Choice("aws/us-east-1/g6.xlarge", 96) with { Uses = [new LimitUse("q", 0.5)] },
            Choice("aws/us-east-1/g6e.xlarge", 96.5m));
        ImmutableArray<Serving> servings = [A.Serving("assistant"), A.Serving("coder")];
        var free = new FleetProblem([Of("assistant", need) with { MostOffers = 1 }, Of("coder", need) with { MostOffers = 1 }], [new SharedLimit("q", "the quota", 12)]);
        ImmutableArray<Pool> running = [.. servings.Select(serving => Pool() with { Serving = serving.Name })];

        Assert.Equal(1965, new Stability(0.05, Search).Solve(free, servings, running).Optimum.Objective);
        var (stays, _, optimum) = new Stability(0.05, Search).Solve(free with { MostMonthly = 1922 }, servings, running);

        Assert.True(optimum.IsSolved);
        Assert.Equal(1920, optimum.Objective);
        Assert.All(stays, stay => Assert.Equal(StayReason.Limits, stay.Reason));
    }

    [Fact]
    public void Staying_is_what_its_definition_says() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(60),
        Prop.ForAll(Gen.Choose(0, 1_000_000).ToArbitrary(), seed =>
        {
            var need = RandomFleets.Of(seed, 1, 8, 20).Servings[0] with { Name = "assistant" };
            var taken = need.Choices[new Random(seed).Next(need.Choices.Length)];
            var running = Pool() with { Cloud = taken.Cloud, Region = taken.Region, InstanceType = taken.Offer.Split('/')[2] };
            need = need with { Choices = [.. need.Choices.Select(choice => choice with { Offer = $"{JsonText.Word(choice.Cloud)}/{choice.Region}/{choice.Offer.Split('/')[2]}" })] };
            var stay = new Stability(0.1, Search).Decide(A.Serving(), need, [], [running]);

            var here = need with { Choices = [.. need.Choices.Where(choice => choice.Cloud != taken.Cloud || choice.Offer.EndsWith($"{taken.Region}/{running.InstanceType}", StringComparison.Ordinal))] };
            var (kept, free) = (ServingSearch.Solve(here, [], Search), ServingSearch.Solve(need, [], Search));
            var expected = !kept.IsSolved ? StayReason.Infeasible
                : here.Choices.Length < need.Choices.Length && free.Objective < kept.Objective * 0.9m ? StayReason.Cheaper : StayReason.Kept;
            return stay.Reason == expected;
        }));

    [Fact]
    public void A_growing_fleet_changes_its_offers_only_where_that_saves_what_the_plan_asks_for()
    {
        var eager = Planner.Plan(Growing with { MovesFrom = default }, "prod", A.Catalog);
        Assert.True(Moves(First) <= Moves(eager));
        Assert.True(First.Steps[^1].Monthly.Amount <= eager.Steps[^1].Monthly.Amount / 0.95m + 0.05m);
    }

    [Fact]
    public void A_pool_of_an_obsolete_GPU_has_moved_by_the_month_that_it_is_obsolete_from()
    {
        var gpu = First.Pools.First(pool => pool.Serving == "assistant").Gpu;
        var from = Growing.Start.Plus(2);
        var fleet = Planner.Plan(Growing with { Obsolete = [new Obsolescence(gpu, from)], AsOf = from }, "prod", A.Catalog, First.Steps);
        Assert.Contains(fleet.Steps[1].Pools, pool => pool.Gpu == gpu);
        Assert.DoesNotContain(fleet.Steps[2].Pools, pool => pool.Gpu == gpu);
        Assert.Contains(fleet.Servings[0].Rejections, rejection => rejection.Constraint == "obsolete" && rejection.Detail == $"{gpu} is obsolete from {from}");
        Assert.StartsWith("moves: where it runs", fleet.Servings[0].Stability!.Words, StringComparison.Ordinal);
    }

    private static int Moves(FleetPlan fleet) => fleet.Steps.Zip(fleet.Steps.Skip(1), (before, after) => Offers(after).Except(Offers(before)).Count()).Sum();

    private static IEnumerable<string> Offers(FleetStep step) => step.Pools.Select(pool => $"{pool.Serving} {pool.Region} {pool.InstanceType}");

    private static Pool Pool() => First.Pools.First(pool => pool.Serving == "assistant") with { Cloud = CloudProvider.Aws, Region = "us-east-1", InstanceType = "p5.4xlarge" };

    private static ServingNeed Of(string name, ServingNeed need) =>
        need with { Name = name, Choices = [.. need.Choices.Select(choice => choice with { Pool = $"{name}-{choice.Offer}" })] };

    private static ServingNeed Need(params PoolChoice[] choices) => new()
    {
        Name = "assistant",
        Peak = 10,
        Clouds = [new CloudShare(CloudProvider.Aws, 1)],
        Choices = [.. choices],
    };

    private static PoolChoice Choice(string offer, decimal price) => new()
    {
        Pool = offer,
        Offer = offer,
        Cloud = CloudProvider.Aws,
        Region = "us-east-1",
        Tier = Tier.OnDemand,
        Zones = ["a"],
        Rate = 1,
        Replicas = 1,
        Purchases = [new Purchase("list", price)],
    };
}
