using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Replays;

/// <summary>What a replay names must be there: a loss of nothing would prove nothing.</summary>
internal static class ReplayNames
{
    /// <summary>Requires that the load's workload and all losses are the fleet's.</summary>
    /// <exception cref="PlanException">Some are not; all of them are told.</exception>
    public static void Require(FleetPlan fleet, ReplayLoad load, ReplayOptions options)
    {
        var problems = options.Losses.Select(loss => Problem(fleet, loss)).Append(Problem(fleet, load)).OfType<PlanProblem>().ToList();
        if (problems.Count > 0)
        {
            throw new PlanException(problems);
        }
    }

    private static PlanProblem? Problem(FleetPlan fleet, Loss loss)
    {
        if (fleet.Pools.Any(loss.Hits))
        {
            return null;
        }

        var names = fleet.Pools.SelectMany(pool => loss.Kind switch
        {
            LossKind.Zone => pool.Zones.Select(zone => zone.Zone),
            LossKind.Region => [pool.Region],
            LossKind.Cloud => [JsonText.Word(pool.Cloud)],
            LossKind.Reservation when pool.Tier == Tier.Reserved => [pool.Id],
            _ => [],
        }).Distinct().Order(StringComparer.Ordinal).ToList();
        return new PlanProblem("--lose", 0, 0, "", loss.Kind == LossKind.Spot
            ? "no pool of the fleet is on spot"
            : $"no pool of the fleet is in {loss.Name}{Suggestion.DidYouMean(loss.Target, names)}; there are {(names.Count == 0 ? "none" : string.Join(", ", names))}");
    }

    private static PlanProblem? Problem(FleetPlan fleet, ReplayLoad load)
    {
        var name = load switch
        {
            ReplayLoad.Traced traced => traced.Workload,
            ReplayLoad.Profiled profiled => profiled.Workload,
            _ => null,
        };
        var names = fleet.Plan.Workloads.Select(workload => workload.Name).ToList();
        return name is null || names.Contains(name)
            ? null
            : new PlanProblem("--workload", 0, 0, "", $"the plan has no workload \"{name}\"{Suggestion.DidYouMean(name, names)}; it has {string.Join(", ", names)}");
    }
}
