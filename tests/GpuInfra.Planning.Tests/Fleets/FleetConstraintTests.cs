using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Tests.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Fleets;

public class FleetConstraintTests
{
    private static readonly CapacityPlan Plan = A.ProdPlan();
    private static readonly FleetPlan Fleet = Planner.Plan(Plan, "prod", A.Catalog);

    [Fact]
    public void A_tolerance_on_shares_never_costs_and_is_kept()
    {
        var loose = Planner.Plan(Plan with { ShareTolerance = Share.FromPercent(10) }, "prod", A.Catalog);
        Assert.True(loose.Objective <= Fleet.Objective);
        Assert.All(loose.Servings, serving => Assert.True(
            loose.Pools.Where(pool => pool.Serving == serving.Serving.Name && pool.Cloud == CloudProvider.Gcp).Sum(pool => pool.RequestsPerSecond)
            >= 0.2 * serving.Demand.PeakRequestsPerSecond * 1.2 - 1e-6));
    }

    [Fact]
    public void There_are_as_many_replicas_as_a_serving_says_at_least()
    {
        var plan = A.Plan() with { Servings = [A.Serving() with { FewestReplicas = 37 }] };
        var pools = Planner.Plan(plan, "prod", A.Catalog).Pools;
        Assert.True(Planner.Plan(A.Plan(), "prod", A.Catalog).Pools.Sum(pool => pool.Replicas) < 37);
        Assert.True(pools.Sum(pool => pool.Replicas) >= 37);
    }

    [Fact]
    public void A_ceiling_that_the_cheapest_fleet_exceeds_is_refused_with_what_would_do()
    {
        var cost = Math.Ceiling(Fleet.Objective);
        Assert.Equal(Fleet.Cost.Monthly, Planner.Plan(Plan with { Budget = Ceiling(cost) }, "prod", A.Catalog).Cost.Monthly);
        var message = Assert.Throws<PlanException>(() => Planner.Plan(Plan with { Budget = Ceiling(cost - 10) }, "prod", A.Catalog)).Message;
        Assert.Contains(FormattableString.Invariant($"a budget.ceiling of ${cost - 10:N2} a month"), message, StringComparison.Ordinal);
        Assert.Contains("Any one of these would do", message, StringComparison.Ordinal);
        Assert.Contains(FormattableString.Invariant($"a budget.ceiling of ${cost:N0} or more; giving up"), message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_later_month_above_the_ceiling_is_a_warning()
    {
        var plan = A.Plan() with { HorizonMonths = 4, Workloads = [A.Workload(scale: 40) with { Growth = Growth.Aggressive }] };
        var ceiling = Math.Ceiling(Planner.Plan(plan, "prod", A.Catalog).Objective);
        Assert.Contains(Planner.Plan(plan with { Budget = Ceiling(ceiling) }, "prod", A.Catalog).Warnings, warning => warning.StartsWith("budget.ceiling: 2027-0", StringComparison.Ordinal));
    }

    [Fact]
    public void The_keys_of_a_plan_say_so()
    {
        var plan = PlanYaml.Read(PlanYaml.Small + "shareTolerance: 5%\nstability: { movesFrom: 12% }\nobsolete: [{ gpu: t4, from: 2027-06 }]\nbudget: { monthly: $100k, ceiling: $900k }\n");
        Assert.Equal((Share.FromPercent(5), Share.FromPercent(12), new Usd(900_000)), (plan.ShareTolerance, plan.MovesFrom, plan.Budget!.Ceiling));
        Assert.Equal(new Obsolescence("t4", new Month(2027, 6)), Assert.Single(plan.Obsolete));
        Assert.Equal(3, PlanYaml.Read(PlanYaml.With("kind: online", "kind: online\n    replicas: { min: 3 }")).Servings[0].FewestReplicas);
        Assert.Contains("unknown GPU", Assert.Throws<PlanException>(() => PlanYaml.Read(PlanYaml.Small + "obsolete: [{ gpu: t5, from: 2027-06 }]\n")).Message, StringComparison.Ordinal);
    }

    private static Budget Ceiling(decimal ceiling) => new(new Usd(1_000_000_000), [], Share.All) { Ceiling = new Usd(ceiling) };
}
