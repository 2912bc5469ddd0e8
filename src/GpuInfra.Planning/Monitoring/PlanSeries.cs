using System.Collections.Immutable;
using System.Globalization;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Routes;

namespace GpuInfra.Planning.Monitoring;

/// <summary>
/// A figure of the plan as a constant time series, which alerts compare what is measured with and dashboards draw beside it. So the
/// rules are the same for every fleet, and a change of the plan changes these figures and nothing else.
/// </summary>
/// <param name="Name">The series' name, as <c>plan:ttft_seconds</c>.</param>
/// <param name="Labels">Its labels, ordered by name.</param>
/// <param name="Value">The figure, in the unit that the name ends with.</param>
public sealed record PlanSeries(string Name, ImmutableSortedDictionary<string, string> Labels, double Value)
{
    // A start that takes half as long again as it was planned to, and the seeds' two minutes where it was planned to be fast.
    private const double SlowStart = 1.5;
    private const double ShortestSlowStart = 120;

    // The seeds' figures, where the plan does not ask for less.
    private const double SmallBatch = 4;
    private const double SmallPartOfBatch = 0.5;
    private const double LeastMemoryPercent = 90;
    private const double MemoryAboveEngine = 5;
    private const double MostMemoryPercent = 99;

    /// <summary>The figures of a fleet's deployed month, ordered by name and labels.</summary>
    /// <param name="fleet">The fleet.</param>
    /// <param name="catalog">Start times of its machines.</param>
    public static ImmutableArray<PlanSeries> Of(FleetPlan fleet, Catalog catalog)
    {
        var pools = fleet.Pools.Where(pool => !pool.IsDraining).ToImmutableArray();
        return
        [
            .. fleet.Servings.SelectMany(serving => OfServing(fleet.Plan, serving, [.. pools.Where(pool => pool.Serving == serving.Serving.Name)]))
                .Concat(pools.Where(pool => !pool.IsExternal).SelectMany(pool => OfPool(pool, fleet.Servings.Single(serving => serving.Serving.Name == pool.Serving), catalog)))
                .Concat(Renewal.Of(fleet.Plan).SelectMany(OfHeld))
                .Concat(OfBudget(fleet.Plan.Budget))
                .Concat(RouterEntry.All(fleet).Select(entry => new PlanSeries("plan:routers", Labelled(("cloud", JsonText.Word(entry.Cloud)), ("region", entry.Region)), RouterEntry.Machines)))
                .OrderBy(series => series.Name, StringComparer.Ordinal)
                .ThenBy(series => string.Join(',', series.Labels.Values), StringComparer.Ordinal),
        ];
    }

    private static IEnumerable<PlanSeries> OfServing(CapacityPlan plan, ServingFleet fleet, ImmutableArray<Pool> pools)
    {
        var (serving, demand) = (fleet.Serving, fleet.Demand);
        var labels = Labelled(("serving", serving.Name), ("kind", JsonText.Word(serving.Kind)));
        yield return new("plan:peak_requests_per_second", labels, demand.PeakRequestsPerSecond);
        yield return new("plan:capacity_requests_per_second", labels, fleet.CapacityRequestsPerSecond);
        yield return new("plan:output_tokens_per_second", labels, demand.Decode.PerSecond);
        if (serving.Quality is { } quality)
        {
            yield return new("plan:quality_least", labels, quality.AtLeast);
        }

        if (plan.BandOf(serving.Kind) is { } band)
        {
            yield return new("plan:utilization_ratio_least", labels, band.AtLeast.Fraction);
            yield return new("plan:utilization_ratio_most", labels, band.AtMost.Fraction);
        }

        if (serving.Techniques.CountedPrefixHitRate.Fraction is > 0 and var hits)
        {
            yield return new("plan:prefix_cache_hit_ratio", labels, hits);
        }

        // What scales to nothing by itself has no headroom to keep, and what runs outside is not seen.
        if (pools.All(pool => pool.Window is null && pool.Tier != Tier.Spot && !pool.IsExternal))
        {
            yield return new("plan:headroom_ratio", labels, Math.Min(plan.HeadroomOf(serving).Fraction, fleet.Headroom.Fraction));
        }

        if (serving.Latency is { } promised && fleet.Latency is { } expected)
        {
            var percentile = labels.Add("percentile", Text(promised.Percentile));
            yield return new("plan:ttft_seconds", percentile, promised.TimeToFirstToken.TotalSeconds);
            yield return new("plan:tpot_seconds", percentile, promised.TimePerOutputToken.TotalSeconds);
            // What may wait, so that the last of it is answered in time.
            yield return new("plan:queue_most", labels, Math.Max(1, demand.PeakRequestsPerSecond * promised.TimeToFirstToken.TotalSeconds));
            // Little's law: requests that a replica has at a time on average are their rate times the time they take.
            var seconds = expected.TimeToFirstToken.TotalSeconds + (demand.OutputTokens * expected.TimePerOutputToken.TotalSeconds);
            yield return new(
                "plan:batch_least", labels, Math.Min(SmallBatch, SmallPartOfBatch * demand.RequestsPerSecond * seconds / Math.Max(1, pools.Sum(pool => pool.Replicas))));
        }
    }

