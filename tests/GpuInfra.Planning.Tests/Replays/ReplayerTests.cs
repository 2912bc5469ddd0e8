using System.Text;
using GpuInfra.Planning.Demands.Traces;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Replays;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Replays;

public class ReplayerTests
{
    private static readonly ReplayOptions FiveMinutes = new() { Length = TimeSpan.FromMinutes(5) };

    [Fact]
    public void A_fleet_keeps_its_promise_under_its_own_forecast_and_one_replica_less_does_not()
    {
        // A quarter larger than the Azure conversation trace itself, with the usual headroom and confidence: two replicas. In larger fleets one is
        // a smaller part than the headroom, as it should be.
        var fleet = Planner.Plan(A.Plan() with { Workloads = [A.Workload(scale: 1.25)] }, "prod", A.Catalog);
        Assert.Equal(2, fleet.Pools.Sum(pool => pool.Replicas));

        var whole = Replay(fleet, new ReplayLoad.Forecast(), new ReplayOptions());
        Assert.True(whole.Keeps, $"{whole.Measured.Attainment}");
        var less = Replay(Fleet.Short(fleet, 1), new ReplayLoad.Forecast(), new ReplayOptions());
        Assert.False(less.Keeps);
        Assert.InRange(less.Measured.Attainment, 0.5, 0.94);
        Assert.True(less.All.Rejected > 10 * whole.All.Rejected);
    }

    [Fact]
    public void With_headroom_for_it_a_replica_less_is_borne()
    {
        var fleet = Planner.Plan(A.Plan() with { Workloads = [A.Workload(scale: 8)] }, "prod", A.Catalog);
        Assert.True(Replay(Fleet.Short(fleet, 1), new ReplayLoad.Forecast(), new ReplayOptions()).Keeps);
    }

    [Fact]
    public void The_same_seed_gives_the_same_result_and_another_seed_another()
    {
        var results = new[] { 7, 7, 8 }.Select(seed => Replayer.Replay(Fleet.Prod, A.Catalog, new ReplayLoad.Forecast(), FiveMinutes with { Seed = seed })).ToList();
        Assert.Equal(Told(results[0]), Told(results[1]));
        Assert.NotEqual(Told(results[0]), Told(results[2]));

        static string Told(ReplayResult result) => string.Join('\n', result.Servings.Select(serving =>
            $"{serving.Serving} {serving.All} {serving.TimeToFirstToken.Mean} {serving.TimePerOutputToken.At(95)} {serving.Cost} {string.Join(',', serving.Minutes)}"));
    }

    [Fact]
    public void The_forecast_brings_the_demand_that_was_planned()
    {
        // The trace has 58 whole minutes.
        var demand = Fleet.OneServing.Servings[0].Demand;
        var played = Replay(Fleet.OneServing, new ReplayLoad.Forecast(), new ReplayOptions { Length = TimeSpan.FromMinutes(58) });
        var expected = demand.RequestsPerSecond * 58 * 60;
        Assert.InRange(played.All.Arrived / expected, 0.98, 1.02);
        Assert.InRange(played.TokensServed / (expected * (demand.InputTokens + demand.OutputTokens)), 0.97, 1.02);
        Assert.InRange(played.Minutes.Max(minute => minute.Arrived) / (60 * demand.PeakRequestsPerSecond), 0.95, 1.1);
    }

    [Fact]
    public void A_batch_outside_its_window_has_no_requests_and_costs_nothing()
    {
        var night = Replayer.Replay(Fleet.Prod, A.Catalog, new ReplayLoad.Forecast(), FiveMinutes with { From = new TimeOnly(12, 0) }).Servings.Single(serving => serving.Serving == "embedder");
        Assert.Equal((0, 0m, true), (night.All.Arrived, night.Cost.Amount, night.Keeps));
    }

    [Fact]
    public void A_replay_at_less_confidence_is_faster()
    {
        var (sure, even) = (Replay(Fleet.OneServing, new ReplayLoad.Forecast(), FiveMinutes),
            Replay(Fleet.OneServing, new ReplayLoad.Forecast(), FiveMinutes with { Confidence = Share.FromPercent(50) }));
        Assert.True(even.TimePerOutputToken.Mean < sure.TimePerOutputToken.Mean);
    }

