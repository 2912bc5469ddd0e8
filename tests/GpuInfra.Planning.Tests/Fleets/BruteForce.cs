using System.Collections.Immutable;
using GpuInfra.Planning.Fleets;

namespace GpuInfra.Planning.Tests.Fleets;

/// <summary>The cheapest fleet by trying all of them, written from what the rows mean and not from the rows.</summary>
internal static class BruteForce
{
    private const double Forgiven = 1e-7;

    /// <summary>The least cost; null when no fleet keeps everything.</summary>
    public static decimal? LeastCost(FleetProblem problem)
    {
        decimal? best = null;
        foreach (var (cost, uses) in problem.Servings
            .Select(serving => Fleets(serving).Select(fleet => (Cost(fleet), Uses: problem.Limits.Select(limit => fleet.Sum(item => item.Choice.Use(limit.Name) * item.Count)).ToImmutableArray()))
                .DistinctBy(fleet => (fleet.Item1, string.Join(' ', fleet.Uses))).ToList())
            .Aggregate(
                (IEnumerable<(decimal Cost, ImmutableArray<double> Uses)>)[(0, [.. problem.Limits.Select(_ => 0.0)])],
                (sums, fleets) => sums.SelectMany(_ => fleets, (sum, fleet) => (sum.Cost + fleet.Item1, sum.Uses.Zip(fleet.Uses, (left, right) => left + right).ToImmutableArray())).ToList()))
        {
            var keeps = !uses.Where((use, limit) => use > problem.Limits[limit].Most + Forgiven).Any() && !(cost > problem.MostMonthly + 1e-6m);
            best = keeps && (best is null || cost < best) ? cost : best;
        }

        return best;
    }

    private static decimal Cost(List<(PoolChoice Choice, int Count)> fleet) => fleet.Sum(item => Cost(item.Choice, item.Count));

    /// <summary>Instances of a choice at its cheapest purchases first.</summary>
    private static decimal Cost(PoolChoice choice, int count)
    {
        var cost = 0m;
        foreach (var purchase in choice.Purchases.OrderBy(purchase => purchase.Monthly))
        {
            var taken = Math.Min(count, purchase.Most ?? count);
            (cost, count) = (cost + taken * purchase.Monthly, count - taken);
        }

        return cost;
    }

    private static IEnumerable<List<(PoolChoice Choice, int Count)>> Fleets(ServingNeed serving) => serving.Choices
        .Aggregate(
            (IEnumerable<ImmutableList<(PoolChoice Choice, int Count)>>)[[]],
            (fleets, choice) => fleets.SelectMany(_ => Enumerable.Range(0, Most(serving, choice) + 1), (fleet, count) => count == 0 ? fleet : fleet.Add((choice, count))))
        .Select(fleet => fleet.ToList())
        .Where(fleet => Serves(serving, fleet) && Survives(serving, fleet) && IsAllowed(serving, fleet));

    /// <summary>Twice what serves everything alone, and one in each zone.</summary>
    private static int Most(ServingNeed serving, PoolChoice choice) =>
        (int)Math.Ceiling(Math.Max(serving.Peak, 2 * serving.P95 / choice.Zones.Length + serving.P95) / choice.Rate) + choice.Zones.Length + serving.FewestReplicas / choice.Replicas;

    private static bool Serves(ServingNeed serving, List<(PoolChoice Choice, int Count)> fleet)
    {
        var rates = serving.Clouds.Select(cloud => (cloud.Share, Rate: Rate(fleet.Where(item => item.Choice.Cloud == cloud.Cloud)) / serving.Peak,
            Reserved: Rate(fleet.Where(item => item.Choice.Cloud == cloud.Cloud && item.Choice.Tier == Tier.Reserved)))).ToList();
        var tolerance = serving.Clouds.Length > 1 ? serving.Tolerance : 0;
        return rates.All(cloud => cloud.Rate >= cloud.Share - tolerance - Forgiven && cloud.Reserved >= cloud.Share * serving.Baseline - Forgiven)
            && rates.Sum(cloud => Math.Min(cloud.Rate, cloud.Share + tolerance)) >= 1 - Forgiven
            && fleet.Sum(item => item.Choice.Replicas * item.Count) >= serving.FewestReplicas;
    }

    private static bool Survives(ServingNeed serving, List<(PoolChoice Choice, int Count)> fleet) =>
        fleet.SelectMany(item => item.Choice.Zones).Distinct().All(zone =>
            Rate(fleet) - fleet.Where(item => item.Choice.Zones.Contains(zone))
                .Sum(item => item.Choice.Rate * ((item.Count + item.Choice.Zones.Length - 1) / item.Choice.Zones.Length))
            >= serving.Survive.Zone.Fraction * serving.P95 - Forgiven)
        && (serving.Survive.Cloud.Fraction == 0 || serving.Clouds.All(cloud =>
            Rate(fleet.Where(item => item.Choice.Cloud != cloud.Cloud)) >= serving.Survive.Cloud.Fraction * serving.P95 - Forgiven));

    private static bool IsAllowed(ServingNeed serving, List<(PoolChoice Choice, int Count)> fleet) =>
        fleet.GroupBy(item => item.Choice.Pool).All(pool => pool.Select(item => item.Choice.Offer).Distinct().Count() == 1)
        && fleet.GroupBy(item => item.Choice.Cloud).All(cloud =>
            cloud.Select(item => item.Choice.Region).Distinct().Count() == 1
            && cloud.Select(item => item.Choice.Offer).Distinct().Count() <= serving.MostOffers);

    private static double Rate(IEnumerable<(PoolChoice Choice, int Count)> fleet) => fleet.Sum(item => item.Choice.Rate * item.Count);
}
