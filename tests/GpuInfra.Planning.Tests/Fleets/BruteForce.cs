using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;

namespace GpuInfra.Planning.Tests.Fleets;

/// <summary>The cheapest fleet by trying all of them, written from what the rows mean and not from the rows.</summary>
internal static class BruteForce
{
    private const double Forgiven = 1e-7;

    /// <summary>The least cost; null when no fleet keeps everything.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="step">Instances of a choice that come together; one where it is null.</param>
    public static decimal? LeastCost(FleetProblem problem, Func<PoolChoice, int>? step = null)
    {
        decimal? best = null;
        foreach (var (cost, uses) in problem.Servings
            .Select(serving => Fleets(serving, step ?? (_ => 1)).Select(fleet => (Cost(fleet), Uses: problem.Limits.Select(limit => PlacedInstances.Use(fleet, limit.Name)).ToImmutableArray()))
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

    private static decimal Cost(List<PlacedInstances> fleet) => fleet.Sum(item => item.Monthly);

    private static IEnumerable<List<PlacedInstances>> Fleets(ServingNeed serving, Func<PoolChoice, int> step) => serving.Choices
        .SelectMany(choice => choice.Purchases, (choice, purchase) => (choice, purchase))
        .Aggregate(
            (IEnumerable<ImmutableList<PlacedInstances>>)[[]],
            (fleets, way) => fleets.SelectMany(
                _ => Enumerable.Range(0, Math.Min(Most(serving, way.choice) + step(way.choice) - 1, way.purchase.Most ?? int.MaxValue) / step(way.choice) + 1).Select(count => count * step(way.choice)),
                (fleet, count) => count == 0 ? fleet : fleet.Add(new(way.choice, way.purchase, count))))
        .Select(fleet => fleet.ToList())
        .Where(fleet => (serving.Sizes.IsEmpty ? Serves(serving, fleet) && Survives(serving, fleet) : SizedFleets.Keeps(serving, fleet)) && IsAllowed(serving, fleet));

    /// <summary>Twice what serves everything alone, and one in each zone.</summary>
    private static int Most(ServingNeed serving, PoolChoice choice) =>
        (int)Math.Ceiling(Math.Max(serving.Peak, 2 * serving.P95 / choice.Zones.Length + serving.P95) / choice.Rate) + choice.Zones.Length + serving.FewestReplicas / choice.Replicas;

    private static bool Serves(ServingNeed serving, List<PlacedInstances> fleet)
    {
        // What is outside the clouds comes off the whole, and the clouds share the rest.
        var outside = Rate(fleet.Where(item => item.Choice.Cloud == CloudProvider.External));
        var rates = serving.Clouds.Select(cloud => (cloud.Cloud, cloud.Share, Rate: (Rate(fleet.Where(item => item.Choice.Cloud == cloud.Cloud)) + cloud.Share * outside) / serving.Peak,
            Reserved: Rate(fleet.Where(item => item.Choice.Cloud == cloud.Cloud && item.Choice.Tier == Tier.Reserved)) + cloud.Share * outside)).ToList();
        var tolerance = serving.Clouds.Length > 1 ? serving.Tolerance : 0;
        return rates.All(cloud => cloud.Rate >= (cloud.Cloud == serving.Excused ? 0 : cloud.Share - tolerance) - Forgiven && cloud.Reserved >= cloud.Share * serving.Baseline - Forgiven)
            && rates.Sum(cloud => Math.Min(cloud.Rate, serving.Excused is null ? cloud.Share + tolerance : 1)) >= 1 - Forgiven
            && fleet.Sum(item => item.Choice.Replicas * item.Count) >= serving.FewestReplicas;
    }

    private static bool Survives(ServingNeed serving, List<PlacedInstances> fleet) =>
        fleet.SelectMany(item => item.Choice.Zones).Distinct().All(zone =>
            Rate(fleet) - fleet.Where(item => item.Choice.Zones.Contains(zone)).GroupBy(item => item.Choice)
                .Sum(choice => choice.Key.Rate * Math.Ceiling((double)choice.Sum(item => item.Count) / choice.Key.Zones.Length))
            >= serving.Survive.Zone.Fraction * serving.P95 - Forgiven)
        && (serving.Survive.Cloud.Fraction == 0 || serving.Clouds.All(cloud =>
            Rate(fleet.Where(item => item.Choice.Cloud != cloud.Cloud)) >= serving.Survive.Cloud.Fraction * serving.P95 - Forgiven));

    private static bool IsAllowed(ServingNeed serving, List<PlacedInstances> fleet) =>
        fleet.GroupBy(item => item.Choice.Pool).All(pool => pool.Select(item => item.Choice.Offer).Distinct().Count() == 1)
        && fleet.Where(item => item.Choice.Cloud != CloudProvider.External).GroupBy(item => item.Choice.Cloud).All(cloud =>
            cloud.Select(item => item.Choice.Region).Distinct().Count() == 1
            && cloud.Select(item => item.Choice.Offer).Distinct().Count() <= serving.MostOffers);

    private static double Rate(IEnumerable<PlacedInstances> fleet) => fleet.Sum(item => item.Choice.Rate * item.Count);
}
