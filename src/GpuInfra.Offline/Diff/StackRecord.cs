using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using GpuInfra.Offline.Diff.Reading;
using GpuInfra.Planning.Plans;
using Pulumi.Offline;

namespace GpuInfra.Offline.Diff;

/// <summary>
/// What a diff reads of a preview, from a file or from memory: both come through the same document, so they compare alike.
/// </summary>
public sealed record StackRecord
{
    /// <summary>The stack.</summary>
    public required string Stack { get; init; }

    /// <summary>What the fleet costs, leaves over and consists of.</summary>
    public required FleetFacts Fleet { get; init; }

    /// <summary>Every registration, with computed values unknown.</summary>
    public required ImmutableArray<ResourceRecord> Resources { get; init; }

    /// <summary>
    /// By URN, the inputs that hold unknowns, with invented values in their place; empty for a record of an older version. They show
    /// changes around an unknown, as of a script that names a bucket.
    /// </summary>
    public required ImmutableSortedDictionary<string, PropertyValue.Map> Resolved { get; init; }

    /// <summary>Names of servings, regions and clouds that the plan retires: what belongs to them may go.</summary>
    public ImmutableArray<string> Retired { get; init; } = [];

    /// <summary>The plan's waivers; none for a record of an older version.</summary>
    public ImmutableArray<Waiver> Waivers { get; init; } = [];

    /// <summary>Days on which the plan lets only growth be deployed; none for a record of an older version.</summary>
    public ImmutableArray<Freeze> Freezes { get; init; } = [];

    /// <summary>The stack's outputs.</summary>
    public required PropertyValue.Map Outputs { get; init; }

    /// <summary>A preview, as its record would hold it.</summary>
    public static StackRecord Of(PreviewRecord preview)
    {
        using var document = JsonDocument.Parse(PreviewJson.ToJson(preview));
        return RecordReader.Read(document.RootElement);
    }
}

/// <summary>What a diff reads of a fleet.</summary>
/// <param name="PlanHash">The plan's hash.</param>
/// <param name="AsOf">The month, as <c>2026-12</c>.</param>
/// <param name="MonthlyUsd">What its machines cost in US dollars a month.</param>
/// <param name="Headroom">The lowest headroom of any serving, as a fraction.</param>
/// <param name="Pools">Its pools, ordered by id.</param>
public sealed record FleetFacts(
    string PlanHash, string AsOf, decimal MonthlyUsd, double Headroom, ImmutableArray<PoolFacts> Pools)
{
    /// <summary>What everything that is priced costs in US dollars a month; null for a record of an older version.</summary>
    public decimal? TotalUsd { get; init; }

    /// <summary>The first day of the month.</summary>
    public DateOnly FirstDay => DateOnly.ParseExact($"{AsOf}-01", "yyyy-MM-dd", CultureInfo.InvariantCulture);
}

/// <summary>What a diff reads of a pool.</summary>
/// <param name="Id">The pool's id.</param>
/// <param name="Serving">The serving it runs.</param>
/// <param name="Cloud">The cloud.</param>
/// <param name="Region">The region.</param>
/// <param name="InstanceType">The instance type.</param>
/// <param name="Instances">How many instances are planned.</param>
/// <param name="MonthlyUsd">Its cost in US dollars a month.</param>
public sealed record PoolFacts(
    string Id, string Serving, string Cloud, string Region, string InstanceType, int Instances, decimal MonthlyUsd)
{
    /// <summary>Whether a resource of this name is the pool's.</summary>
    public bool Owns(string name) => name == Id || name.StartsWith($"{Id}-", StringComparison.Ordinal);
}
