using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Plans.Ledgers;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>
/// What a stack has paid for already in a month, and how the optimiser is told of it: as ways to have an instance for what it costs beyond
/// that, of which there are only so many over all servings. What is paid anyway is a constant that no choice changes.
/// </summary>
internal sealed class HeldCapacity
{
    private readonly ImmutableArray<CommitmentPrice> _commitments;
    private readonly ImmutableArray<HeldReservation> _reservations;
    private readonly ImmutableArray<ExternalCapacity> _external;

    /// <summary>What is held in a month. The ledger is the stack's part of it.</summary>
    public HeldCapacity(CapacityPlan plan, Catalog catalog, Month month)
    {
        _commitments =
        [
            .. plan.Commitments.Where(commitment => commitment.IsHeldIn(month))
                .OrderBy(commitment => commitment.InstanceType is null).ThenBy(commitment => commitment.Name, StringComparer.Ordinal)
                .Select(commitment => CommitmentPrice.Of(commitment, plan, catalog, month)).OfType<CommitmentPrice>(),
        ];
        _external = [.. plan.Ledger.External.Where(row => row.HoldsIn(month) && row.Grant.Given > 0)];
        _reservations = [.. plan.Ledger.Reservations.Where(row => row.HoldsIn(month) && row.Grant.Given > 0)];
    }

    private HeldCapacity(HeldCapacity all, Func<string, int, int> most)
    {
        _commitments = all._commitments;
        _reservations = [.. all._reservations.Select(row => row with { Grant = Of(row.Id, row.Grant) }).Where(row => row.Grant.Given > 0)];
        _external = [.. all._external.Select(row => row with { Grant = Of(row.Id, row.Grant) }).Where(row => row.Grant.Given > 0)];

        Grant Of(string row, Grant grant) => grant.Of(Math.Min(most(row, grant.Given), grant.Given));
    }

    /// <summary>The same with no more of each row than some number of machines, by its id and how many there are.</summary>
    public HeldCapacity Within(Func<string, int, int> most) => new(this, most);

    /// <summary>Commitments held, those of one machine type before those of a family, ties by name.</summary>
    public ImmutableArray<CommitmentPrice> Commitments => _commitments;

    /// <summary>Reservations held, ordered by id.</summary>
    public ImmutableArray<HeldReservation> Reservations => _reservations;

    /// <summary>What all of it is paid in an average month.</summary>
    public decimal Monthly => _commitments.Sum(price => price.Monthly)
        + _reservations.Sum(row => row.Hourly.Amount * row.Grant.Given * UsdPerHour.HoursPerMonth)
        + _external.Where(row => !row.IsPaidByUse).Sum(row => row.Hourly.Amount * row.Grant.Given * UsdPerHour.HoursPerMonth);

    /// <summary>What the commitments cost from a month to their ends, whatever happens.</summary>
    public Usd CommittedFrom(Month month) => new Usd(_commitments.Sum(price =>
        price.Monthly * ((price.Commitment.Until.Year - month.Year) * 12 + price.Commitment.Until.Number - month.Number + 1))).ToCents();

    /// <summary>How much of it all servings together may use.</summary>
    public ImmutableArray<SharedLimit> Limits =>
    [
        .. _commitments.Select(price => new SharedLimit(
            LimitOf(price.Commitment), $"what commitment {price.Commitment.Name} covers of {price.Commitment.Covers}", price.Commitment.Count)),
        .. _reservations.Select(row => new SharedLimit(LimitOf(row), $"the machines that reservation {row.Id} holds", row.Grant.Given)),
        .. _external.Select(row => new SharedLimit(LimitOf(row), $"the machines of external {row.Id}", row.Grant.Given)),
    ];

    /// <summary>Ways to have an instance that is not spot under a commitment.</summary>
    /// <param name="offer">The offer.</param>
    /// <param name="price">What it costs without.</param>
    /// <param name="hoursPerMonth">Hours that it runs.</param>
    public IEnumerable<Purchase> Covered(Offer offer, UsdPerHour price, decimal hoursPerMonth) => _commitments
        .Where(held => held.Commitment.CoversType(offer.Cloud, offer.Region, offer.InstanceType) && held.Commitment.Count >= held.Weight(offer.GpusPerInstance))
        .Select(held => new Purchase(
            LimitOf(held.Commitment), (held.Margin(price, offer.GpusPerInstance) * hoursPerMonth).Amount, held.Commitment.Count / held.Weight(offer.GpusPerInstance))
        {
            Uses = [new LimitUse(LimitOf(held.Commitment), held.Weight(offer.GpusPerInstance))],
        });

