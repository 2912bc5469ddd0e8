using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>What goes beyond what the plan says may be spent.</summary>
public static class BudgetWarnings
{
    /// <summary>The stack's budget against a cost.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="what">What costs it: <c>the fleet</c> for machines alone, which is all that a plan knows.</param>
    /// <param name="monthly">Its cost in a month.</param>
    public static IEnumerable<string> Of(CapacityPlan plan, string what, Usd monthly)
    {
        if (plan.Budget is not { } budget)
        {
            yield break;
        }

        var share = monthly.Amount / budget.Monthly.Amount;
        if (share > 1)
        {
            yield return $"{what} costs {monthly} a month, more than the budget of {budget.Monthly}";
        }
        else if (budget.AlertAt.Any(alert => share >= (decimal)alert.Fraction))
        {
            yield return FormattableString.Invariant($"{what} takes {share * 100:0.#} % of the budget of {budget.Monthly} a month");
        }
    }

    /// <summary>Months after the deployed one that cost more than the ceiling: they could not be deployed so.</summary>
    internal static IEnumerable<string> OfCeiling(CapacityPlan plan, IEnumerable<FleetStep> steps) => plan.Budget?.Ceiling is not { } ceiling ? [] : steps
        .Where(step => step.Month.CompareTo(plan.AsOf) > 0 && step.Monthly.CompareTo(ceiling) > 0).Take(1)
        .Select(step => $"budget.ceiling: {step.Month} costs {step.Monthly} a month, more than {ceiling}, and could not be deployed so");

    /// <summary>Teams whose budget no alert can watch: clouds tell cost apart by tags, and what teams share is tagged so.</summary>
    internal static IEnumerable<string> OfAlerts(CapacityPlan plan, ImmutableArray<Pool> pools)
    {
        var tagged = pools.Select(pool => pool.Team).ToHashSet();
        return plan.Budget?.Alerts is null ? [] :
        [
            .. plan.Teams.Where(team => (team.Monthly is not null || team.Daily is not null) && !tagged.Contains(team.Name))
                .Select(team => $"team {team.Name} has a budget and no pool of its own: budget.alerts cannot tell what it spends from what others do"),
            .. plan.Teams.Where(team => team.Daily is not null && Mine(team).Any() && !Mine(team).Any(pool => HaltedPools.IsNamed(plan, pool)))
                .Select(team => $"team {team.Name}: Google Cloud's budgets know no day, so nobody watches its part of the {team.Daily} that may be spent on one (budget.halt would, where it names the team); AWS watches its own"),
            .. OfHalt(plan, pools),
        ];

        IEnumerable<Pool> Mine(Team team) => pools.Where(pool => pool.Team == team.Name && pool.Cloud == CloudProvider.Gcp);
    }

    /// <summary>What a halt names and does not reach.</summary>
    private static IEnumerable<string> OfHalt(CapacityPlan plan, ImmutableArray<Pool> pools)
    {
        if (plan.Budget?.Halt is not { } halt)
        {
            yield break;
        }

        if (!HaltedPools.Acts(plan))
        {
            yield return "budget.halt: production is told of a used-up budget and goes on; production: hold would stop its launches";
            yield break;
        }

        var ids = pools.Select(pool => pool.Id).ToList();
        foreach (var id in halt.Pools.Where(id => !ids.Contains(id)))
        {
            yield return $"budget.halt names the pool {id}, which the deployed month does not have{Suggestion.DidYouMean(id, ids)}";
        }

        foreach (var team in halt.Teams.Where(team => pools.All(pool => pool.Team != team)))
        {
            yield return $"budget.halt names the team {team}, which has no pool of its own: what teams share is halted by its serving";
        }

        foreach (var pool in pools.Where(pool => HaltedPools.IsMeant(halt, pool) && !HaltedPools.IsNamed(plan, pool)))
        {
            yield return $"budget.halt does not halt {pool.Id}: {(pool.IsExternal ? "others run it" : "its reservation is paid whether its machines run or not")}";
        }
    }

    /// <summary>The teams' budgets against their shares of the machines: of the rest nobody says whose it is.</summary>
    internal static IEnumerable<string> OfTeams(CapacityPlan plan, FleetCost cost)
    {
        foreach (var team in plan.Teams.Where(team => team.Monthly is not null))
        {
            var spent = cost.ByTeam.FirstOrDefault(part => part.Name == team.Name)?.Monthly ?? default;
            if (spent.CompareTo(team.Monthly!.Value) > 0)
            {
                yield return $"team {team.Name} is planned to spend {spent} a month, its budget is {team.Monthly}";
            }
        }

        foreach (var team in plan.Teams.Where(team => team.Daily is not null))
        {
            var spent = (cost.ByTeam.FirstOrDefault(part => part.Name == team.Name)?.Monthly.Amount ?? 0) * 24 / UsdPerHour.HoursPerMonth;
            if (spent > team.Daily!.Value.Amount)
            {
                yield return $"team {team.Name} is planned to spend {new Usd(decimal.Round(spent, 2))} on an average day, its budget is {team.Daily}";
            }
        }
    }
}
