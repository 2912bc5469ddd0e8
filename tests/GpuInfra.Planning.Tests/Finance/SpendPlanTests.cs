using GpuInfra.Planning.Finance;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Finance;

public class SpendPlanTests
{
    private static readonly CapacityPlan Shared = A.Plan() with { Workloads = [A.Workload("chat", scale: 4), A.Workload("code", scale: 2) with { Team = null }] };

    [Fact]
    public void Workloads_teams_and_kinds_each_add_up_to_the_fleet_to_the_cent()
    {
        var fleet = Planner.Plan(Shared, "prod", A.Catalog);
        var spend = SpendPlan.Of(fleet);
        Assert.Equal(fleet.Cost.Monthly.Amount, spend.Workloads.Sum(workload => workload.Monthly.Amount) + spend.Unused.Amount);
        Assert.Equal(fleet.Cost.Monthly.Amount, spend.Teams.Sum(team => team.Monthly.Amount) + spend.Unused.Amount);
        Assert.Equal(fleet.Cost.Monthly.Amount, spend.Kinds.Sum(kind => kind.Monthly.Amount) + spend.Unused.Amount);
        Assert.Equal(["support", "unowned"], spend.Teams.Select(team => team.Team));
    }

    [Fact]
    public void A_million_tokens_times_the_millions_is_the_cost()
    {
        var workload = SpendPlan.Of(Planner.Plan(Shared, "prod", A.Catalog)).Workloads[0];
        Assert.Equal((double)workload.Monthly.Amount, workload.PerMillionTokens * (workload.Tokens.Input + workload.Tokens.Output) / 1e6, 1e-6);
        Assert.Equal((double)workload.Monthly.Amount, workload.PerRequest * workload.Tokens.Requests, 1e-6);
    }

    [Fact]
    public void The_first_month_over_the_budget_is_named()
    {
        var growing = Shared with
        {
            HorizonMonths = 12,
            Workloads = [.. Shared.Workloads.Select(workload => workload with { Growth = Growth.Aggressive })],
        };
        var first = Planner.Plan(growing, "prod", A.Catalog).Steps[0].Monthly;
        var spend = SpendPlan.Of(Planner.Plan(growing with { Budget = new Budget(new Usd(first.Amount * 1.5m), [Share.All], Share.All) }, "prod", A.Catalog));
        Assert.Equal(spend.Months.First(month => month.Monthly.Amount > first.Amount * 1.5m).Month, spend.FirstOver);
        Assert.Null(SpendPlan.Of(Planner.Plan(growing, "prod", A.Catalog)).FirstOver);
    }
}
