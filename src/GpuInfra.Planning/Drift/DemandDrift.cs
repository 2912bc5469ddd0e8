using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Demands;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Drift;

/// <summary>The demand that a serving was planned for against what was seen, and what in the plan would make them agree.</summary>
public sealed record DemandDrift
{
    /// <summary>Below this part of the time nothing is proposed: what was not seen may have been anything.</summary>
    public const double LeastCovered = 0.5;

    private const double SecondsPerDay = 86_400;
    private const double DaysPerWeek = 7;

    /// <summary>The serving.</summary>
    public required string Serving { get; init; }

    /// <summary>What was planned for the plan's month, mean over whole weeks: a nightly batch counts with the hours that it rests.</summary>
    public required double PlannedRequestsPerSecond { get; init; }

    /// <summary>What each request was planned to be, and the peak minute over the mean.</summary>
    public required Demand Planned { get; init; }

    /// <summary>What was seen; null where nothing was.</summary>
    public required ObservedServing? Observed { get; init; }

    /// <summary>Seen over planned requests; null where nothing was seen.</summary>
    public double? Ratio => Observed is null ? null : Observed.RequestsPerSecond / PlannedRequestsPerSecond;

    /// <summary>Seen over planned requests of the time that there are figures for; null where there are too few.</summary>
    public double? RatioWhileSeen => Observed is { Covered: >= LeastCovered } ? Ratio / Observed.Covered : null;

    /// <summary>Figures that lie further from the plan than is tolerated.</summary>
    public required ImmutableArray<string> Moved { get; init; }

    /// <summary>Changes of the plan that would make it agree; none where it does, or where too little was seen.</summary>
    public required ImmutableArray<PlanChange> Changes { get; init; }

    /// <summary>What else is to be known; null where nothing is.</summary>
    public required string? Note { get; init; }

    /// <summary>The drift of each of a fleet's servings, in the fleet's order.</summary>
    /// <param name="fleet">The fleet.</param>
    /// <param name="observed">What was seen.</param>
    /// <param name="tolerance">How far a figure may lie from the plan, as a part of it.</param>
    public static ImmutableArray<DemandDrift> Of(FleetPlan fleet, IReadOnlyCollection<ObservedServing> observed, Share tolerance)
    {
        var forecast = new DemandForecast(fleet.Plan);
        return [.. fleet.Servings.Select(serving => Of(fleet.Plan, serving, forecast, observed.FirstOrDefault(seen => seen.Serving == serving.Serving.Name), tolerance.Fraction))];
    }

    private static DemandDrift Of(CapacityPlan plan, ServingFleet fleet, DemandForecast forecast, ObservedServing? seen, double tolerance)
    {
        var workloads = forecast.WorkloadsOf(fleet.Serving).ToImmutableArray();
        var planned = workloads.Sum(workload => forecast.OfWorkload(workload, plan.AsOf).RequestsPerSecond * PartOfWeek(workload.Demand));
        var (moved, changes) = (ImmutableArray.CreateBuilder<string>(), ImmutableArray.CreateBuilder<PlanChange>());
        var rate = seen is { RequestsPerSecond: > 0 } ? seen.RequestsPerSecond / planned : 1;
        var input = seen?.InputTokens / fleet.Demand.InputTokens ?? 1;
        var output = fleet.Demand.OutputTokens > 0 ? seen?.OutputTokens / fleet.Demand.OutputTokens ?? 1 : 1;
        var peak = seen?.PeakToMean / fleet.Demand.Load.Peak ?? 1;
        Note(rate, "requests");
        Note(input, "input tokens");
        Note(output, "output tokens");
        if (workloads.Any(workload => workload.Demand.Window is null))
        {
            Note(peak, "peak");
        }

        if (seen is { RequestsPerSecond: > 0, Covered: >= LeastCovered } && moved.Count > 0)
        {
            changes.AddRange(workloads.SelectMany(workload => Scaled(workload, IsMoved(rate) ? rate : 1, IsMoved(input) ? input : 1, IsMoved(output) ? output : 1)));
            if (moved.Contains("peak") && workloads is [var alone])
            {
                changes.Add(new PlanChange($"workloads.{alone.Name}.demand.peakToMean", PlanNumber.Of(Math.Clamp(seen.PeakToMean!.Value, 1, Plans.Sections.DemandSection.MaxPeakToMean))));
            }
        }

        return new DemandDrift
        {
            Serving = fleet.Serving.Name,
            PlannedRequestsPerSecond = planned,
            Planned = fleet.Demand,
            Observed = seen,
            Moved = moved.ToImmutable(),
            Changes = changes.ToImmutable(),
            Note = NoteOf(workloads, seen, IsMoved(input) || IsMoved(output)),
        };

        bool IsMoved(double ratio) => Math.Abs(ratio - 1) > tolerance;

        void Note(double ratio, string figure)
        {
            if (IsMoved(ratio))
            {
                moved.Add(figure);
            }
        }
    }

    /// <summary>The part of a week in which a demand is served.</summary>
    private static double PartOfWeek(DemandSource source) =>
        DemandForecast.SecondsOfWork(source) / SecondsPerDay * ((source.Window?.Days.Count ?? DaysPerWeek) / DaysPerWeek);

    /// <summary>The changes that scale a workload. Metrics tell servings apart and not workloads, so those of a serving are scaled alike.</summary>
    private static IEnumerable<PlanChange> Scaled(Workload workload, double rate, double input, double output)
    {
        switch (workload.Demand)
        {
            case DemandSource.Profiled profiled:
                return Changed("scale", profiled.Scale, rate);
            case DemandSource.Daily daily:
                return [.. Changed("requestsPerDay", daily.RequestsPerDay, rate), .. Changed("inputTokensPerDay", daily.InputTokensPerDay, rate * input), .. Changed("outputTokensPerDay", daily.OutputTokensPerDay, rate * output)];
            case DemandSource.Users users:
                return [.. Changed("users", users.Count, rate), .. Changed("inputTokensPerRequest", users.InputTokensPerRequest, input), .. Changed("outputTokensPerRequest", users.OutputTokensPerRequest, output)];
            default:
                throw new ArgumentOutOfRangeException(nameof(workload), workload.Demand, "A demand that this version does not know.");
        }

        IEnumerable<PlanChange> Changed(string key, double value, double factor) =>
            factor == 1 || value == 0 ? [] : [new PlanChange($"workloads.{workload.Name}.demand.{key}", PlanNumber.Of(value * factor))];
    }

    private static string? NoteOf(ImmutableArray<Workload> workloads, ObservedServing? seen, bool hasOtherLengths)
    {
        var notes = new List<string>();
        if (seen is null)
        {
            notes.Add("no figures: look whether it is deployed, and scraped with the label serving");
        }
        else if (seen.Covered < LeastCovered)
        {
            notes.Add($"seen {PlanNumber.Percent(seen.Covered)} of the time only: nothing is proposed");
        }
        else if (seen.RequestsPerSecond == 0)
        {
            notes.Add("no request in all that time: it may be to be retired");
        }

        if (hasOtherLengths && workloads.Any(workload => workload.Demand is DemandSource.Profiled))
        {
            notes.Add("lengths are its profile's: make one of a newer trace with gpuinfra profile");
        }

        if (workloads.Length > 1 && seen is not null)
        {
            notes.Add($"metrics do not tell {string.Join(" and ", workloads.Select(workload => workload.Name))} apart: all are scaled alike");
        }

        return notes.Count == 0 ? null : string.Join("; ", notes);
    }
}
