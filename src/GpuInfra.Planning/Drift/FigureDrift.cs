using System.Collections.Immutable;
using System.Text.Json;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Drift;

/// <summary>Where the figures that a plan rests on differ from what is seen.</summary>
public sealed record FigureDrift
{
    /// <summary>Over what time it was seen; null where nothing was asked.</summary>
    public TimeSpan? Over { get; init; }

    /// <summary>Demand, of each serving.</summary>
    public ImmutableArray<DemandDrift> Demand { get; init; } = [];

    /// <summary>Servings that were seen and are in no plan, by name.</summary>
    public ImmutableArray<string> Unplanned { get; init; } = [];

    /// <summary>Throughput, of each pool that was seen.</summary>
    public ImmutableArray<ThroughputDrift> Throughput { get; init; } = [];

    /// <summary>Changes of the plan that would make it agree.</summary>
    public ImmutableArray<PlanChange> Changes { get; init; } = [];

    /// <summary>True where everything that was seen is as planned.</summary>
    public bool IsNone => Changes.IsEmpty && Unplanned.IsEmpty && Demand.All(drift => drift.Moved.IsEmpty && drift.Observed is not null);

    /// <summary>The demand and throughput of a fleet against what was seen.</summary>
    /// <param name="fleet">The fleet.</param>
    /// <param name="catalog">The GPUs.</param>
    /// <param name="servings">What its servings did.</param>
    /// <param name="pools">What its pools did.</param>
    /// <param name="tolerance">How far a figure may lie from the plan, as a part of it.</param>
    /// <param name="over">Over what time it was seen.</param>
    public static FigureDrift Of(
        FleetPlan fleet, Catalog catalog, IReadOnlyCollection<ObservedServing> servings, IReadOnlyCollection<ObservedPool> pools, Share tolerance, TimeSpan over)
    {
        var (demand, throughput) = (DemandDrift.Of(fleet, servings, tolerance), ThroughputDrift.Of(fleet, pools, catalog));
        return new FigureDrift
        {
            Over = over,
            Demand = demand,
            Unplanned = [.. servings.Select(serving => serving.Serving).Except(demand.Select(drift => drift.Serving)).Order(StringComparer.Ordinal)],
            Throughput = throughput,
            Changes = [.. demand.SelectMany(drift => drift.Changes), .. ThroughputDrift.Changes(throughput, fleet, tolerance)],
        };
    }

    /// <summary>Writes it as members of an object: members are added, never renamed.</summary>
    public void Write(Utf8JsonWriter json)
    {
        if (Over is not { } over)
        {
            return;
        }

        json.WriteNumber("overHours", over.TotalHours);
        json.WriteObjects("demand", Demand, drift =>
        {
            json.WriteString("serving", drift.Serving);
            json.WriteNumber("plannedRequestsPerSecond", drift.PlannedRequestsPerSecond);
            json.WriteNumberOrNull("observedRequestsPerSecond", drift.Observed?.RequestsPerSecond);
            json.WriteNumber("plannedPeakToMean", drift.Planned.Load.Peak);
            json.WriteNumberOrNull("observedPeakToMean", drift.Observed?.PeakToMean);
            json.WriteNumber("plannedInputTokens", drift.Planned.InputTokens);
            json.WriteNumberOrNull("observedInputTokens", drift.Observed?.InputTokens);
            json.WriteNumber("plannedOutputTokens", drift.Planned.OutputTokens);
            json.WriteNumberOrNull("observedOutputTokens", drift.Observed?.OutputTokens);
            json.WriteNumberOrNull("covered", drift.Observed?.Covered);
            json.WriteStrings("moved", drift.Moved);
            json.WriteString("note", drift.Note);
        });
        json.WriteStrings("unplanned", Unplanned);
        ThroughputDrift.Write(json, Throughput);
        WriteChanges(json, Changes);
    }

    /// <summary>Writes changes of a plan.</summary>
    public static void WriteChanges(Utf8JsonWriter json, ImmutableArray<PlanChange> changes) => json.WriteObjects("changes", changes, change =>
    {
        json.WriteString("path", change.Path);
        json.WriteString("value", change.Value);
    });
}
