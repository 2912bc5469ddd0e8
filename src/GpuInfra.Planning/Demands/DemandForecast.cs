using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Demands;

/// <summary>What the plan's workloads ask for in a month of the horizon.</summary>
public sealed class DemandForecast(CapacityPlan plan, Catalog catalog)
{
    private const double SecondsPerDay = 86_400;

    /// <summary>
    /// Long requests where only means are given: with exponential lengths, the percentile p lies at −ln(1 − p) times the mean.
    /// The Azure conversation trace's P95 is 3.5 times its mean, the code trace's 2.7 times.
    /// </summary>
    private static double ExponentialQuantile(double mean, int percentile) => mean * -Math.Log(1 - percentile / 100.0);

    /// <summary>The demand of one workload in a month.</summary>
    public Demand OfWorkload(Workload workload, Month month)
    {
        var growth = GrowthCurve.FactorWithin(workload.Growth, plan.Start, plan.HorizonMonths, month);
        var serving = plan.Servings.Single(serving => serving.Name == workload.Serving);
        var percentile = serving.Latency?.Percentile ?? LatencyTarget.DefaultPercentile;
        var demand = workload.Demand switch
        {
            DemandSource.Profiled profiled => FromProfile(profiled, percentile),
            DemandSource.Daily daily => FromDaily(daily, percentile),
            _ => throw new ArgumentOutOfRangeException(nameof(workload), workload.Demand, "A demand that this version does not know."),
        };
        return demand with
        {
            RequestsPerSecond = demand.RequestsPerSecond * growth,
            LongInputTokens = Math.Min(demand.LongInputTokens, serving.MaxContextTokens),
        };
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
            Load = demands.Length == 1
                ? demands[0].Load
                : LoadCurve.Combine([.. demands.Select(demand => (demand.RequestsPerSecond, demand.Load))]),
        };
    }

    /// <summary>The workloads of a serving, in the plan's order.</summary>
    public IEnumerable<Workload> WorkloadsOf(Serving serving) => plan.Workloads.Where(workload => workload.Serving == serving.Name);

    private Demand FromProfile(DemandSource.Profiled source, int percentile)
    {
        var profile = catalog.FindProfile(source.ProfileId)
            ?? throw new ArgumentException($"The catalog has no profile {source.ProfileId}.", nameof(source));
        return new Demand
        {
            RequestsPerSecond = profile.RequestsPerSecond * source.Scale,
            InputTokens = profile.InputTokens,
            OutputTokens = profile.OutputTokens,
            LongInputTokens = At(profile.InputQuantiles, percentile),
            Load = source.PeakToMean is { } ratio
                ? LoadCurve.Lognormal(ratio)
                : LoadCurve.Measured(profile.MinuteLoad.Select(quantile => (quantile.Percentile, quantile.Value))),
        };
    }

    private static Demand FromDaily(DemandSource.Daily source, int percentile)
    {
        var input = source.InputTokensPerDay / source.RequestsPerDay;
        return new Demand
        {
            RequestsPerSecond = source.RequestsPerDay / (source.Window?.Length.TotalSeconds ?? SecondsPerDay),
            InputTokens = input,
            OutputTokens = source.OutputTokensPerDay / source.RequestsPerDay,
            LongInputTokens = ExponentialQuantile(input, percentile),
            Load = LoadCurve.Lognormal(source.PeakToMean ?? 1),
        };
    }

    /// <summary>The smallest given quantile at or above the percentile.</summary>
    private static double At(ImmutableArray<Quantile> quantiles, double percentile) =>
        quantiles.First(quantile => quantile.Percentile >= percentile).Value;
}
