using System.Collections.Immutable;
using GpuInfra.Planning.Fleets;

namespace GpuInfra.Planning.Tests.Fleets;

/// <summary>Fleet problems whose requests are routed by size, and what else can be said of them.</summary>
internal static class SizedFleets
{
    private const double Forgiven = 1e-6;

    /// <summary>The problem with the same number, its requests cut into sizes: offers differ in which they are good at, some take no long ones.</summary>
    public static FleetProblem Of(int seed, int servings, int offers, int peak, int mostSizes)
    {
        var (problem, random) = (RandomFleets.Of(seed, servings, offers, peak), new Random(seed));
        return problem with { Servings = [.. problem.Servings.Select(serving => Cut(serving, random, random.Next(1, mostSizes + 1)))] };
    }

    /// <summary>The same problem with one size for all, which every offer serves at the rate that it has.</summary>
    public static FleetProblem WithOneSize(FleetProblem problem) => problem with
    {
        Servings = [.. problem.Servings.Select(serving => serving with
        {
            Sizes = [1.0],
            Choices = [.. serving.Choices.Select(choice => choice with { SizeRates = [choice.Rate] })],
        })],
    };

    /// <summary>
    /// The same problem as it is without a router: every instance gets the same mix, so it serves at the one rate that the mix gives, and what
    /// cannot take all sizes serves nothing.
    /// </summary>
    public static FleetProblem WithoutRouter(FleetProblem problem) => problem with
    {
        Servings = [.. problem.Servings.Select(serving => serving with
        {
            Sizes = [],
            Choices = [.. serving.Choices.Where(choice => choice.SizeRates.All(rate => rate > 0)).Select(choice => choice with { SizeRates = [] })],
        })],
    };

    private static ServingNeed Cut(ServingNeed serving, Random random, int sizes)
    {
        var weights = Enumerable.Range(0, sizes).Select(_ => 0.2 + random.NextDouble()).ToList();
        ImmutableArray<double> shares = [.. weights.Select(weight => weight / weights.Sum())];

        // The first offers take all sizes, so that there is mostly a fleet.
        var rates = serving.Choices.Select(choice => choice.Offer).Distinct().Order(StringComparer.Ordinal).Index().ToDictionary(
            offer => offer.Item,
            offer => Enumerable.Range(0, sizes).Select(size => size > 0 && offer.Index > 3 && random.Next(6) == 0 ? 0 : Math.Round(0.4 + 2 * random.NextDouble(), 3)).ToImmutableArray(),
            StringComparer.Ordinal);
        return serving with
        {
            Sizes = shares,
            Choices = [.. serving.Choices.Select(choice => WithRates(choice, shares, [.. rates[choice.Offer].Select(factor => Math.Round(choice.Rate * factor, 3))]))],
        };
    }

    /// <summary>A choice with a rate for each size.</summary>
    public static PoolChoice WithRates(PoolChoice choice, ImmutableArray<double> shares, ImmutableArray<double> rates) => choice with
    {
        SizeRates = rates,
        Rate = 1 / shares.Zip(rates).Where(size => size.Second > 0).Sum(size => size.First / size.Second),
    };

    /// <summary>Whether a fleet serves the peak and survives what it must; reserves, tolerances and excused clouds are not looked at.</summary>
    public static bool Keeps(ServingNeed serving, IReadOnlyCollection<PlacedInstances> fleet)
    {
        return serving.Clouds.All(cloud => CanServe(serving, Left(item => item.Choice.Cloud == cloud.Cloud ? 0 : item.Count), cloud.Share * serving.Peak))
            && fleet.Sum(item => item.Choice.Replicas * item.Count) >= serving.FewestReplicas
            && (serving.Survive.Zone.Fraction == 0 || fleet.SelectMany(item => item.Choice.Zones).Distinct().All(zone => CanServe(
                serving,
                Left(item => item.Choice.Zones.Contains(zone) ? (int)Math.Ceiling((double)item.Count / item.Choice.Zones.Length) : 0),
                serving.Survive.Zone.Fraction * serving.P95)))
            && (serving.Survive.Cloud.Fraction == 0 || serving.Clouds.All(cloud => CanServe(
                serving, Left(item => item.Choice.Cloud == cloud.Cloud ? item.Count : 0), serving.Survive.Cloud.Fraction * serving.P95)));

        IEnumerable<(PoolChoice, int)> Left(Func<(PoolChoice Choice, int Count), int> lost) => fleet
            .GroupBy(item => item.Choice, ReferenceEqualityComparer.Instance)
            .Select(group => (Choice: (PoolChoice)group.Key!, Count: group.Sum(item => item.Count)))
            .Select(item => (item.Choice, item.Count - lost(item)));
    }

    /// <summary>
    /// Whether instances can do all of a demand of one or two sizes, written without rows: the first size goes to those that are relatively best
    /// at it, and what time is left over is for the second.
    /// </summary>
    public static bool CanServe(ServingNeed serving, IEnumerable<(PoolChoice Choice, int Count)> left, double requestsPerSecond)
    {
        Assert.InRange(serving.Sizes.Length, 1, 2);
        var (first, second) = (serving.Sizes[0] * requestsPerSecond, serving.Sizes.Length == 2 ? serving.Sizes[1] * requestsPerSecond : 0);
        foreach (var (choice, count) in left.OrderByDescending(item => item.Choice.SizeRates[0] / item.Choice.SizeRates[^1]))
        {
            var taken = Math.Min(count, first / choice.SizeRates[0]);
            first -= taken * choice.SizeRates[0];
            second -= (count - taken) * choice.SizeRates[^1];
        }

        return first <= Forgiven && (serving.Sizes.Length == 1 || second <= Forgiven);
    }
}
