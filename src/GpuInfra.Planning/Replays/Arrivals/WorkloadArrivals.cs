using System.Collections.Immutable;
using GpuInfra.Planning.Demands;
using GpuInfra.Planning.Demands.Traces;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Replays.Arrivals;

/// <summary>The requests of a workload in a replay.</summary>
internal static class WorkloadArrivals
{
    private const double SecondsPerMinute = 60;

    /// <summary>The requests of a workload under a load. Those that a response cache answers reach no replica and are not among them.</summary>
    public static IArrivals Of(ReplayFleet fleet, Serving serving, Workload workload, ReplayLoad load, ReplayOptions options)
    {
        var demand = fleet.Forecast.OfWorkload(workload, fleet.Plan.Plan.AsOf);
        var random = SplitRandom.Of(options.Seed, workload.Name);
        switch (load)
        {
            case ReplayLoad.Traced traced when traced.Workload == workload.Name:
                return new ListedArrivals(Copies(traced, serving.MaxContextTokens, random));
            case ReplayLoad.Profiled profiled when profiled.Workload == workload.Name:
                var rate = profiled.Scale is { } scale ? profiled.Profile.RequestsPerSecond * scale : demand.RequestsPerSecond;
                return Minutes(new DemandSource.Profiled(profiled.Profile, 1), LoadCurve.Measured(profiled.Profile.MinuteLoad.Select(point => (point.Percentile, point.Value))), rate);
            case ReplayLoad.Minute minute:
                return Made(workload.Demand, [.. Enumerable.Repeat(demand.RequestsPerSecondAt(minute.Percentile), MinutesOf(options))]);
            default:
                return Minutes(workload.Demand, demand.Load, demand.RequestsPerSecond);
        }

        MinuteArrivals Minutes(DemandSource source, LoadCurve curve, double mean) =>
            Made(source, [.. MinuteShape.Of(source, curve, MinutesOf(options)).Select((factor, minute) => IsOpen(minute) ? mean * factor : 0)]);

        MinuteArrivals Made(DemandSource source, ImmutableArray<double> rates) =>
            new(rates, Bursts.Of(source), serving.MaxContextTokens, LengthSampler.Of(source), random);

        bool IsOpen(int minute) => workload.Demand.Window is not { } window || WindowClock.IsOpenAt(window, options.From, minute * SecondsPerMinute);
    }

    private static int MinutesOf(ReplayOptions options) => (int)Math.Ceiling(options.Length.TotalMinutes);

    private static IEnumerable<Arrival> Copies(ReplayLoad.Traced traced, int longest, SplitRandom random)
    {
        var copies = new List<Arrival>();
        var whole = Math.Floor(traced.Scale);
        foreach (var request in traced.Trace.Requests)
        {
            var (output, count) = (Math.Min(request.OutputTokens, longest - 1), whole + (random.NextUnit() < traced.Scale - whole ? 1 : 0));
            for (var copy = 0; copy < count; copy++)
            {
                var moved = traced.Scale > 1 ? random.NextUnit() * SecondsPerMinute : 0;
                copies.Add(new Arrival(
                    ((double)(request.Ticks - traced.Trace.FirstTicks) / TimeSpan.TicksPerSecond) + moved, Math.Clamp(request.InputTokens, 1, longest - output), output));
            }
        }

        copies.Sort((left, right) => left.Seconds.CompareTo(right.Seconds));
        return copies;
    }
}
