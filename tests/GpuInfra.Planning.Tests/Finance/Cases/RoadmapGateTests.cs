using System.Collections.Immutable;
using GpuInfra.Planning.Finance.Cases;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Finance.Cases;

public class RoadmapGateTests
{
    private static readonly FleetPlan Fleet = Planner.Plan(A.ProdPlan() with { HorizonMonths = 1 }, "prod", A.Catalog);

    [Fact]
    public void Phases_are_the_seed_s() => Assert.Equal(
        [("pilot", 10, 3), ("expansion", 50, 3), ("production", 100, 6)], RoadmapPhase.All.Select(phase => (phase.Name, phase.High, phase.Months)));

    [Fact]
    public void A_phase_costs_what_its_part_of_the_demand_does()
    {
        var gates = RoadmapGate.Of(Fleet, A.Catalog);
        Assert.Equal(Fleet.Cost.Monthly, gates[2].Monthly);
        Assert.Equal(gates.OrderBy(gate => gate.Monthly!.Value.Amount), gates);
        Assert.True(gates[0].Monthly!.Value.Amount < gates[2].Monthly!.Value.Amount / 2);
        Assert.Equal(gates[1].Monthly!.Value.Amount * 3, gates[1].Cost!.Value.Amount);
    }

    [Fact]
    public void A_gate_is_shut_until_all_holds()
    {
        var shut = RoadmapGate.Of(Fleet, A.Catalog)[2];
        Assert.False(shut.Passes);
        Assert.Contains(shut.Conditions, condition => condition is { Name: "lock", Holds: false });
        Assert.Contains(shut.Conditions, condition => condition is { Name: "survival", Holds: true });

        var ready = Fleet with
        {
            Warnings = [],
            Plan = Fleet.Plan with
            {
                Lock = LockUse.Required,
                Monitoring = new MonitoringPlan { Mode = default },
                Budget = new Budget(new Usd(10_000_000), [Share.All], Share.All) { Alerts = new BudgetAlerts(["a@example.com"]) },
            },
        };
        Assert.True(RoadmapGate.Of(ready, A.Catalog)[2].Passes);
    }
}