    [Fact]
    public void A_trace_is_played_as_it_is_and_scaled_by_moved_copies()
    {
        var trace = Trace("0,100,10\n60,200,20\n30,300,30\n");
        Assert.Equal((3, 1, 60.0), (trace.Count, trace.OutOfOrder, trace.Length.TotalSeconds));
        Assert.Equal(1, trace.After(TimeSpan.FromSeconds(30)));
        var once = Replay(Fleet.OneServing, new ReplayLoad.Traced("chat", trace, 1), FiveMinutes);
        Assert.Equal((3, 660), (once.All.Served, once.TokensServed));
        Assert.Equal(new long[] { 2, 1, 0, 0, 0 }, once.Minutes.Select(minute => minute.Arrived));

        var often = Replay(Fleet.OneServing, new ReplayLoad.Traced("chat", trace, 100), FiveMinutes);
        Assert.Equal((300, 66_000), (often.All.Served, often.TokensServed));
        Assert.InRange(Replay(Fleet.OneServing, new ReplayLoad.Traced("chat", trace, 100.5), FiveMinutes).All.Served, 301, 303);

        // What comes after the horizon is not played.
        Assert.Equal(2, Replay(Fleet.OneServing, new ReplayLoad.Traced("chat", trace, 1), FiveMinutes with { Length = TimeSpan.FromSeconds(45) }).All.Arrived);
    }

    [Fact]
    public void A_profile_is_played_at_the_planned_rate_or_at_its_own()
    {
        var profile = A.Profile("azure-code-2023");
        var planned = Replay(Fleet.OneServing, new ReplayLoad.Profiled("chat", profile, null), new ReplayOptions());
        Assert.InRange(planned.All.Arrived / (Fleet.OneServing.Servings[0].Demand.RequestsPerSecond * 3600), 0.9, 1.15);
        var own = Replay(Fleet.OneServing, new ReplayLoad.Profiled("chat", profile, 1), new ReplayOptions());
        Assert.InRange(own.All.Arrived / (double)profile.Requests, 0.9, 1.2);
    }

    [Fact]
    public void What_the_fleet_does_not_have_cannot_be_lost_or_played()
    {
        var losses = new[] { "zone:use1-az9@1m", "cloud:gcp@1m", "spot@1m" }.Select(text => Loss.Read(text)!);
        var mistake = Assert.Throws<PlanException>(() => Replayer.Replay(
            Fleet.OneServing, A.Catalog, new ReplayLoad.Traced("chta", Trace("0,1,1\n"), 1), new ReplayOptions { Losses = [.. losses] }));
        Assert.Equal(4, mistake.Problems.Length);
        Assert.Contains("did you mean \"use1-az", mistake.Message, StringComparison.Ordinal);
        Assert.Contains("did you mean \"chat\"?", mistake.Message, StringComparison.Ordinal);
        Assert.Contains("no pool of the fleet is on spot", mistake.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("5,1,1\nx,1,1\n", ":3:1")]
    [InlineData("5,1,1\n6,-1,1\n", ":3:1")]
    [InlineData("5,1,1\n{\"timestamp\":1,\"input_tokens\":1,\"output_tokens\":1}\n", ":3:1")]
    [InlineData("5,1,1\n6,1", "the last line is cut off")]
    [InlineData("", "is empty")]
    public void A_bad_trace_is_refused_with_its_line(string rows, string said) =>
        Assert.Contains(said, Assert.Throws<PlanException>(() => Trace(rows)).Message, StringComparison.Ordinal);

    private static RequestTrace Trace(string rows)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes("Timestamp,Request tokens,Response tokens\n" + rows));
        return TraceReader.ReadRequests(stream, "trace.csv", new TraceOptions { Name = "trace", Source = "a test" });
    }

    private static ServingReplay Replay(GpuInfra.Planning.Fleets.FleetPlan fleet, ReplayLoad load, ReplayOptions options) =>
        Replayer.Replay(fleet, A.Catalog, load, options).Servings[0];
}
