using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Fleets;

/// <summary>Fleet problems by number: the same number is the same problem.</summary>
internal static class RandomFleets
{
    /// <summary>
    /// A problem with shares, survival, reserves, pools of several types, held capacity and quotas that bind now and then.
    /// </summary>
    /// <param name="seed">Its number.</param>
    /// <param name="servings">Servings at most.</param>
    /// <param name="offers">Offers of a serving at most.</param>
    /// <param name="peak">Requests per second of a peak at most.</param>
    public static FleetProblem Of(int seed, int servings, int offers, int peak)
    {
        var random = new Random(seed);
        var limits = Enumerable.Range(0, random.Next(3)).Select(number => $"quota{number}").ToList();
        var needs = Enumerable.Range(0, 1 + (int)(servings * Math.Pow(random.NextDouble(), 2))).Select(number => Serving(random, $"s{number}", 2 + (int)((offers - 1) * Math.Pow(random.NextDouble(), 2)), peak, limits)).ToImmutableArray();
        var unlimited = FleetOptimizer.Solve(new FleetProblem(needs, []), new Planning.Optimization.SearchLimits()).Instances;

        // Limits somewhat below what the fleet would take without them, so that they bind and can mostly be kept.
        var shared = limits.Select(name => new SharedLimit(
            name, name, Math.Ceiling(PlacedInstances.Use(unlimited, name) * (0.7 + 0.5 * random.NextDouble()))));
        return new FleetProblem(needs, [.. shared], random.Next(4) == 0 ? Math.Round(unlimited.Sum(placed => placed.Monthly) * 1.1m, 2) : null);
    }

    private static ServingNeed Serving(Random random, string name, int offers, int mostPeak, List<string> limits)
    {
        var clouds = random.Next(1, 3);
        var peak = Math.Round(1 + random.NextDouble() * mostPeak, 2);
        var share = random.Next(3, 8) / 10.0;
        var baseline = random.Next(3) == 0 ? Math.Round(peak * random.NextDouble() * 0.6, 2) : 0;
        return new ServingNeed
        {
            Name = name,
            Peak = peak,
            P95 = Math.Round(peak * (0.5 + 0.4 * random.NextDouble()), 2),
            Baseline = baseline,
            Survive = new Survival(
                Share.FromPercent(random.Next(3) switch { 0 => 0, 1 => 50, _ => 100 }), Share.FromPercent(clouds > 1 && random.Next(2) == 0 ? 60 : 0)),
            Clouds = clouds == 1 ? [new CloudShare(CloudProvider.Aws, 1)] : [new CloudShare(CloudProvider.Aws, share), new CloudShare(CloudProvider.Gcp, 1 - share)],
            Tolerance = random.Next(3) == 0 ? 0.05 : 0,
            Excused = clouds > 1 && random.Next(8) == 0 ? CloudProvider.Gcp : null,
            MostOffers = random.Next(4) switch { 0 => 1, 1 => 2, _ => int.MaxValue },
            FewestReplicas = random.Next(4) == 0 ? random.Next(1, 6) : 0,
            Choices = [.. Enumerable.Range(0, offers).SelectMany(number => Choices(random, name, number, clouds, baseline > 0, limits))],
        };
    }

    private static IEnumerable<PoolChoice> Choices(Random random, string serving, int number, int clouds, bool reserves, List<string> limits)
    {
        // The first two offers are in different clouds, so that each cloud has some.
        var cloud = clouds == 1 || (number != 1 && random.Next(2) == 0) || number == 0 ? CloudProvider.Aws : CloudProvider.Gcp;
        var region = random.Next(2);
        var gpus = 1 << random.Next(4);
        var gpu = random.Next(4);
        var rate = Math.Round((1 + gpu) * gpus * (0.9 + 0.2 * random.NextDouble()), 3);
        var price = Math.Round((decimal)(rate * (0.5 + 0.5 * random.NextDouble())), 4) * 730;
        var zones = Enumerable.Range(0, 3).Where(zone => zone == number % 3 || random.Next(3) > 0).Select(zone => $"{cloud}{region}{zone}").ToImmutableArray();
        var uses = limits.Where(_ => random.Next(2) == 0).Select(limit => new LimitUse(limit, gpus * 12)).ToImmutableArray();
        var tiers = reserves ? new[] { Tier.Reserved, Tier.OnDemand } : [Tier.OnDemand];
        return tiers.Select(tier => new PoolChoice
        {
            Pool = $"{serving}-{cloud}-{region}-{tier}-gpu{gpu}",
            Offer = $"{cloud}/r{region}/t{number}",
            Cloud = cloud,
            Region = $"r{region}",
            Tier = tier,
            Zones = zones,
            Rate = rate,
            Replicas = gpus,
            Purchases = tier == Tier.Reserved && number % 5 == 0 ? [new Purchase("list", price), new Purchase("held", 0, 2)] : [new Purchase("list", price)],
            Uses = uses,
            Surge = tier == Tier.Reserved || number % 2 == 0 ? null : (cloud == CloudProvider.Aws ? new Surge(10, 1, number % 3) : new Surge(int.MaxValue, zones.Length)) with { Uses = uses },
        });
    }
}
