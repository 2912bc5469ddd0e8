using System.Collections.Concurrent;
using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Demands;

/// <summary>What the plan's workloads ask for in a month of the horizon.</summary>
public sealed class DemandForecast(CapacityPlan plan)
{
    private const double SecondsPerDay = 86_400;

    private readonly ConcurrentDictionary<(DemandSource Source, int MaxContextTokens, int Percentile), Demand> _unscaled = [];

    /// <summary>The demand of one workload in a month.</summary>
    public Demand OfWorkload(Workload workload, Month month)
    {
        var growth = GrowthCurve.FactorWithin(workload.Growth, plan.Start, plan.HorizonMonths, month);
        var serving = plan.Servings.Single(serving => serving.Name == workload.Serving);
        var (source, scale) = workload.Demand is DemandSource.Profiled trace ? (trace with { Scale = 1 }, trace.Scale) : (workload.Demand, 1.0);
        var demand = _unscaled.GetOrAdd(
            (source, serving.MaxContextTokens, serving.Latency?.Percentile ?? LatencyTarget.DefaultPercentile),
            key => Unscaled(key.Source, key.MaxContextTokens, key.Percentile));
        return demand with { RequestsPerSecond = demand.RequestsPerSecond * scale * growth * (1 - serving.Techniques.CacheHitRate.Fraction) };
    }

    /// <summary>The demand of all workloads of a serving together.</summary>
    public Demand OfServing(Serving serving, Month month)
    {
        var demands = WorkloadsOf(serving).Select(workload => OfWorkload(workload, month)).ToImmutableArray();
        var rate = demands.Sum(demand => demand.RequestsPerSecond);
        return new Demand
        {
            RequestsPerSecond = rate,
            InputTokens = demands.Sum(demand => demand.Prefill.PerSecond) / rate,
            OutputTokens = demands.Sum(demand => demand.Decode.PerSecond) / rate,
            LongInputTokens = demands.Max(demand => demand.LongInputTokens),
            Lengths = LengthClasses.Of([.. demands.Select(demand => (demand.Lengths, demand.RequestsPerSecond))]),
            Burst = demands.Sum(demand => demand.RequestsPerSecond * demand.Burst) / rate,
            TooLong = Share.FromFraction(demands.Sum(demand => demand.RequestsPerSecond * demand.TooLong.Fraction) / rate),
            Load = demands.Length == 1
                ? demands[0].Load
                : LoadCurve.Combine([.. demands.Select(demand => (demand.RequestsPerSecond, demand.Load))]),
        };
    }

    /// <summary>The sizes of a serving's requests, shortest first.</summary>
    public ImmutableArray<RequestSize> SizesOf(Serving serving, Month month) => RequestSizes.Of(
        [.. WorkloadsOf(serving).Select(workload => (workload.Demand, OfWorkload(workload, month).RequestsPerSecond))],
        serving.MaxContextTokens, OfServing(serving, month).LongInputTokens);

    /// <summary>The workloads of a serving, in the plan's order.</summary>
    public IEnumerable<Workload> WorkloadsOf(Serving serving) => plan.Workloads.Where(workload => workload.Serving == serving.Name);

    /// <summary>What follows from a source whatever the month: nearly all, so that it is worked out once.</summary>
    private static Demand Unscaled(DemandSource source, int maxContextTokens, int percentile)
    {
        var lengths = LengthClasses.Of(source, maxContextTokens);
        var demand = source switch
        {
            DemandSource.Profiled profiled => FromProfile(profiled, lengths, percentile, maxContextTokens),
            DemandSource.Daily daily => FromFigures(
                daily, daily.RequestsPerDay, daily.InputTokensPerDay / daily.RequestsPerDay, daily.OutputTokensPerDay / daily.RequestsPerDay,
                lengths, percentile, maxContextTokens),
            DemandSource.Users users => FromFigures(
                users, users.RequestsPerDay, users.InputTokensPerRequest, users.OutputTokensPerRequest, lengths, percentile, maxContextTokens),
            _ => throw new ArgumentOutOfRangeException(nameof(source), source, "A demand that this version does not know."),
        };
        return demand with { LongInputTokens = Math.Min(demand.LongInputTokens, maxContextTokens), Burst = Bursts.Of(source) };
    }

    private static Demand FromProfile(DemandSource.Profiled source, LengthClasses lengths, int percentile, int maxContextTokens)
    {
        var profile = source.Profile;
        return WithLengths(
            LengthDistribution.Measured(profile.InputTokens.Quantiles), LengthDistribution.Measured(profile.OutputTokens.Quantiles), lengths, percentile, maxContextTokens) with
        {
            RequestsPerSecond = profile.RequestsPerSecond * source.Scale,
            InputTokens = profile.InputTokens.Mean,
            OutputTokens = profile.OutputTokens.Mean,
            Load = source.PeakToMean is { } ratio
                ? LoadCurve.Lognormal(ratio)
                : LoadCurve.Measured(profile.MinuteLoad.Select(quantile => (quantile.Percentile, quantile.Value))),
        };
    }

    private static Demand FromFigures(
        DemandSource source, double requestsPerDay, double input, double output, LengthClasses lengths, int percentile, int maxContextTokens)
    {
        return WithLengths(
            LengthDistribution.Of(source.InputLengths, input), LengthDistribution.Of(source.OutputLengths, output), lengths, percentile, maxContextTokens) with
        {
            RequestsPerSecond = requestsPerDay / SecondsOfWork(source),
            InputTokens = input,
            OutputTokens = output,
            Load = LoadCurve.Lognormal(source.PeakToMean ?? 1),
        };
    }

    /// <summary>Seconds of a day in which a demand is served: those of its window without the start of machines, or all.</summary>
    internal static double SecondsOfWork(DemandSource source) => (source.Window?.Length.TotalSeconds ?? SecondsPerDay) - source.StartUp.TotalSeconds;

    /// <summary>What follows from lengths alone.</summary>
    private static Demand WithLengths(LengthDistribution input, LengthDistribution output, LengthClasses lengths, int percentile, int maxContextTokens) => new()
    {
        RequestsPerSecond = 0,
        InputTokens = 0,
        OutputTokens = 0,
        LongInputTokens = input.At(percentile),
        Lengths = lengths,
        TooLong = LengthDistribution.SumAbove(input, output, maxContextTokens),
        Load = LoadCurve.Flat,
    };
}