    private static IEnumerable<PlanSeries> OfPool(Pool pool, ServingFleet fleet, Catalog catalog)
    {
        var labels = Labelled(("serving", pool.Serving), ("pool", pool.Id), ("tier", JsonText.Word(pool.Tier)), ("cloud", JsonText.Word(pool.Cloud)), ("region", pool.Region));
        yield return new("plan:instances", labels, pool.Instances.Desired);
        // Outside its hours a pool may have none.
        yield return new("plan:instances_least", labels, pool.Window is null ? pool.Instances.Min : 0);
        yield return new("plan:replica_requests_per_second", labels, pool.ReplicaCapacity.RequestsPerSecond);
        if (pool.ReplicaCapacity.Decode.PerSecond > 0)
        {
            yield return new("plan:replica_output_tokens_per_second", labels, pool.ReplicaCapacity.Decode.PerSecond);
        }

        yield return new("plan:instance_usd_per_hour", labels, pool.Instances.Desired == 0 ? 0 : (double)(pool.Hourly.Amount / pool.Instances.Desired));
        // The engine takes its share of the memory when it starts, so what is above that share is somebody else's.
        yield return new(
            "plan:gpu_memory_percent_most", labels, Math.Clamp((100 * pool.Engine.MemoryUtilization.Fraction) + MemoryAboveEngine, LeastMemoryPercent, MostMemoryPercent));
        yield return new(
            "plan:start_seconds_most", labels, Math.Max(ShortestSlowStart, SlowStart * PoolStart.Of(catalog, fleet.Serving, pool).Total.TotalSeconds));
        // Rungs of a ladder may have other numbers of GPUs.
        if (pool.Ladder.Length == 1)
        {
            yield return new("plan:gpus_per_instance", labels, pool.GpusPerInstance);
        }
    }

    private static IEnumerable<PlanSeries> OfHeld(Renewal held)
    {
        var labels = Labelled(("held", held.Name), ("covers", held.Covers));
        yield return new("plan:held_renew_by_timestamp_seconds", labels, Midnight(held.By));
        yield return new("plan:held_end_timestamp_seconds", labels, Midnight(held.End.AddDays(1)));
    }

    private static IEnumerable<PlanSeries> OfBudget(Budget? budget) => budget is null
        ? []
        : budget.AlertAt.Select(share => new PlanSeries("plan:budget_alert_usd_per_month", Labelled(("at", share.ToString())), (double)budget.Monthly.Amount * share.Fraction));

    private static double Midnight(DateOnly day) => new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero).ToUnixTimeSeconds();

    private static ImmutableSortedDictionary<string, string> Labelled(params (string Name, string Value)[] labels) =>
        labels.ToImmutableSortedDictionary(label => label.Name, label => label.Value, StringComparer.Ordinal);

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
