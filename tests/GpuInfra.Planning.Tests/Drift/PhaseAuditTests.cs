using GpuInfra.Planning.Drift;
using GpuInfra.Planning.Fleets;

namespace GpuInfra.Planning.Tests.Drift;

public class PhaseAuditTests
{
    private static readonly FleetPlan Fleet = Planner.Plan(A.Plan(), "dev", A.Catalog);

    [Fact]
    public void Time_and_money_are_split_by_phase_and_add_up()
    {
        var audit = Assert.Single(PhaseAudit.Of(Fleet, [new ObservedPhases("assistant", 1000, 500_000, 200_000, 100, 400, 5000, 6000)], TimeSpan.FromHours(24)));
        Assert.Equal(Fleet.Pools.Sum(pool => pool.Hourly.Amount) * 24, audit.Cost.Amount);
        Assert.Equal(["queue", "prefill", "decode", "post"], audit.Phases.Select(phase => phase.Name));
        Assert.Equal([0.1, 0.4, 5, 0.5], audit.Phases.Select(phase => Math.Round(phase.SecondsPerRequest, 9)));
        Assert.Equal(1, audit.Phases.Sum(phase => phase.Part), 9);
        Assert.Equal((double)audit.Cost.Amount, (double)audit.Phases.Sum(phase => phase.Cost.Amount), 6);
        Assert.Equal([7000, 1250, 40, 1400], audit.Phases.Select(phase => Math.Round(phase.TokensPerSecond, 6)));
        Assert.Equal((double)audit.Cost.Amount * 5000 / 6000 / 200, (double)audit.Phases[2].PerThousandTokens.Amount, 9);
        Assert.Equal((double)audit.Cost.Amount / 700, (double)audit.PerThousandTokens.Amount, 9);
    }

    [Fact]
    public void What_was_not_seen_is_left_out() =>
        Assert.Empty(PhaseAudit.Of(Fleet, [new ObservedPhases("other", 1, 1, 1, 1, 1, 1, 4), new ObservedPhases("assistant", 0, 0, 0, 0, 0, 0, 0)], TimeSpan.FromHours(24)));
}
