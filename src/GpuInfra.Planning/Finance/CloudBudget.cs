using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Finance;

/// <summary>What one cloud may be paid of a budget, as that cloud is to watch it.</summary>
/// <param name="Team">The team whose budget it is; null for the stack's and a serving's.</param>
/// <param name="Cloud">The cloud.</param>
/// <param name="Monthly">Its part, above zero, in whole cents.</param>
/// <param name="Email">Who is told, ordered, at least one.</param>
public sealed record CloudBudget(string? Team, CloudProvider Cloud, Usd Monthly, ImmutableArray<string> Email)
{
    /// <summary>The serving whose budget it is; null for the stack's and a team's.</summary>
    public string? Serving { get; init; }

    /// <summary>True where the sum is a day's, not a month's.</summary>
    public bool IsDaily { get; init; }

    /// <summary>True where it is the whole stack's.</summary>
    public bool IsOfStack => Team is null && Serving is null;

    /// <summary>
    /// What it is called: <c>aws-budget</c>, a team's <c>aws-budget-search</c>, a day's <c>aws-budget-search-daily</c>, a serving's <c>aws-serving-budget-coder</c>.
    /// </summary>
    public string Name => $"{JsonText.Word(Cloud)}-{(Serving is null ? "" : "serving-")}budget{((Team ?? Serving) is { } of ? $"-{of}" : "")}{(IsDaily ? "-daily" : "")}";

    /// <summary>
    /// The parts of the stack's budget, of its teams' and of its servings', the stack's first, each by cloud; none where the plan has no <c>budget.alerts</c>. A budget
    /// is split as the deployed month's machines are planned to cost: clouds share tokens, and a token does not cost the same on each. Parts are
    /// rounded down, so that together they are never more than the budget; what runs outside the clouds has its part too, and no cloud watches it.
    /// A team's is split by the pools that are its alone, since only those carry its tag. Google Cloud's budgets are of a month, a quarter, a year or a time: what a
    /// team may spend there on a day is watched by what halts its pools, and by nobody where nothing does.
    /// </summary>
    /// <param name="fleet">The fleet.</param>
    public static ImmutableArray<CloudBudget> Of(FleetPlan fleet) => fleet.Plan.Budget is not { Alerts: { } alerts } budget ? [] :
    [
        .. Split(null, budget.Monthly, alerts.Email, fleet.Pools),
        .. fleet.Plan.Teams.Where(team => team.Monthly is not null)
            .SelectMany(team => Split(team.Name, team.Monthly!.Value, [team.Owner], fleet.Pools.Where(pool => pool.Team == team.Name))),
        .. OfDays(fleet).Where(budget => budget.Cloud == CloudProvider.Aws || fleet.Pools.Any(pool => pool.Cloud == budget.Cloud && pool.Team == budget.Team && HaltedPools.IsNamed(fleet.Plan, pool))),
        .. budget.Servings.SelectMany(serving => Split(null, serving.Monthly, alerts.Email, fleet.Pools.Where(pool => pool.Serving == serving.Serving))
            .Select(part => part with { Serving = serving.Serving })),
    ];

    private static IEnumerable<CloudBudget> OfDays(FleetPlan fleet) => fleet.Plan.Teams.Where(team => team.Daily is not null)
        .SelectMany(team => Split(team.Name, team.Daily!.Value, [team.Owner], fleet.Pools.Where(pool => pool.Team == team.Name)))
        .Select(budget => budget with { IsDaily = true });

    private static IEnumerable<CloudBudget> Split(string? team, Usd monthly, ImmutableArray<string> email, IEnumerable<Pool> pools)
    {
        var costs = pools.ToLookup(pool => (pool.Cloud, pool.IsExternal), pool => pool.Monthly.Amount);
        var total = costs.Sum(cost => cost.Sum());
        return costs.Where(cost => !cost.Key.IsExternal).OrderBy(cost => cost.Key.Cloud)
            .Select(cost => (cost.Key.Cloud, Part: total == 0 ? 0 : Math.Floor(monthly.Amount * cost.Sum() / total * 100) / 100))
            .Where(part => part.Part > 0)
            .Select(part => new CloudBudget(team, part.Cloud, new Usd(part.Part), email));
    }
}
