using System.Collections.Immutable;
using System.Text.Json.Nodes;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans.Reading;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary>What a plan says about prices.</summary>
/// <param name="Discounts">Rates agreed with clouds, ordered.</param>
/// <param name="MaxAgeDays">How old the oldest price may be, in days; null for any age.</param>
internal sealed record PriceTerms(ImmutableArray<NegotiatedRate> Discounts, int? MaxAgeDays)
{
    /// <summary>List prices of any age.</summary>
    public static PriceTerms List { get; } = new([], null);
}

/// <summary><c>prices</c>.</summary>
internal static class PriceSection
{
    private static readonly Key<CloudProvider> Cloud = Key.Required(
        "cloud", new ChoiceValue<CloudProvider>(new("aws", CloudProvider.Aws), new("gcp", CloudProvider.Gcp)), "The cloud: aws or gcp.");

    private static readonly Key<string> Family = Key.Required(
        "family",
        new ScalarValue<string>(
            "a family of machines, as p5 or a3-highgpu",
            (node, _) => node.Text,
            () => new JsonObject { ["type"] = "string" }),
        "The beginning of its instance types up to a dot or hyphen, as p5 or a3-highgpu.");

    private static readonly Key<Share> Percent = Key.Required(
        "percent", Quantities.Percentage(0.01, 90), "What is taken off the list price, as 12%.");

    private static readonly Key<Month> Until = Key.Required("until", Moments.Month, "The last month it holds for, as 2027-06.");

    private static readonly Key<DiscountedRate> Rate = Key.Optional(
        "rate",
        new ChoiceValue<DiscountedRate>(new("onDemand", DiscountedRate.OnDemand), new("spot", DiscountedRate.Spot)),
        "The price it is taken off: onDemand, which reservations are billed at too, or spot.",
        DiscountedRate.OnDemand);

    private static readonly ListValue<NegotiatedRate> List = new(new Section<NegotiatedRate>([Cloud, Family, Percent, Until, Rate], Build), mayBeEmpty: true);

    private static readonly Key<ImmutableArray<NegotiatedRate>> Discounts = Key.Optional(
        "discounts", List, "Discounts on families of machines that you have agreed with a cloud.", []);

    private static readonly Key<int?> MaxAge = Key.OptionalNumber(
        "maxAge",
        Quantities.Days(1, 3650),
        "How old the oldest price may be when a fleet is chosen, as 90d. Left out, any age. A lock is deployed at any age.");

    public static readonly PlanValue<PriceTerms> Value = new Section<PriceTerms>(
        [Discounts, MaxAge],
        fields =>
        {
            CheckOnce(fields);
            return new PriceTerms(
            [
                .. fields.Get(Discounts)
                    .OrderBy(rate => rate.Cloud)
                    .ThenBy(rate => rate.Family, StringComparer.Ordinal)
                    .ThenBy(rate => rate.Rate)
                    .ThenBy(rate => rate.Until),
            ],
            fields.Get(MaxAge));
        });

    private static NegotiatedRate Build(Fields fields)
    {
        var rate = new NegotiatedRate(fields.Get(Cloud), fields.Get(Family), fields.Get(Percent), fields.Get(Until), fields.Get(Rate));
        if (fields.IsSound(Cloud) && fields.IsSound(Family) && fields.IsSound(Until))
        {
            var types = fields.At.Reading.Catalog.Offers.Where(offer => offer.Cloud == rate.Cloud).Select(offer => offer.InstanceType).Distinct().ToList();
            if (!types.Any(type => rate.Covers(rate.Cloud, type, rate.Until)))
            {
                fields.Refuse(Family, $"no instance type of {JsonText.Word(rate.Cloud)} in the catalog begins with {HumanUnits.Quote(rate.Family)} and a dot or hyphen");
            }
        }

        return rate;
    }

    /// <summary>Two discounts on one price would leave open whether they add up.</summary>
    private static void CheckOnce(Fields fields)
    {
        var rates = fields.Get(Discounts);
        foreach (var (rate, index) in rates.Select((rate, index) => (rate, index)))
        {
            if (rates.Take(index).Any(other => other.Cloud == rate.Cloud && other.Rate == rate.Rate && Overlap(other.Family, rate.Family)))
            {
                fields.Refuse(Discounts, $"two discounts cover {rate.Family}: write one, or narrower families");
            }
        }
    }

    private static bool Overlap(string one, string other) => $"{one}-".StartsWith($"{other}-", StringComparison.Ordinal) || $"{other}-".StartsWith($"{one}-", StringComparison.Ordinal);
}
