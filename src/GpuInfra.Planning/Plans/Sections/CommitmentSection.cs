using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans.Ledgers;
using GpuInfra.Planning.Plans.Reading;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary>An item of <c>commitments</c>.</summary>
internal static class CommitmentSection
{
    private const int LongestName = 40;

    private static readonly Key<string> Name = Key.Required("name", Names.Name(LongestName), "Name of the commitment, in cost and warnings.");

    private static readonly Key<CloudProvider> Cloud = Key.Required(
        "cloud", new ChoiceValue<CloudProvider>(new("aws", CloudProvider.Aws), new("gcp", CloudProvider.Gcp)), "The cloud it is held at.");

    private static readonly Key<string> Region = Key.Required("region", Names.AnyRegion, "The region it holds in.");

    private static readonly Key<string?> InstanceType = Key.Optional(
        "instanceType", Names.InstanceType, "The instance type it covers. Give this or family.");

    private static readonly Key<string?> Family = Key.Optional(
        "family",
        Names.InstanceFamily,
        "The family it covers, which is all of an instance type before a point or hyphen, as p5 or a3-highgpu.");

    private static readonly Key<int> Count = Key.Required(
        "count", Quantities.WholeNumber(1, 100_000), "Machines that it covers; with family, GPUs.");

    private static readonly Key<ReserveTerm> Term = Key.Required(
        "term",
        new ChoiceValue<ReserveTerm>(new("1yr", ReserveTerm.OneYear), new("3yr", ReserveTerm.ThreeYears)),
        "The term it was bought for: 1yr or 3yr.");

    private static readonly Key<Share?> PercentOff = Key.OptionalNumber(
        "percentOff", Quantities.Percentage(0.1, 99), "What it takes off the price of a machine, as 37%. Give this or hourlyUsd.");

    private static readonly Key<Usd?> Hourly = Key.OptionalNumber(
        "hourlyUsd", Quantities.Money("$0.001", "$10k"), "What a machine costs an hour under it, as $23.777; only with instanceType.");

    private static readonly Key<Month> Until = Key.Required("until", Moments.Month, "The last month in which it holds, as 2027-11.");

    private static readonly Key<Approval?> Agreed = Key.Optional(
        "approval", ApprovalSection.Value, "The file in approvals/ that says who agreed to it; needed in production.");

    public static readonly PlanValue<HeldCommitment> Value = new Section<HeldCommitment>(
        [Name, Cloud, Region, InstanceType, Family, Count, Term, PercentOff, Hourly, Until, Agreed], Build);

    private static HeldCommitment Build(Fields fields)
    {
        CheckPlace(fields);
        OneOf(fields, InstanceType, Family);
        OneOf(fields, PercentOff, Hourly);
        if (fields.Has(Hourly) && fields.Has(Family))
        {
            fields.Refuse(Hourly, "is a machine's price, and a family has machines of several sizes: use percentOff");
        }

        return new HeldCommitment
        {
            Name = fields.Get(Name),
            Cloud = fields.Get(Cloud),
            Region = fields.Get(Region),
            InstanceType = fields.Get(InstanceType),
            Family = fields.Get(Family),
            Count = fields.Get(Count),
            Term = fields.Get(Term),
            PercentOff = fields.Get(PercentOff),
            Hourly = fields.Get(Hourly) is { } price ? new UsdPerHour(price.Amount) : null,
            Until = fields.Get(Until),
            Approval = fields.Get(Agreed),
        };
    }

    private static void OneOf(Fields fields, Key one, Key other)
    {
        if (fields.Has(one) == fields.Has(other))
        {
            fields.At.Refuse($"needs either {one.Name} or {other.Name}");
        }
    }

    /// <summary>A slip in the ledger would cover nothing, and nobody would notice.</summary>
    private static void CheckPlace(Fields fields)
    {
        if (!fields.IsSound(Cloud) || !fields.IsSound(Region))
        {
            return;
        }

        var (cloud, region) = (fields.Get(Cloud), fields.Get(Region));
        var regions = fields.At.Reading.Catalog.Regions(cloud).ToList();
        if (!regions.Contains(region))
        {
            fields.Refuse(Region, $"the catalog has no offers of {JsonText.Word(cloud)} in \"{region}\"{Suggestion.DidYouMean(region, regions)}");
            return;
        }

        var machines = fields.At.Reading.Catalog.OffersIn(cloud, region).Select(offer => offer.Machine).ToList();
        Check(InstanceType, "machine of the type", [.. machines.Select(machine => machine.InstanceType)], string.Equals);
        Check(Family, "machine of the family", [.. machines.Select(machine => machine.Family).Distinct()], Machine.IsOfFamily);

        void Check(Key<string?> key, string what, List<string> known, Func<string, string, bool> isOf)
        {
            if (fields.Get(key) is { } name && !known.Any(machine => isOf(machine, name)))
            {
                fields.Refuse(key, $"the catalog has no {what} \"{name}\" in {region}{Suggestion.DidYouMean(name, known)}");
            }
        }
    }
}
