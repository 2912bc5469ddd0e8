using System.Collections.Immutable;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Finance.Actuals;

/// <summary>What a team is charged of a bill.</summary>
/// <param name="Team">The team.</param>
/// <param name="IsPlanned">False for one that tags name and the plan does not.</param>
/// <param name="Planned">What its workloads were planned to cost.</param>
/// <param name="Direct">What carries its tag.</param>
/// <param name="Shared">Its part of what carries no team's.</param>
public sealed record TeamCharge(string Team, bool IsPlanned, Usd Planned, Usd Direct, Usd Shared)
{
    /// <summary>Both together.</summary>
    public Usd Charged => Direct + Shared;
}

/// <summary>
/// Deals a bill out to teams, to the cent. What carries a team's tag is the team's. What a serving's teams share is theirs, what nobody's tag is on
/// is everybody's, by the plan's rule.
/// </summary>
/// <param name="plan">The plan.</param>
/// <param name="step">The month's fleet, by whose GPU time is dealt.</param>
internal sealed class Chargeback(CapacityPlan plan, FleetStep step)
{
    private readonly Dictionary<string, Workload> _workloads = plan.Workloads.ToDictionary(workload => workload.Name);
    private readonly SortedDictionary<string, decimal> _direct = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, decimal> _ofServing = new(StringComparer.Ordinal);
    private decimal _ofAll;

    /// <summary>Adds a cost.</summary>
    /// <param name="team">The team that its tag names; null or <c>shared</c> where it names none.</param>
    /// <param name="serving">The serving that its tag names; null where it names none of the plan.</param>
    /// <param name="cost">USD.</param>
    public void Add(string? team, string? serving, decimal cost)
    {
        if (team is not (null or Team.Shared))
        {
            _direct[team] = _direct.GetValueOrDefault(team) + cost;
        }
        else if (serving is not null && plan.Workloads.Any(workload => workload.Serving == serving))
        {
            _ofServing[serving] = _ofServing.GetValueOrDefault(serving) + cost;
        }
        else
        {
            _ofAll += cost;
        }
    }

    /// <summary>What each team is charged, by name. Together it is what was added, to the cent.</summary>
    /// <param name="planned">What was planned in the time that was billed, in USD.</param>
    public ImmutableArray<TeamCharge> Charges(Usd planned)
    {
        var known = TeamsOf(plan.Workloads).Union(plan.Teams.Select(team => team.Name)).ToHashSet();
        ImmutableArray<string> teams = [.. known.Union(_direct.Keys).Order(StringComparer.Ordinal)];
        var shared = teams.ToDictionary(team => team, _ => 0m);
        foreach (var (workloads, cost) in _ofServing.Select(serving => (plan.Workloads.Where(workload => workload.Serving == serving.Key).ToList(), serving.Value)).Append(([.. plan.Workloads], _ofAll)))
        {
            var among = TeamsOf(workloads).ToList();
            var weights = Weights(workloads, among);
            foreach (var (index, team) in among.Index())
            {
                shared[team] += cost * weights[index];
            }
        }

        var charged = Cents.Round([.. teams.Select(team => shared[team] + _direct.GetValueOrDefault(team))]);
        var expected = Cents.Deal(planned, [.. teams.Select(team => GpuTimeOf(plan.Workloads, team))]);
        return
        [
            .. teams.Select((team, index) =>
            {
                var direct = new Usd(_direct.GetValueOrDefault(team)).ToCents();
                return new TeamCharge(team, known.Contains(team), expected[index], direct, charged[index] - direct);
            }),
        ];
    }

    /// <summary>Parts of 1, in the order of the teams.</summary>
    private decimal[] Weights(List<Workload> workloads, List<string> teams)
    {
        var byTime = teams.Select(team => GpuTimeOf(workloads, team)).ToArray();
        var weights = plan.Allocation switch
        {
            Allocation.Spend when teams.Any(team => _direct.GetValueOrDefault(team) > 0) => [.. teams.Select(team => Math.Max(0, _direct.GetValueOrDefault(team)))],
            Allocation.Evenly => [.. teams.Select(_ => 1m)],
            _ => byTime,
        };
        var sum = weights.Sum();
        return [.. weights.Select(weight => sum > 0 ? weight / sum : 1m / teams.Count)];
    }

    private decimal GpuTimeOf(IEnumerable<Workload> workloads, string team)
    {
        var names = workloads.Where(workload => TeamOf(workload) == team).Select(workload => workload.Name).ToHashSet();
        return step.ByWorkload.Where(share => names.Contains(share.Name) && _workloads.ContainsKey(share.Name)).Sum(share => share.Monthly.Amount);
    }

    private static IEnumerable<string> TeamsOf(IEnumerable<Workload> workloads) => workloads.Select(TeamOf).Distinct().Order(StringComparer.Ordinal);

    private static string TeamOf(Workload workload) => workload.Team?.Name ?? Team.Unowned;
}
