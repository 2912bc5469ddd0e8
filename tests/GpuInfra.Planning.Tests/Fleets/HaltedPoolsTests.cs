using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Fleets;

public class HaltedPoolsTests
{
    private static readonly FleetPlan Fleet = Planner.Plan(A.ProdPlan(), "prod", A.Catalog);
    private static readonly BudgetHalt Nothing = new() { Servings = [], Teams = [], Pools = [] };

    [Fact]
    public void A_pool_is_named_by_its_id_its_serving_or_its_team()
    {
        var pool = Fleet.Pools.First(pool => pool.Tier != Tier.Reserved);

        Assert.False(Named(Nothing, pool));
        Assert.True(Named(Nothing with { Pools = [pool.Id] }, pool));
        Assert.True(Named(Nothing with { Servings = [pool.Serving] }, pool));
        Assert.True(Named(Nothing with { Teams = [pool.Team] }, pool));
    }

    [Fact]
    public void A_reserved_pool_and_an_external_one_never_are()
    {
        var pool = Fleet.Pools[0];
        var all = Nothing with { Servings = [pool.Serving] };

        Assert.False(Named(all, pool with { Tier = Tier.Reserved }));
        Assert.False(Named(all, pool with { Tier = Tier.External }));
    }

    [Theory]
    [InlineData(DeploymentEnvironment.Dev, ProductionHalt.Alert, true)]
    [InlineData(DeploymentEnvironment.Staging, ProductionHalt.Alert, true)]
    [InlineData(DeploymentEnvironment.Prod, ProductionHalt.Alert, false)]
    [InlineData(DeploymentEnvironment.Prod, ProductionHalt.Hold, true)]
    public void Production_is_halted_only_where_the_plan_says_so(DeploymentEnvironment environment, ProductionHalt production, bool acts) =>
        Assert.Equal(acts, HaltedPools.Acts(Plan(Nothing with { Production = production }, environment)));

    [Fact]
    public void What_a_halt_names_and_does_not_reach_is_told()
    {
        var pool = Fleet.Pools.First(pool => pool.Tier != Tier.Reserved);
        var reserved = pool with { Tier = Tier.Reserved, Id = pool.Id + "-held" };
        var halt = Nothing with { Pools = [pool.Id + "x"], Servings = [pool.Serving], Teams = ["nobody"] };

        var told = BudgetWarnings.OfAlerts(Plan(halt), [pool, reserved]).Where(warning => warning.StartsWith("budget.halt", StringComparison.Ordinal)).ToList();

        Assert.Equal(
            [
                $"budget.halt names the pool {pool.Id}x, which the deployed month does not have (did you mean \"{pool.Id}\"?)",
                "budget.halt names the team nobody, which has no pool of its own: what teams share is halted by its serving",
                $"budget.halt does not halt {reserved.Id}: its reservation is paid whether its machines run or not",
            ],
            told);
        Assert.Equal(
            ["budget.halt: production is told of a used-up budget and goes on; production: hold would stop its launches"],
            BudgetWarnings.OfAlerts(Plan(halt, DeploymentEnvironment.Prod), [pool]).Where(warning => warning.StartsWith("budget.halt", StringComparison.Ordinal)));
    }

    [Fact]
    public void It_is_no_part_of_a_plans_hash() =>
        Assert.Equal(PlanFingerprint.Of(Plan(null), ""), PlanFingerprint.Of(Plan(Nothing with { Servings = ["chat"] }), ""));

    private static bool Named(BudgetHalt halt, Pool pool) => HaltedPools.IsNamed(Plan(halt), pool);

    private static CapacityPlan Plan(BudgetHalt? halt, DeploymentEnvironment environment = DeploymentEnvironment.Dev) => Fleet.Plan with
    {
        Environment = environment,
        Budget = new Budget(new Usd(1_000), [Share.All], Share.All) { Alerts = new BudgetAlerts(["a@example.com"]), Halt = halt },
    };
}
