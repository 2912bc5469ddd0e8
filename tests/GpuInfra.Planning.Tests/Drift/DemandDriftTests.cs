using GpuInfra.Planning.Drift;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Drift;

public class DemandDriftTests
{
    private static readonly Share Tolerance = Share.FromPercent(10);

    [Fact]
    public void Demand_as_planned_moves_nothing()
    {
        var fleet = Fleet();
        var drift = Assert.Single(DemandDrift.Of(fleet, [Seen(fleet, 1.05)], Tolerance));
        Assert.Equal((1.05, 0, 0, null), (Math.Round(drift.Ratio!.Value, 9), drift.Moved.Length, drift.Changes.Length, drift.Note));
    }

    [Fact]
    public void More_requests_scale_the_profile_by_as_much()
    {
        var fleet = Fleet();
        Assert.Equal([new PlanChange("workloads.chat.demand.scale", "5.2")], Assert.Single(DemandDrift.Of(fleet, [Seen(fleet, 1.3)], Tolerance)).Changes.ToArray());
    }

    [Fact]
    public void Growth_until_the_plans_month_is_not_counted_twice()
    {
        var plan = A.Plan() with { Workloads = [A.Workload() with { Growth = Growth.Middle }], HorizonMonths = 12, AsOf = A.Plan().Start.Plus(6) };
        var fleet = Planner.Plan(plan, "dev", A.Catalog);
        Assert.NotEqual(A.Profile("azure-conv-2023").RequestsPerSecond * 4, fleet.Servings[0].Demand.RequestsPerSecond, 1);
        Assert.Equal([new PlanChange("workloads.chat.demand.scale", "5.2")], Assert.Single(DemandDrift.Of(fleet, [Seen(fleet, 1.3)], Tolerance)).Changes.ToArray());
    }

    [Fact]
    public void Daily_figures_change_with_requests_and_with_their_lengths()
    {
        var fleet = Fleet(A.Workload() with { Demand = new DemandSource.Daily(800e6, 200e6, 1e6) { PeakToMean = 3 } });
        var drift = Assert.Single(DemandDrift.Of(fleet, [Seen(fleet, 1.2) with { InputTokens = 1000 }], Tolerance));
        Assert.Equal(["requests", "input tokens"], drift.Moved.ToArray());
        Assert.Equal(["requestsPerDay=1.2M", "inputTokensPerDay=1.2B", "outputTokensPerDay=240M"], drift.Changes.Select(change => change.ToString().Split("demand.")[1]));
    }

    [Fact]
    public void A_nightly_batch_counts_with_the_hours_that_it_rests()
    {
        var plan = A.Plan() with { Servings = [A.Serving("embedder", "bge-large", ServingKind.Embedding)], Workloads = [A.NightlyIndex()] };
        var daily = Assert.IsType<DemandSource.Daily>(plan.Workloads[0].Demand);
        var drift = Assert.Single(DemandDrift.Of(
            Planner.Plan(plan, "dev", A.Catalog), [new ObservedServing("embedder", 1, daily.RequestsPerDay / 86_400, 5, daily.InputTokensPerDay / daily.RequestsPerDay, 0)], Tolerance));
        Assert.Equal((1.0, 0), (Math.Round(drift.Ratio!.Value, 9), drift.Moved.Length));
    }

    [Fact]
    public void Workloads_of_one_serving_are_scaled_alike_and_that_is_said()
    {
        var fleet = Fleet(A.Workload(), A.Workload("mail", scale: 2));
        var drift = Assert.Single(DemandDrift.Of(fleet, [Seen(fleet, 0.5)], Tolerance));
        Assert.Equal(["workloads.chat.demand.scale=2", "workloads.mail.demand.scale=1"], drift.Changes.Select(change => change.ToString()));
        Assert.Contains("chat and mail", drift.Note, StringComparison.Ordinal);
    }

    [Fact]
    public void A_peak_that_moved_is_proposed_where_one_workload_has_it()
    {
        var fleet = Fleet();
        Assert.Equal([new PlanChange("workloads.chat.demand.peakToMean", "2.5")], Assert.Single(DemandDrift.Of(fleet, [Seen(fleet, 1) with { PeakToMean = 2.5 }], Tolerance)).Changes.ToArray());
    }

    [Fact]
    public void Lengths_of_a_profile_are_measured_anew_and_not_scaled()
    {
        var fleet = Fleet();
        var drift = Assert.Single(DemandDrift.Of(fleet, [Seen(fleet, 1) with { OutputTokens = 500 }], Tolerance));
        Assert.Equal((1, 0), (drift.Moved.Length, drift.Changes.Length));
        Assert.Contains("gpuinfra profile", drift.Note, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.3, 2, "seen 30% of the time only")]
    [InlineData(1, 0, "may be to be retired")]
    public void Nothing_is_proposed_from_what_was_hardly_seen(double covered, double rate, string note)
    {
        var fleet = Fleet();
        var drift = Assert.Single(DemandDrift.Of(fleet, [Seen(fleet, rate) with { Covered = covered }], Tolerance));
        Assert.Empty(drift.Changes);
        Assert.Contains(note, drift.Note, StringComparison.Ordinal);
    }

    [Fact]
    public void A_serving_that_nobody_saw_is_told()
    {
        var drift = Assert.Single(DemandDrift.Of(Fleet(), [], Tolerance));
        Assert.Equal((null, 0), (drift.Ratio, drift.Changes.Length));
        Assert.Contains("no figures", drift.Note, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(43.4567, "43.5")]
    [InlineData(0.001234, "0.00123")]
    [InlineData(999.6, "1k")]
    [InlineData(12_345_678, "12.3M")]
    [InlineData(999_999_999, "1B")]
    [InlineData(5.2e13, "52T")]
    public void Figures_are_written_with_three_digits_as_plans_have_them(double value, string expected)
    {
        Assert.Equal(expected, PlanNumber.Of(value));
        Assert.Equal(1, HumanUnits.Number(PlanNumber.Of(value)).Value / value, 2);
    }

    private static FleetPlan Fleet(params Workload[] workloads) =>
        Planner.Plan(A.Plan() with { Workloads = workloads.Length == 0 ? [A.Workload()] : [.. workloads] }, "dev", A.Catalog);

    private static ObservedServing Seen(FleetPlan fleet, double ratio)
    {
        var demand = fleet.Servings[0].Demand;
        return new ObservedServing("assistant", 1, demand.RequestsPerSecond * ratio, demand.Load.Peak, demand.InputTokens, demand.OutputTokens);
    }
}
