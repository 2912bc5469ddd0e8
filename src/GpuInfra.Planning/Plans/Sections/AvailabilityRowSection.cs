using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans.Ledgers;
using GpuInfra.Planning.Plans.Reading;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary>An item of an availability book's <c>rows</c>.</summary>
internal static class AvailabilityRowSection
{
    private static readonly Key<string?> Zone = Key.Optional(
        "zone", Names.Line("a zone, as use1-az2 or us-central1-a", 40, "^[a-z0-9-]+$"), "The zone, on AWS by its id. Left out, the whole region.");

    private static readonly Key<string?> InstanceType = Key.Optional(
        "instanceType", Names.InstanceType, "The machine type. Give this or gpu.");

    private static readonly Key<string?> Gpu = Key.Optional(
        "gpu", Names.Line("a GPU's id, as h100-80gb", 40, "^[a-z0-9-]+$"), "The GPU, whatever machine it is in. Give this or instanceType.");

    private static readonly Key<PurchaseMode> Tier = Key.Required(
        "tier",
        new ChoiceValue<PurchaseMode>(new("onDemand", PurchaseMode.OnDemand), new("spot", PurchaseMode.Spot)),
        "How it would be started: onDemand (a reservation that is made counts as such too) or spot.");

    private static readonly Key<int?> Score = Key.OptionalNumber(
        "score", Quantities.WholeNumber(1, 10), "The cloud's placement score: 1 will fail, 10 is very likely to succeed.");

    private static readonly Key<int> Tried = Key.Required("tried", Quantities.WholeNumber(1, 1_000_000), "Launches tried.");

    private static readonly Key<int> Failed = Key.Required("failed", Quantities.WholeNumber(0, 1_000_000), "Those of them that failed for want of capacity.");

    private static readonly Key<LaunchTally?> Launches = Key.Optional(
        "launches", new Section<LaunchTally>([Tried, Failed], Tally), "Own launches.");

    private static readonly Key<TimeSpan?> FulfilledIn = Key.OptionalNumber(
        "fulfilledIn", Quantities.Duration("1s", "8760h"), "From asking for a machine to having it.");

    private static readonly Key<double> PerHour = Key.Required(
        "perHour", Quantities.Number(0.000_001, 60, "0.000001", "60"), "Interruptions of one machine in an hour.");

    private static readonly Key<TimeSpan> Restart = Key.Required(
        "restart", Quantities.Duration("0s", "24h"), "From the loss of a machine to a successor that serves.");

    private static readonly Key<TimeSpan> LostWork = Key.Required(
        "lostWork", Quantities.Duration("0s", "24h"), "Work of a machine that is done again, as half the time between checkpoints.");

    private static readonly Key<InterruptionFigures?> Interruptions = Key.Optional(
        "interruptions",
        new Section<InterruptionFigures>([PerHour, Restart, LostWork], fields => new InterruptionFigures(fields.Get(PerHour), fields.Get(Restart), fields.Get(LostWork))),
        "How often spot is taken away and what each time costs; only with tier spot.");

    private static readonly Key<string> Source = Key.Required(
        "source", Names.Line("a source, as own launches or a page's address", 200, @"^\S.*$"), "Where the figures are from.");

    private static readonly Key<DateOnly> Seen = Key.Required("seen", Moments.Day, "The day they were seen, as 2026-11-20.");

    public static readonly Section<AvailabilityRow> Value = new(
        [GrantKeys.Cloud, GrantKeys.Region, Zone, InstanceType, Gpu, Tier, Score, Launches, FulfilledIn, Interruptions, Source, Seen], Build);

    private static AvailabilityRow Build(Fields fields)
    {
        GrantKeys.CheckRegion(fields);
        CheckMachine(fields);
        if (!fields.Has(Score) && !fields.Has(Launches) && !fields.Has(FulfilledIn) && !fields.Has(Interruptions))
        {
            fields.At.Refuse("needs a figure: score, launches, fulfilledIn or interruptions");
        }

        if (fields.Has(Interruptions) && fields.IsSound(Tier) && fields.Get(Tier) != PurchaseMode.Spot)
        {
            fields.Refuse(Interruptions, "only spot is taken away");
        }

        return new AvailabilityRow
        {
            Cloud = fields.Get(GrantKeys.Cloud),
            Region = fields.Get(GrantKeys.Region),
            Zone = fields.Get(Zone),
            InstanceType = fields.Get(InstanceType),
            Gpu = fields.Get(Gpu) is { } gpu ? fields.At.Reading.Catalog.FindGpu(gpu)?.Id ?? gpu : null,
            Mode = fields.Get(Tier),
            Score = fields.Get(Score),
            Launches = fields.Get(Launches),
            FulfilledIn = fields.Get(FulfilledIn),
            Interruptions = fields.Get(Interruptions),
            Source = fields.Get(Source),
            Seen = fields.Get(Seen),
        };
    }

    private static LaunchTally Tally(Fields fields)
    {
        if (fields.IsSound(Tried) && fields.IsSound(Failed) && fields.Get(Failed) > fields.Get(Tried))
        {
            fields.Refuse(Failed, $"says {fields.Get(Failed)} of {fields.Get(Tried)}");
        }

        return new LaunchTally(fields.Get(Tried), fields.Get(Failed));
    }

    /// <summary>A slip would be about nothing, and the plan would count on what cannot be had.</summary>
    private static void CheckMachine(Fields fields)
    {
        if (fields.Has(InstanceType) == fields.Has(Gpu))
        {
            fields.At.Refuse("needs either instanceType or gpu");
            return;
        }

        var catalog = fields.At.Reading.Catalog;
        var offers = catalog.OffersIn(fields.Get(GrantKeys.Cloud), fields.Get(GrantKeys.Region) ?? "").ToList();
        if (offers.Count == 0)
        {
            return;
        }

        var (key, name, known) = fields.Get(InstanceType) is { } type
            ? (InstanceType, type, offers.Select(offer => offer.InstanceType))
            : (Gpu, catalog.FindGpu(fields.Get(Gpu) ?? "")?.Id ?? fields.Get(Gpu) ?? "", offers.Select(offer => offer.Gpu));
        if (fields.IsSound(key) && !known.Contains(name))
        {
            fields.Refuse(key, $"the catalog has no \"{name}\" in {fields.Get(GrantKeys.Region)}{Suggestion.DidYouMean(name, known.Distinct().ToList())}");
        }

        var zones = catalog.Zones(fields.Get(GrantKeys.Cloud), fields.Get(GrantKeys.Region)).ToList();
        if (fields.IsSound(Zone) && fields.Get(Zone) is { } zone && !zones.Contains(zone))
        {
            fields.Refuse(Zone, $"the catalog has no zone \"{zone}\" in {fields.Get(GrantKeys.Region)}{Suggestion.DidYouMean(zone, zones)}");
        }
    }
}
