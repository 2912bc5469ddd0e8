using System.Collections.Immutable;
using GpuInfra.Planning.Optimization;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>By how much each offer that a serving runs on won: the serving's cost with the offer forbidden, all else as it is.</summary>
internal static class OfferMargins
{
    private static readonly SearchLimits Search = new() { Nodes = FleetExplanation.Nodes };

    /// <summary>The margins, ordered by serving and offer.</summary>
    public static ImmutableArray<OfferMargin> Of(SolvedMonth solved) =>
    [
        .. from serving in solved.Problem.Servings
           let free = solved.Free.Servings.Single(other => other.Name == serving.Name)
           from offer in Taken(solved.Optimum, serving).Select(placed => placed.Choice.Offer).Distinct().Order(StringComparer.Ordinal)
           select Of(solved, serving, free, offer),
    ];

    private static OfferMargin Of(SolvedMonth solved, ServingNeed serving, ServingNeed free, string offer)
    {
        var without = free with { Choices = [.. free.Choices.Where(choice => choice.Offer != offer)] };
        var (before, after) = IsAlone(solved.Problem, serving)
            ? (Taken(solved.Optimum, serving).Sum(placed => placed.Monthly), ServingSearch.Solve(without, solved.Problem.Limits, Search))
            : (solved.Optimum.Objective, FleetOptimizer.Solve(solved.Problem with { Servings = solved.Problem.Servings.Replace(serving, without) }, Search));
        if (!after.IsSolved)
        {
            return new OfferMargin(serving.Name, offer, null, null);
        }

        var cloud = serving.Choices.First(choice => choice.Offer == offer).Cloud;
        var instead = Taken(after, without).Where(placed => placed.Choice.Cloud == cloud).GroupBy(placed => placed.Choice.Offer)
            .Select(other => FormattableString.Invariant($"{other.Sum(placed => placed.Machines)} × {other.Key}"));
        return new OfferMargin(serving.Name, offer, new Usd(after.Objective - before).ToCents(), string.Join(", ", instead));
    }

    /// <summary>True when a serving uses no limit that another one uses too.</summary>
    internal static bool IsAlone(FleetProblem problem, ServingNeed serving) => !problem.Limits.Any(limit =>
        Uses(serving, limit) && problem.Servings.Any(other => other.Name != serving.Name && Uses(other, limit)));

    private static bool Uses(ServingNeed serving, SharedLimit limit) => serving.Choices.Any(choice => choice.MostUse(limit.Name) > 0);

    /// <summary>What a solved fleet has of a serving's choices.</summary>
    internal static IEnumerable<PlacedInstances> Taken(FleetOptimum optimum, ServingNeed serving)
    {
        var own = serving.Choices.ToHashSet((IEqualityComparer<PoolChoice>)ReferenceEqualityComparer.Instance);
        return optimum.Instances.Where(placed => own.Contains(placed.Choice));
    }
}
