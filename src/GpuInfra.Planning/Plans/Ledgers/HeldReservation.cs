using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans.Ledgers;

/// <summary>Capacity that is held already, whatever runs on it.</summary>
public sealed record HeldReservation
{
    /// <summary>Its id in the cloud, as <c>cr-0123456789abcdef0</c>.</summary>
    public required string Id { get; init; }

    /// <summary>What kind of promise it is.</summary>
    public required ReservationKind Kind { get; init; }

    /// <summary>Where it holds, how many machines, and which stacks were given how many.</summary>
    public required Grant Grant { get; init; }

    /// <summary>The zone that its machines are in.</summary>
    public required string Zone { get; init; }

    /// <summary>The type of its machines.</summary>
    public required string InstanceType { get; init; }

    /// <summary>Its first day.</summary>
    public required DateOnly Start { get; init; }

    /// <summary>Its last day; null when it holds until somebody cancels it.</summary>
    public required DateOnly? End { get; init; }

    /// <summary>What a machine costs for an hour of it, used or not.</summary>
    public required UsdPerHour Hourly { get; init; }

    /// <summary>Who agreed to what cannot be undone; null where it can be cancelled at any time.</summary>
    public required Approval? Approval { get; init; }

    /// <summary>True when it is paid to its end, whatever happens.</summary>
    public bool IsIrrevocable => Kind != ReservationKind.OnDemand;

    /// <summary>
    /// True when a fleet of a month may count on it: it holds on the first day, and machines outlive its end, which takes no more from them than their
    /// place. The machines of a Capacity Block end with it, so it must hold to the last day.
    /// </summary>
    public bool HoldsIn(Month month)
    {
        var first = new DateOnly(month.Year, month.Number, 1);
        return Start <= first && (End is null || End >= (Kind == ReservationKind.CapacityBlock ? first.AddMonths(1).AddDays(-1) : first));
    }

    /// <summary>True when it holds machines of an offer.</summary>
    public bool IsOf(Offer offer) => (offer.Cloud, offer.Region, offer.InstanceType) == (Grant.Cloud, Grant.Region, InstanceType);

    /// <summary>What its machines cost from a day to its end; zero when it can be cancelled.</summary>
    public Usd CommittedFrom(DateOnly day)
    {
        var days = IsIrrevocable && End is { } end ? end.DayNumber - (Start > day ? Start : day).DayNumber + 1 : 0;
        return (Hourly * Grant.Given * (24m * Math.Max(0, days))).ToCents();
    }
}

/// <summary>What kind of promise a reservation is.</summary>
public enum ReservationKind
{
    /// <summary>An On-Demand Capacity Reservation of AWS or a reservation of Google Cloud: billed until it is cancelled, which it may be at any time.</summary>
    OnDemand,

    /// <summary>A reservation for a time to come, with a commitment.</summary>
    Future,

    /// <summary>A Capacity Block of AWS or a calendar reservation of Google Cloud: paid for its whole time.</summary>
    CapacityBlock,
}
