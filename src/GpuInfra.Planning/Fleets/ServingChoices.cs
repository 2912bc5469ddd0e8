using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans.Ledgers;

namespace GpuInfra.Planning.Fleets;

/// <summary>
/// What a serving may run on in a month, and why it may not run on the rest: offers that can be started in every tier it is bought in and can be had,
/// offers of which machines are held, and machines outside the clouds.
/// </summary>
/// <param name="serving">The serving.</param>
/// <param name="sized">Offers that can run it.</param>
/// <param name="tiers">The tiers it is bought in, the last the one that peaks are bought in.</param>
/// <param name="seen">What is known of availability.</param>
/// <param name="held">What is held already.</param>
internal sealed class ServingChoices(string serving, SizedOffers sized, ImmutableArray<Tier> tiers, Obtainability seen, HeldCapacity held)
{
    private Tier Peak => tiers[^1];

    /// <summary>Offers that it may run on, ordered by id.</summary>
    public ImmutableArray<Candidate> Candidates { get; } =
    [
        .. sized.Candidates.Where(candidate => IsLaunchable(candidate, tiers, seen) || IsHeld(candidate, tiers, held) || ExternalOf(candidate, serving, tiers, held) is not null)
            .Select(candidate => candidate with { Uptime = seen.Of(candidate.Offer, tiers[^1]).Uptime }),
    ];

    /// <summary>Why it may not run on other offers.</summary>
    public IEnumerable<Rejection> Rejections => sized.Rejections.Concat(sized.Candidates
        .DistinctBy(candidate => candidate.Offer.Id)
        .Where(candidate => !IsLaunchable(candidate, tiers, seen) && !IsHeld(candidate, tiers, held) && ExternalOf(candidate, serving, tiers, held) is null)
        .Select(candidate => candidate.Offer.Cloud == CloudProvider.External
            ? new Rejection(candidate.Offer.Id, "external", tiers[^1] == Tier.Spot ? "what may run on spot runs there"
                : candidate.Sizes.IsEmpty ? "the ledger does not give it to this serving in this month" : "requests that are routed by size are not sent outside the clouds")
            : candidate.Nodes > 1 && Peak == Tier.Spot ? new Rejection(candidate.Offer.Id, "purchaseMode", $"a replica spans {candidate.Nodes} of its machines, which spot takes one by one")
            : tiers.All(tier => IsStartable(candidate.Offer, tier))
            ? new Rejection(candidate.Offer.Id, "availability", $"cannot be had {Wording(Peak)}: {seen.Of(candidate.Offer, Peak).Words}")
            : new Rejection(candidate.Offer.Id, "purchaseMode", $"cannot be started as {string.Join(" and ", tiers.Select(Wording).Order(StringComparer.Ordinal))}")));

    /// <summary>What may stand on offers that are hard to have.</summary>
    public ImmutableArray<SharedLimit> Limits(AvailabilityLimits limits) =>
        [.. Candidates.Where(IsLaunched).Select(candidate => limits.Of(candidate, Peak, seen.Of(candidate.Offer, Peak))).OfType<SharedLimit>().DistinctBy(limit => limit.Name)];

    /// <summary>The choices: offers in tiers, and held machines zone by zone.</summary>
    /// <param name="factory">Names pools and says how long they run.</param>
    /// <param name="limits">What may stand on offers that are hard to have.</param>
    /// <param name="quotas">What they take of the account's quotas.</param>
    /// <param name="bought">The tiers that the optimiser decides on.</param>
    public ImmutableArray<PoolChoice> Of(PoolFactory factory, AvailabilityLimits limits, QuotaUses quotas, ImmutableArray<Tier> bought) =>
    [
        .. from tier in bought from candidate in Candidates where IsLaunched(candidate) select Bundle.Of(Launched(candidate, tier, factory, limits, quotas), candidate.Nodes),
        .. from candidate in Candidates where IsHeld(candidate, tiers, held) from zone in held.ReservedOf(candidate.Offer)
           let choice = Bundle.Of(Reserved(candidate, zone, factory, quotas), candidate.Nodes) where choice is not null select choice,
        .. from candidate in Candidates
           let row = ExternalOf(candidate, serving, tiers, held)
           where row is not null
           select Choice(candidate, Tier.External, factory) with { Purchases = [HeldCapacity.External(row)] },
    ];

