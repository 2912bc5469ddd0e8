using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Finance;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Finance;

public class CloudBudgetTests
{
    private static readonly FleetPlan Fleet = Planner.Plan(A.ProdPlan(), "prod", A.Catalog);

    [Fact]
    public void A_budget_without_alerts_is_no_clouds_business() => Assert.Empty(CloudBudget.Of(With(1000, null)));

    [Fact]
    public void Each_cloud_has_the_part_of_the_budget_that_its_machines_have_of_the_cost()
    {
        var budgets = CloudBudget.Of(With(500_000, new BudgetAlerts(["a@example.com"])));

        Assert.Equal([CloudProvider.Aws, CloudProvider.Gcp], budgets.Select(budget => budget.Cloud));
        Assert.All(budgets, budget =>
        {
            var cost = Fleet.Pools.Where(pool => pool.Cloud == budget.Cloud).Sum(pool => pool.Monthly.Amount) / Fleet.Pools.Sum(pool => pool.Monthly.Amount);
            Assert.InRange(500_000 * cost - budget.Monthly.Amount, 0, 0.01m);
            Assert.Equal((null, "a@example.com"), (budget.Team, Assert.Single(budget.Email)));
        });
    }

    [Fact]
    public void Parts_are_cents_and_together_the_budget_but_for_a_cent_each() => Prop.ForAll(
        Gen.Choose(0, 10_000_000).ArrayOf(Fleet.Pools.Length).ToArbitrary(),
        Gen.Choose(100, int.MaxValue).ToArbitrary(),
        (costs, cents) =>
        {
            var budget = cents / 100m;
            var fleet = With(budget, new BudgetAlerts(["a@example.com"]));
            fleet = fleet with { Pools = [.. fleet.Pools.Zip(costs, (pool, cost) => pool with { Monthly = new Usd(cost / 100m) })] };

            var parts = CloudBudget.Of(fleet);

            Assert.All(parts, part => Assert.Equal(part.Monthly.ToCents(), part.Monthly));
            Assert.All(parts, part => Assert.True(part.Monthly.Amount > 0));
            Assert.InRange(budget - parts.Sum(part => part.Monthly.Amount), 0, costs.Any(cost => cost > 0) ? 0.02m : budget);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_teams_budget_is_split_by_the_pools_that_are_its_alone_and_told_to_its_owner()
    {
        var (own, other) = (Fleet.Pools[0], A.Team with { Name = "other", Monthly = new Usd(70) });
        var fleet = With(1000, new BudgetAlerts(["a@example.com"]));
        fleet = fleet with
        {
            Plan = fleet.Plan with { Teams = [A.Team with { Monthly = new Usd(500) }, other] },
            Pools = [.. fleet.Pools.Select(pool => pool with { Team = pool.Id == own.Id ? A.Team.Name : Team.Shared })],
        };

        var team = Assert.Single(CloudBudget.Of(fleet), budget => budget.Team is not null);

        Assert.Equal((A.Team.Name, own.Cloud, new Usd(500), A.Team.Owner), (team.Team, team.Cloud, team.Monthly, Assert.Single(team.Email)));
    }

    [Fact]
    public void A_servings_budget_is_split_by_its_pools_and_told_to_those_of_the_stack()
    {
        var serving = Fleet.Pools[0].Serving;
        var fleet = With(1000, new BudgetAlerts(["a@example.com"]));
        fleet = fleet with { Plan = fleet.Plan with { Budget = fleet.Plan.Budget! with { Servings = [new ServingBudget(serving, new Usd(300))] } } };

        var parts = CloudBudget.Of(fleet).Where(budget => budget.Serving is not null).ToList();

        var pools = Fleet.Pools.Where(pool => pool.Serving == serving).ToList();
        Assert.Equal(pools.Select(pool => pool.Cloud).Distinct().Order(), parts.Select(part => part.Cloud));
        Assert.InRange(300 - parts.Sum(part => part.Monthly.Amount), 0, 0.02m);
        Assert.All(parts, part => Assert.Equal((false, $"{JsonText.Word(part.Cloud)}-serving-budget-{serving}", "a@example.com"), (part.IsOfStack, part.Name, Assert.Single(part.Email))));
    }

    [Fact]
    public void What_a_team_may_spend_on_a_day_is_watched_by_AWS_alone_and_the_plan_says_so_of_Google_Cloud()
    {
        var fleet = With(1000, new BudgetAlerts(["a@example.com"]));
        fleet = fleet with
        {
            Plan = fleet.Plan with { Teams = [A.Team with { Daily = new Usd(300) }] },
            Pools = [.. fleet.Pools.Select(pool => pool with { Team = A.Team.Name })],
        };
        var daily = Assert.Single(CloudBudget.Of(fleet), budget => budget.IsDaily);
        var share = fleet.Pools.Where(pool => pool.Cloud == CloudProvider.Aws).Sum(pool => pool.Monthly.Amount) / fleet.Pools.Sum(pool => pool.Monthly.Amount);
        Assert.Equal((CloudProvider.Aws, $"aws-budget-{A.Team.Name}-daily", Math.Floor(300 * share * 100) / 100), (daily.Cloud, daily.Name, daily.Monthly.Amount));

        Assert.Contains(BudgetWarnings.OfAlerts(fleet.Plan, fleet.Pools), warning => warning.Contains("Google Cloud's budgets know no day", StringComparison.Ordinal));
        Assert.DoesNotContain(
            BudgetWarnings.OfAlerts(fleet.Plan, [.. fleet.Pools.Where(pool => pool.Cloud == CloudProvider.Aws)]), warning => warning.Contains("know no day", StringComparison.Ordinal));
    }

    [Fact]
    public void A_team_whose_pools_are_all_shared_is_told_that_nobody_watches_its_budget()
    {
        var plan = A.Plan() with
        {
            Teams = [A.Team with { Monthly = new Usd(1) }, new Team("idle", "idle@example.com", "cc-1", new Usd(100))],
            Budget = new Budget(new Usd(1e9m), [Share.All], Share.All) { Alerts = new BudgetAlerts(["a@example.com"]) },
        };

        Assert.Contains(
            "team idle has a budget and no pool of its own: budget.alerts cannot tell what it spends from what others do",
            Planner.Plan(plan, "prod", A.Catalog).Warnings);
        Assert.DoesNotContain(Planner.Plan(plan, "prod", A.Catalog).Warnings, warning => warning.StartsWith("team support has a budget and no pool", StringComparison.Ordinal));
    }

    [Fact]
    public void Whom_a_cloud_tells_moves_no_fleet() => Assert.Equal(
        Planner.Plan(A.Plan() with { Budget = new Budget(new Usd(1000), [Share.All], Share.All) }, "prod", A.Catalog).PlanHash,
        Planner.Plan(A.Plan() with { Budget = new Budget(new Usd(1000), [Share.All], Share.All) { Alerts = new BudgetAlerts(["a@example.com"]) } }, "prod", A.Catalog).PlanHash);

    private static FleetPlan With(decimal monthly, BudgetAlerts? alerts) =>
        Fleet with { Plan = Fleet.Plan with { Budget = new Budget(new Usd(monthly), [Share.All], Share.All) { Alerts = alerts } } };
}
