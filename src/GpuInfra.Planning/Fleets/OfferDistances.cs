using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Optimization;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>
/// How much more a serving would cost with an offer that was not taken: its cheapest fleet with at least one instance of the offer, all else as it is, less what it
/// costs. Asked for the cheapest offer of each GPU that lost, since every question is a search; what all others fail first is in <see cref="Rejection"/>.
/// </summary>
internal static class OfferDistances
{
    /// <summary>Offers of a serving, and of all servings together, that are asked about.</summary>
    private const int MostOfServing = 8;
    private const int MostInAll = 120;

    private static readonly SearchLimits Search = new() { Nodes = FleetExplanation.Nodes };

    /// <summary>The distances, by serving, the nearest first.</summary>
    public static ImmutableArray<OfferDistance> Of(FleetPlan fleet, SolvedMonth solved, Catalog catalog)
    {
        var gpus = fleet.Plan.Clouds.SelectMany(cloud => cloud.Regions.SelectMany(region => catalog.OffersIn(cloud.Cloud, region)))
            .ToDictionary(offer => offer.Id, offer => offer.Gpu, StringComparer.Ordinal);
        var asked = fleet.Servings.SelectMany(serving => Asked(serving, fleet.Pools, solved.Free.Servings.Single(need => need.Name == serving.Serving.Name), gpus)).Take(MostInAll);

        // Where what is shared made no serving dearer, a fleet beside the others' present ones is the cheapest that there can be.
        var isSum = OnAllCores.Select(solved.Problem.Servings, serving => ServingSearch.Solve(serving, solved.Problem.Limits, Search)).Sum(alone => alone.Bound)
            >= solved.Optimum.Objective - solved.Problem.Paid - Search.Precision;
        return
        [
            .. OnAllCores.Select([.. asked], item => Of(solved, isSum, item.Need, item.Option)).OfType<OfferDistance>()
                .OrderBy(distance => distance.Serving, StringComparer.Ordinal).ThenBy(distance => distance.Monthly.Amount).ThenBy(distance => distance.Offer, StringComparer.Ordinal),
        ];
    }

    /// <summary>Of each GPU that a serving does not run on, the offer whose machines for the peak cost least.</summary>
    private static IEnumerable<(ServingNeed Need, string Option)> Asked(
        ServingFleet serving, ImmutableArray<Pool> pools, ServingNeed need, Dictionary<string, string> gpus) => serving.Rejections
        .Where(rejection => gpus.ContainsKey(rejection.Option) && need.Choices.Any(choice => choice.IsOf(rejection.Option)))
        .GroupBy(rejection => gpus[rejection.Option])
        .Where(gpu => !pools.Any(pool => pool.Serving == need.Name && pool.Gpu == gpu.Key))
        .Select(gpu => gpu.MinBy(Price)!)
        .OrderBy(Price).ThenBy(rejection => rejection.Option, StringComparer.Ordinal)
        .Take(MostOfServing)
        .Select(rejection => (need, rejection.Option));

    private static decimal Price(Rejection rejection) => rejection.Hourly?.Amount ?? decimal.MaxValue;

    private static OfferDistance? Of(SolvedMonth solved, bool isSum, ServingNeed need, string option)
    {
        var (best, bound, isWhole) = (decimal.MaxValue, decimal.MaxValue, true);
        ImmutableArray<PlacedInstances> fleet = [];
        foreach (var (choice, index) in need.Choices.Select((choice, index) => (choice, index)).Where(item => item.choice.IsOf(option)))
        {
            foreach (var purchase in choice.Purchases)
            {
                var asking = choice with { Purchases = choice.Purchases.Replace(purchase, purchase with { Least = 1 }) };
                var found = ServingSearch.Solve(need with { Choices = need.Choices.SetItem(index, asking) }, solved.Problem.Limits, Search, best);
                (best, fleet) = found.IsSolved ? (found.Objective, found.Instances) : (best, fleet);
                bound = Math.Min(bound, found.IsSolved || found.Status == SolutionStatus.NodeLimit ? found.Bound : best);
                isWhole &= found.Status != SolutionStatus.NodeLimit;
            }
        }

        if (best == decimal.MaxValue)
        {
            return null;
        }

        // Where others use the same limits, giving way may cost them something too.
        var own = OfferMargins.Taken(solved.Optimum, solved.Problem.Servings.Single(serving => serving.Name == need.Name)).ToList();
        var uses = PlacedInstances.Uses([.. solved.Optimum.Instances.Except(own), .. fleet]);
        var isExact = isWhole && (OfferMargins.IsAlone(solved.Problem, need)
            || (isSum && solved.Problem.Limits.All(limit => uses.GetValueOrDefault(limit.Name) <= limit.Most + Tolerance.Feasibility)));
        var now = own.Sum(placed => placed.Monthly);
        return new OfferDistance(need.Name, option, new Usd(Math.Min(best, bound) - now).ToCents(), isExact);
    }
}

/// <summary>How far an offer was from being taken.</summary>
/// <param name="Serving">The serving.</param>
/// <param name="Offer">The offer that it does not run on.</param>
/// <param name="Monthly">What the serving would cost more in a month with at least one instance of it; negative where it only stays because it runs.</param>
/// <param name="IsExact">False when it costs at least so much: a node limit ended the search, or others share what it would use.</param>
public sealed record OfferDistance(string Serving, string Offer, Usd Monthly, bool IsExact)
{
    /// <summary>As <c>$1,234 a month more</c>.</summary>
    public string Words => Monthly.Amount < 0
        ? FormattableString.Invariant($"${-Monthly.Amount:N0} a month less")
        : FormattableString.Invariant($"{(IsExact ? "" : "at least ")}${Monthly.Amount:N0} a month more");
}
