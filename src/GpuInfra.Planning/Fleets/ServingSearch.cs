using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Optimization;

namespace GpuInfra.Planning.Fleets;

/// <summary>
/// Solves a serving alone. Dominated choices are left out (<see cref="Dominance"/>). Then one region of each cloud (or one offer, where
/// no more may be used) is taken at a time, in the order of what their shares of the peak must cost: once that is no less than the cheapest
/// fleet found, no others need to be looked at. For each combination the relaxation prices the choices (<see cref="PriceFilter"/>); those that
/// a cheaper fleet can have, and what is outside the clouds, are searched by branch and bound, within the limits that are shared as if they were all its own.
/// </summary>
internal static class ServingSearch
{
    /// <summary>Choices of a cloud that a first fleet is looked for among where requests are routed by size.</summary>
    private const int LikelyChoices = 5;

    /// <summary>The cheapest fleet of a serving.</summary>
    /// <param name="serving">The serving.</param>
    /// <param name="limits">How the search is to end.</param>
    /// <param name="below">
    /// Fleets that cost this or more are not looked for; where there are only such, the problem counts as infeasible, and the bound is this.
    /// </param>
    public static FleetOptimum Solve(ServingNeed serving, SearchLimits limits, decimal below = decimal.MaxValue) => Solve(serving, [], limits, below);

    /// <summary>The cheapest fleet of a serving within limits that are shared, as if they were all its own.</summary>
    /// <inheritdoc cref="Solve(ServingNeed, SearchLimits, decimal)"/>
    public static FleetOptimum Solve(ServingNeed serving, ImmutableArray<SharedLimit> shared, SearchLimits limits, decimal below = decimal.MaxValue)
    {
        shared = serving.Using(shared);
        var reduced = Dominance.Reduce(serving);
        var best = new FleetOptimum(SolutionStatus.Infeasible, [], below, below, 0);
        var (unproven, nodes) = (decimal.MaxValue, 0);
        var outside = reduced.Choices.Where(choice => choice.IsExternal).ToImmutableArray();
        var clouds = serving.Clouds.Select(cloud => Groups(reduced, cloud)).ToImmutableArray();
        foreach (var (groups, least) in clouds.Any(groups => groups.IsEmpty) ? [] : CheapestFirst.Combine(clouds, group => group.Least))
        {
            if (least >= best.Objective - limits.Precision)
            {
                break;
            }

            var filter = new PriceFilter(reduced with { Choices = [.. groups.SelectMany(group => group.Choices), .. outside] });
            if (best.Objective < decimal.MaxValue ? filter.Bound >= (double)(best.Objective - limits.Precision) : double.IsPositiveInfinity(filter.Bound))
            {
                continue;
            }

            if (!serving.Sizes.IsEmpty && !best.IsSolved)
            {
                // A price for the filter: with sizes, all choices at once are many.
                var likely = new FleetFormulation(new FleetProblem([filter.Likely(LikelyChoices)], shared));
                var first = BranchAndBound.Solve(likely.Program, limits, best.Objective);
                nodes += first.Nodes;
                best = first.IsSolved ? new FleetOptimum(first.Status, likely.Read(first.Values), first.Objective, first.Objective, 0) : best;
            }

            var formulation = new FleetFormulation(new FleetProblem([filter.Below(best.Objective < decimal.MaxValue ? (double)best.Objective : double.PositiveInfinity)], shared));
            var solution = BranchAndBound.Solve(formulation.Program, limits, best.Objective);
            nodes += solution.Nodes;
            if (solution.Status == SolutionStatus.NodeLimit)
            {
                unproven = Math.Min(unproven, solution.Bound);
            }

            if (solution.IsSolved)
            {
                best = new FleetOptimum(solution.Status, formulation.Read(solution.Values), solution.Objective, solution.Objective, 0);
            }
        }

        var bound = Math.Min(unproven, best.Objective);
        return best.IsSolved ? best with { Status = bound < best.Objective - limits.Precision ? SolutionStatus.NodeLimit : SolutionStatus.Optimal, Bound = bound, Nodes = nodes }
            : best with { Status = unproven < decimal.MaxValue ? SolutionStatus.NodeLimit : SolutionStatus.Infeasible, Objective = 0, Bound = bound < decimal.MaxValue ? bound : 0, Nodes = nodes };
    }

    /// <summary>What a cloud's instances can be of: an offer where only one may be used, else a region; nothing where the cloud need not carry anything.</summary>
    private static ImmutableArray<Group> Groups(ServingNeed serving, CloudShare cloud)
    {
        var outside = serving.Choices.Where(choice => choice.IsExternal).Sum(choice => choice.Rate * choice.Purchases.Sum(purchase => (double)(purchase.Most ?? 0)));
        var share = serving.Least(cloud) * serving.Peak - cloud.Share * outside;
        var groups = serving.Choices.Where(choice => choice.Cloud == cloud.Cloud)
            .GroupBy(choice => serving.MostOffers == 1 ? choice.Offer : choice.Region)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => new Group([.. group], serving.MostOffers == 1 ? InWhole(group, share) : serving.Sizes.IsEmpty ? InParts(group, share) : (decimal)(PricePerRequest(serving, [.. group]) * share)))
            .ToList();
        var asked = serving.Choices.Where(choice => choice.Cloud == cloud.Cloud && choice.Least > 0).ToList();
        return asked.Count > 0 ? [.. groups.Where(group => asked.All(choice => group.Choices.Contains(choice, ReferenceEqualityComparer.Instance)))]
            : share > 0 && groups.Count > 0 ? [.. groups]
            : [.. groups, new Group([], 0)];
    }

    /// <summary>One offer's instances for a share of the peak, the cheapest ways to buy it first.</summary>
    private static decimal InWhole(IEnumerable<PoolChoice> offer, double share)
    {
        var (cost, left) = (0m, Candidate.CeilingOf(Math.Max(0, share) * (1 - Tolerance.Feasibility) / offer.First().Rate));
        foreach (var purchase in offer.SelectMany(choice => choice.Purchases).OrderBy(purchase => purchase.Monthly))
        {
            var taken = Math.Min(left, purchase.Most ?? left);
            (cost, left) = (cost + taken * purchase.Monthly, left - taken);
        }

        return cost;
    }

    /// <summary>Parts of instances of a region for a share of the peak, the cheapest for a request first.</summary>
    private static decimal InParts(IEnumerable<PoolChoice> region, double share)
    {
        var (cost, left) = (0.0, Math.Max(0, share));
        foreach (var (choice, purchase) in region.SelectMany(choice => choice.Purchases, (choice, purchase) => (choice, purchase))
            .OrderBy(way => (double)way.purchase.Monthly / way.choice.Rate))
        {
            var taken = Math.Min(left, purchase.Most is { } most ? most * choice.Rate : left);
            (cost, left) = (cost + taken * (double)purchase.Monthly / choice.Rate, left - taken);
        }

        return (decimal)cost;
    }

    /// <summary>What a request costs at least, each size on what serves it cheapest.</summary>
    private static double PricePerRequest(ServingNeed serving, ImmutableArray<PoolChoice> group) =>
        serving.Sizes.Select((share, size) => share * group.Where(choice => choice.SizeRates[size] > 0)
            .Select(choice => (double)choice.Cheapest / choice.SizeRates[size]).DefaultIfEmpty().Min()).Sum();

    /// <summary>Choices, and what the cloud's share of the peak costs on them at least.</summary>
    private sealed record Group(ImmutableArray<PoolChoice> Choices, decimal Least);
}
