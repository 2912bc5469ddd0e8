using System.Collections.Immutable;
using System.Globalization;
using GpuInfra.Planning.Bridges;
using GpuInfra.Planning.Units;

namespace GpuInfra.Offline.Diff;

/// <summary>What a diff reads of a fleet.</summary>
/// <param name="PlanHash">The plan's hash.</param>
/// <param name="AsOf">The month, as <c>2026-12</c>.</param>
/// <param name="MonthlyUsd">What its machines cost in US dollars a month, held ones that nothing uses among them.</param>
/// <param name="Headroom">The lowest headroom of any serving, as a fraction.</param>
/// <param name="Pools">Its pools, ordered by id.</param>
public sealed record FleetFacts(
    string PlanHash, string AsOf, decimal MonthlyUsd, double Headroom, ImmutableArray<PoolFacts> Pools)
{
    /// <summary>What everything that is priced costs in US dollars a month; null for a record of an older version.</summary>
    public decimal? TotalUsd { get; init; }

    /// <summary>The price book that it was planned with; null for a record of an older version, as all that follows is empty for one.</summary>
    public PriceBookFacts? PriceBook { get; init; }

    /// <summary>What each serving needs and keeps, ordered by name.</summary>
    public ImmutableArray<ServingFacts> Servings { get; init; } = [];

    /// <summary>What machines cost by month, as <c>2026-12</c>, over the horizon.</summary>
    public ImmutableArray<(string Month, decimal MonthlyUsd)> Steps { get; init; } = [];

    /// <summary>What the fleet takes of quotas.</summary>
    public ImmutableArray<QuotaFacts> Quotas { get; init; } = [];

    /// <summary>What to ask for, by the last day to do so.</summary>
    public ImmutableArray<OrderFacts> Orders { get; init; } = [];

    /// <summary>What is paid whatever happens, in US dollars; null for a record of an older version.</summary>
    public decimal? IrrevocableUsd { get; init; }

    /// <summary>What the reader should know before trusting it.</summary>
    public ImmutableArray<string> Warnings { get; init; } = [];

    /// <summary>Machines of all pools.</summary>
    public int Instances => Pools.Sum(pool => pool.Instances);

    /// <summary>GPUs of all pools.</summary>
    public int Gpus => Pools.Sum(pool => pool.Instances * pool.GpusPerInstance);

    /// <summary>
    /// What a million tokens cost, input and output alike, in US dollars: machines' cost over the tokens of an average month. A serving's tokens
    /// count in the hours that its pools run. Null when no tokens are told.
    /// </summary>
    public decimal? UsdPerMillionTokens
    {
        get
        {
            var tokens = Servings.Sum(serving => serving.TokensPerSecond * 3600
                * (double)Pools.Where(pool => pool.Serving == serving.Name && pool.Price is not null).Select(pool => pool.Price!.HoursPerMonth).DefaultIfEmpty().Max());
            return tokens > 0 ? MonthlyUsd / (decimal)(tokens / 1e6) : null;
        }
    }

    /// <summary>The fleet as a bridge reads it; null when the record is of a version that did not hold their prices.</summary>
    public PricedFleet? Priced => Pools.All(pool => pool.Price is not null) ? PricedFleet.Of([.. Pools.Select(pool => pool.Price!)], new Usd(MonthlyUsd)) : null;

    /// <summary>The share of requests at P95 demand that keep their latency, of the serving where it is least; null where nothing was replayed.</summary>
    public double? SloAttainment => Servings.Min(serving => serving.SloAttainment);

    /// <summary>The first day of the month.</summary>
    public DateOnly FirstDay => DateOnly.ParseExact($"{AsOf}-01", "yyyy-MM-dd", CultureInfo.InvariantCulture);
}

