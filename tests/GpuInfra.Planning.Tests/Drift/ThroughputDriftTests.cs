using System.Collections.Immutable;
using GpuInfra.Planning.Drift;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Sizing;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Drift;

public class ThroughputDriftTests
{
    private static readonly Share Tolerance = Share.FromPercent(10);

    [Theory]
    [InlineData(0.8)]
    [InlineData(1.2)]
    public void A_replica_at_any_load_tells_how_fast_it_is(double speed)
    {
        var fleet = Fleet();
        var drift = Assert.Single(ThroughputDrift.Of(fleet, [Seen(fleet, speed, 200)], A.Catalog));
        Assert.Equal((200, speed, speed), (drift.Steps, Math.Round(drift.Ratio.Low, 9), Math.Round(drift.Ratio.Median, 9)));
        Assert.All(drift.ByBatch, batch => Assert.Equal(speed, batch.Median, 9));
        var percent = PlanNumber.Percent(speed);
        Assert.Equal(
            [new PlanChange("servings.assistant.measured", $"[{{ gpu: {fleet.Pools[0].Gpu}, speed: {percent}, low: {percent} }}]")], ThroughputDrift.Changes([drift], fleet, Tolerance).ToArray());
    }

    [Fact]
    public void What_a_plan_says_already_is_no_drift()
    {
        var fleet = Fleet();
        var gpu = fleet.Pools[0].Gpu;
        var serving = fleet.Servings[0].Serving with { Measured = Measured(new MeasuredSpeed(gpu, Share.FromPercent(80), Share.FromPercent(75))) };
        var told = fleet with { Servings = [fleet.Servings[0] with { Serving = serving }] };
        var drift = Assert.Single(ThroughputDrift.Of(told, [Seen(fleet, 0.8, 200)], A.Catalog));
        Assert.Equal(1, drift.Ratio.Median, 9);
        Assert.Equal(0.8, drift.Proposed!.Speed.Fraction, 9);
        Assert.Empty(ThroughputDrift.Changes([drift], told, Tolerance));
    }

    [Fact]
    public void Steps_in_which_a_replica_waits_for_requests_do_not_count()
    {
        var fleet = Fleet();
        var idle = Seen(fleet, 0.8, 200) with { Steps = [.. Enumerable.Repeat(new ObservedStep(0.01, 0.2, 1), 200)] };
        var drift = Assert.Single(ThroughputDrift.Of(fleet, [idle], A.Catalog));
        Assert.Equal((0, null), (drift.Steps, drift.Proposed));
        Assert.Contains("50 are needed", drift.Note, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(1.8)]
    public void What_is_too_far_off_is_told_and_not_proposed(double speed)
    {
        var fleet = Fleet();
        var drift = Assert.Single(ThroughputDrift.Of(fleet, [Seen(fleet, speed, 200)], A.Catalog));
        Assert.Null(drift.Proposed);
        Assert.Contains("another model, engine, GPU or mix", drift.Note, StringComparison.Ordinal);
        Assert.Empty(ThroughputDrift.Changes([drift], fleet, Tolerance));
    }

    [Fact]
    public void A_slower_replica_answers_as_much_less_where_nothing_is_promised()
    {
        var serving = A.Serving() with { Latency = null, Kind = ServingKind.Batch };
        var (gpu, mix) = (A.Gpu("l40s"), new RequestMix(500, 200, 1500));
        var slower = serving with { Measured = Measured(new MeasuredSpeed(gpu.Id, Share.FromPercent(80), Share.FromPercent(72))) };
        var (predicted, measured) = (ReplicaSizer.Size(serving, mix, gpu, 1).Sizing!, ReplicaSizer.Size(slower, mix, gpu, 1).Sizing!);
        Assert.Equal(0.8, measured.RequestsPerSecond / predicted.RequestsPerSecond, 9);
        Assert.Equal(0.9, measured.ReachedWith(Share.FromPercent(90)).RequestsPerSecond / measured.RequestsPerSecond, 9);
        Assert.Equal(predicted.RequestsPerSecond, ReplicaSizer.Size(slower, mix, A.Gpu("l4"), 1).Sizing is { } other ? other.RequestsPerSecond * predicted.RequestsPerSecond / ReplicaSizer.Size(serving, mix, A.Gpu("l4"), 1).Sizing!.RequestsPerSecond : predicted.RequestsPerSecond, 9);
    }

    [Fact]
    public void A_slower_replica_takes_fewer_requests_at_a_time_where_latency_is_promised()
    {
        var (gpu, mix) = (A.Gpu("l40s"), new RequestMix(500, 200, 1500));
        var slower = A.Serving() with { Measured = Measured(new MeasuredSpeed(gpu.Id, Share.FromPercent(60), Share.FromPercent(60))) };
        var (predicted, measured) = (ReplicaSizer.Size(A.Serving(), mix, gpu, 1).Sizing!, ReplicaSizer.Size(slower, mix, gpu, 1).Sizing!);
        Assert.True(measured.Batch < predicted.Batch, $"{measured.Batch} < {predicted.Batch}");
        Assert.True(measured.RequestsPerSecond < 0.6 * predicted.RequestsPerSecond);
    }

    private static FleetPlan Fleet() => Planner.Plan(A.Plan(), "dev", A.Catalog);

    private static MeasuredSpeeds Measured(params MeasuredSpeed[] items) => new([.. items]);

    /// <summary>A pool whose replicas run at a part of the predicted speed, with 2 to 41 requests each.</summary>
    private static ObservedPool Seen(FleetPlan fleet, double speed, int steps)
    {
        var (pool, demand, serving) = (fleet.Pools[0], fleet.Servings[0].Demand, fleet.Servings[0].Serving);
        var cycle = ReplicaSizer.CycleOf(serving, ReplicaSizer.SetupOf(serving, A.Gpu(pool.Gpu), pool.Engine.TensorParallel), RequestMix.Of(demand), Calibration.Embedded);
        ImmutableArray<ObservedStep> seen =
        [
            .. Enumerable.Range(0, steps).Select(step => 2.0 + (step % 40)).Select(batch => new ObservedStep(3 * speed * batch / cycle.Of(batch).Seconds, 3 * batch, 3)),
        ];
        return new ObservedPool(pool.Id, demand.InputTokens, demand.OutputTokens, seen);
    }
}