    /// <summary>Reserved machines of an offer, by zone; those in zones that a network does not reach are left out.</summary>
    public IEnumerable<IGrouping<string, HeldReservation>> ReservedOf(Offer offer) => _reservations
        .Where(row => row.IsOf(offer) && CanRunOn(row) && offer.Zones.Any(zone => zone.Zone == row.Zone))
        .GroupBy(row => row.Zone).OrderBy(zone => zone.Key, StringComparer.Ordinal);

    /// <summary>False for Google's calendar reservations: their machines start bound to the reservation, which no template here asks for.</summary>
    public static bool CanRunOn(HeldReservation row) => row.Grant.Cloud == CloudProvider.Aws || row.Kind != ReservationKind.CapacityBlock;

    /// <summary>Reserved machines as a way to have an instance: paid used or not.</summary>
    public static Purchase Reserved(HeldReservation row) => new(LimitOf(row), 0, row.Grant.Given) { Uses = [new LimitUse(LimitOf(row), 1)] };

    /// <summary>The row of an offer outside the clouds that a serving may use in the month; null when there is none.</summary>
    public ExternalCapacity? ExternalOf(Offer offer, string serving) => _external.FirstOrDefault(row => row.IsOf(offer) && row.IsFor(serving));

    /// <summary>Machines outside the clouds as a way to have an instance.</summary>
    public static Purchase External(ExternalCapacity row) => new(
        LimitOf(row), row.IsPaidByUse ? row.Hourly.Amount * UsdPerHour.HoursPerMonth : 0, row.Grant.Given)
    {
        Uses = [new LimitUse(LimitOf(row), 1)],
    };

    /// <summary>The row that a purchase takes machines of; null when it is none of these.</summary>
    public HeldReservation? RowOf(Purchase purchase) => _reservations.FirstOrDefault(row => LimitOf(row) == purchase.Term);

    /// <summary>The commitment that a purchase is under; null when it is under none.</summary>
    public CommitmentPrice? CommitmentOf(Purchase purchase) => _commitments.FirstOrDefault(price => LimitOf(price.Commitment) == purchase.Term);

    /// <summary>What is paid and not used by a month's pools, commitments first.</summary>
    public ImmutableArray<UnusedCapacity> Unused(ImmutableArray<Pool> pools) =>
    [
        .. _commitments.Select(price => Unused(price, pools)).Concat(_reservations.Select(row => Unused(row, pools)))
            .Concat(_external.Where(row => !row.IsPaidByUse).Select(row => Unused(row, pools)))
            .Where(unused => unused.Count > 0 || unused.Monthly != default),
    ];

    private static UnusedCapacity Unused(CommitmentPrice price, ImmutableArray<Pool> pools)
    {
        var uses = pools.SelectMany(pool => pool.Commitments.Where(use => use.Commitment == price.Commitment.Name)
            .Select(use => (use.Instances, pool.GpusPerInstance, pool.HoursPerMonth))).ToList();
        return new(
            price.Commitment.Name,
            $"commitment to {price.Commitment.Covers} in {price.Commitment.Region}",
            price.Commitment.Cloud,
            price.Commitment.Count - uses.Sum(use => use.Instances * price.Weight(use.GpusPerInstance)),
            new Usd(price.Monthly - uses.Sum(use => price.Paid(use.GpusPerInstance).Amount * use.Instances * use.HoursPerMonth)).ToCents());
    }

    private static UnusedCapacity Unused(HeldReservation row, ImmutableArray<Pool> pools)
    {
        var idle = row.Grant.Given - pools.SelectMany(pool => pool.Held).Where(use => use.Reservation == row.Id).Sum(use => use.Instances);
        return new(row.Id, $"reservation of {row.InstanceType} in {row.Zone}", row.Grant.Cloud, idle, (row.Hourly * idle * UsdPerHour.HoursPerMonth).ToCents());
    }

    private static UnusedCapacity Unused(ExternalCapacity row, ImmutableArray<Pool> pools)
    {
        var idle = row.Grant.Given - pools.Where(pool => pool.IsExternal && pool.InstanceType == row.Id).Sum(pool => pool.Instances.Desired);
        return new(
            row.Id, $"{row.Grant.Account}'s machines of {row.GpusPerMachine} × {row.Gpu} in {row.Site}", CloudProvider.External, idle,
            (row.Hourly * idle * UsdPerHour.HoursPerMonth).ToCents());
    }

    private static string LimitOf(ExternalCapacity row) => $"external {row.Id}";

    private static string LimitOf(HeldCommitment commitment) => $"commitment {commitment.Name}";

    private static string LimitOf(HeldReservation row) => $"reservation {row.Id}";
}