    /// <summary>Requests per second that machines outside the clouds can carry at most.</summary>
    public double External => Candidates.Sum(candidate => ExternalOf(candidate, serving, tiers, held) is { } row ? row.Grant.Given * candidate.InstanceRate : 0);

    private bool IsLaunched(Candidate candidate) => IsLaunchable(candidate, tiers, seen);

    private static bool IsLaunchable(Candidate candidate, ImmutableArray<Tier> tiers, Obtainability seen) =>
        tiers.All(tier => IsStartable(candidate.Offer, tier)) && (candidate.Nodes == 1 || tiers[^1] != Tier.Spot) && seen.Of(candidate.Offer, tiers[^1]).CanBeHad;

    /// <summary>What runs on spot waits when it is taken away; held machines are for what must not.</summary>
    private static bool IsHeld(Candidate candidate, ImmutableArray<Tier> tiers, HeldCapacity held) =>
        tiers[^1] != Tier.Spot && held.ReservedOf(candidate.Offer).Any(zone => zone.Any(row => row.Grant.Given >= candidate.Nodes));

    private static ExternalCapacity? ExternalOf(Candidate candidate, string serving, ImmutableArray<Tier> tiers, HeldCapacity held) =>
        tiers[^1] != Tier.Spot && candidate.Sizes.IsEmpty ? held.ExternalOf(candidate.Offer, serving) : null;

    private static PoolChoice Reserved(Candidate candidate, IGrouping<string, HeldReservation> zone, PoolFactory factory, QuotaUses quotas) => Choice(candidate, Tier.Reserved, factory) with
    {
        Place = zone.Key,
        Zones = [zone.Key],
        Purchases = [.. zone.Select(HeldCapacity.Reserved)],
        Uses = [.. quotas.UsesOf(candidate, Tier.Reserved)],
        Surge = quotas.SurgeOf(candidate, Tier.Reserved),
    };

    private PoolChoice Launched(Candidate candidate, Tier tier, PoolFactory factory, AvailabilityLimits limits, QuotaUses quotas)
    {
        var hours = factory.HoursPerMonth(tier);
        IEnumerable<Purchase> covered = tier == Tier.Spot ? [] : held.Covered(candidate.Offer, candidate.Price(tier), hours);
        return Choice(candidate, tier, factory) with
        {
            Purchases = [new Purchase("list", (candidate.Price(tier) * hours).Amount), .. covered],
            Uses = [.. tier == Tier.Reserved ? [] : limits.UseOf(candidate, tier, seen.Of(candidate.Offer, tier)), .. quotas.UsesOf(candidate, tier)],
            Surge = quotas.SurgeOf(candidate, tier),
        };
    }

    private static PoolChoice Choice(Candidate candidate, Tier tier, PoolFactory factory) => new()
    {
        Pool = factory.IdOf(candidate.Offer, tier),
        Offer = candidate.Id,
        Cloud = candidate.Offer.Cloud,
        Region = candidate.Offer.Region,
        Tier = tier,
        Zones = [.. (tier == Tier.Spot ? candidate.Offer.SpotZones : candidate.Offer.Zones).Select(zone => zone.Zone)],
        Rate = candidate.CountedRate,
        SizeRates = [.. candidate.Sizes.Select(size => size.RequestsPerSecond * candidate.ReplicasPerInstance)],
        Replicas = candidate.ReplicasPerInstance,
        Purchases = [],
    };

    private static bool IsStartable(Offer offer, Tier tier) => offer.Modes.Contains(Mode(tier))
        && (tier == Tier.Spot ? offer.MeanSpot : offer.OnDemand) is not null;

    private static PurchaseMode Mode(Tier tier) => tier switch
    {
        Tier.Reserved => PurchaseMode.Reserved,
        Tier.OnDemand => PurchaseMode.OnDemand,
        _ => PurchaseMode.Spot,
    };

    private static string Wording(Tier tier) => tier switch
    {
        Tier.OnDemand => "on demand",
        Tier.Reserved => "reserved",
        _ => "spot",
    };
}
