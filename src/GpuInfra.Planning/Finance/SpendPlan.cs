using System.Collections.Immutable;
using GpuInfra.Planning.Demands;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Finance;

/// <summary>What a fleet's machines are planned to cost, whose cost it is, what a unit of work costs, and when a budget no longer suffices.</summary>
public sealed record SpendPlan
{
    /// <summary>The cost of the deployed month.</summary>
    public required Usd Monthly { get; init; }

    /// <summary>The stack's budget; null where the plan names none.</summary>
    public required Usd? Budget { get; init; }

    /// <summary>The workloads, the dearest first.</summary>
    public required ImmutableArray<WorkloadSpend> Workloads { get; init; }

    /// <summary>Held capacity that is paid and that no workload uses.</summary>
    public required Usd Unused { get; init; }

    /// <summary>The teams, by name; what has no team is <c>unowned</c>.</summary>
    public required ImmutableArray<TeamSpend> Teams { get; init; }

    /// <summary>By what servings are for, in the order of the kinds.</summary>
    public required ImmutableArray<(ServingKind Kind, Usd Monthly)> Kinds { get; init; }

    /// <summary>The horizon.</summary>
    public required ImmutableArray<(Month Month, Usd Monthly)> Months { get; init; }

    /// <summary>The first month that costs more than the budget; null when none does or there is none.</summary>
    public Month? FirstOver => Budget is not { } budget ? null : Months.Where(month => month.Monthly.CompareTo(budget) > 0).Select(month => (Month?)month.Month).FirstOrDefault();

    /// <summary>Tells a fleet's cost apart. Parts add up to the whole to the cent.</summary>
    public static SpendPlan Of(FleetPlan fleet)
    {
        var (plan, forecast) = (fleet.Plan, new DemandForecast(fleet.Plan));
        var workloads = plan.Workloads.Select(workload =>
        {
            var serving = plan.Servings.Single(serving => serving.Name == workload.Serving);
            return new WorkloadSpend(
                workload.Name, workload.Team?.Name ?? Team.Unowned, serving.Name, serving.Kind,
                fleet.Cost.ByWorkload.FirstOrDefault(share => share.Name == workload.Name)?.Monthly ?? default,
                TokenCount.Of(forecast, workload, plan.AsOf, serving.Techniques.PrefixCacheHitRate),
                (workload.Demand as DemandSource.Users)?.Count);
        }).ToImmutableArray();
        return new SpendPlan
        {
            Monthly = fleet.Cost.Monthly,
            Budget = plan.Budget?.Monthly,
            Workloads = [.. workloads.OrderByDescending(workload => workload.Monthly.Amount).ThenBy(workload => workload.Workload, StringComparer.Ordinal)],
            Unused = fleet.Cost.Monthly - new Usd(workloads.Sum(workload => workload.Monthly.Amount)),
            Teams =
            [
                .. workloads.GroupBy(workload => workload.Team).OrderBy(team => team.Key, StringComparer.Ordinal)
                    .Select(team => new TeamSpend(team.Key, Sum(team), plan.Teams.FirstOrDefault(known => known.Name == team.Key)?.Monthly)),
            ],
            Kinds = [.. workloads.GroupBy(workload => workload.Kind).OrderBy(kind => kind.Key).Select(kind => (kind.Key, Sum(kind)))],
            Months = [.. fleet.Steps.Select(step => (step.Month, step.Monthly))],
        };
    }

    private static Usd Sum(IEnumerable<WorkloadSpend> workloads) => new(workloads.Sum(workload => workload.Monthly.Amount));
}

/// <summary>What a workload costs in the deployed month.</summary>
/// <param name="Workload">Its name.</param>
/// <param name="Team">Its team.</param>
/// <param name="Serving">Its serving.</param>
/// <param name="Kind">What that is for.</param>
/// <param name="Monthly">Its part of the machines.</param>
/// <param name="Tokens">What they do for it.</param>
/// <param name="Users">Its users in the first month; null where its demand is not told by users.</param>
public sealed record WorkloadSpend(string Workload, string Team, string Serving, ServingKind Kind, Usd Monthly, TokenCount Tokens, double? Users)
{
    /// <summary>USD for a million tokens, read and generated.</summary>
    public double PerMillionTokens => Per(Tokens.Input + Tokens.Output) * 1e6;

    /// <summary>USD for a request; for embeddings and classifiers that is a prediction.</summary>
    public double PerRequest => Per(Tokens.Requests);

    private double Per(double units) => units > 0 ? (double)Monthly.Amount / units : 0;
}

/// <summary>What a team is planned to spend in the deployed month.</summary>
/// <param name="Team">The team.</param>
/// <param name="Monthly">Its workloads' cost.</param>
/// <param name="Budget">What it may spend; null where the plan does not say.</param>
public sealed record TeamSpend(string Team, Usd Monthly, Usd? Budget);
