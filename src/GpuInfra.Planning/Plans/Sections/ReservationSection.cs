using GpuInfra.Planning.Plans.Ledgers;
using GpuInfra.Planning.Plans.Reading;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary>An item of a ledger's <c>reservations</c>.</summary>
internal static class ReservationSection
{
    private static readonly Key<string> Id = Key.Required(
        "id", Names.Line("the id of a reservation, as cr-0123456789abcdef0", 80, "^[A-Za-z0-9][A-Za-z0-9._/-]*$"), "Its id in the cloud.");

    private static readonly Key<ReservationKind> Kind = Key.Required(
        "kind",
        new ChoiceValue<ReservationKind>(
            new("onDemand", ReservationKind.OnDemand), new("future", ReservationKind.Future), new("capacityBlock", ReservationKind.CapacityBlock)),
        "What it is: onDemand may be cancelled at any time, future and capacityBlock are paid to their end.");

    private static readonly Key<string> Zone = Key.Required(
        "zone", Names.Line("a zone, as use1-az2 or us-central1-a", 40, "^[a-z0-9-]+$"), "The zone, on AWS by its id.");

    private static readonly Key<string> InstanceType = Key.Required("instanceType", Names.InstanceType, "The type of its machines.");

    private static readonly Key<int> Count = Key.Required("count", Quantities.WholeNumber(1, 100_000), "How many machines it holds.");

    private static readonly Key<DateOnly> Start = Key.Required("start", Moments.Day, "Its first day, as 2026-12-01.");

    private static readonly Key<DateOnly?> End = Key.OptionalNumber("end", Moments.Day, "Its last day. Left out, it holds until it is cancelled.");

    private static readonly Key<Usd> Hourly = Key.Required(
        "hourlyUsd", Quantities.Money("$0", "$10k"), "What a machine costs for an hour of it, used or not.");

    private static readonly Key<Approval?> Agreed = Key.Optional(
        "approval", ApprovalSection.Value, "The file in approvals/ that says who agreed to what cannot be undone; needed for future and capacityBlock.");

    public static readonly Section<HeldReservation> Value = new(
        [Id, Kind, GrantKeys.Cloud, GrantKeys.Account, GrantKeys.Region, Zone, InstanceType, Count, Start, End, Hourly, Agreed, GrantKeys.Assign],
        Build);

    private static HeldReservation Build(Fields fields)
    {
        var held = new HeldReservation
        {
            Id = fields.Get(Id),
            Kind = fields.Get(Kind),
            Grant = GrantKeys.Read(fields, Count),
            Zone = fields.Get(Zone),
            InstanceType = fields.Get(InstanceType),
            Start = fields.Get(Start),
            End = fields.Get(End),
            Hourly = new UsdPerHour(fields.Get(Hourly).Amount),
            Approval = fields.Get(Agreed),
        };
        CheckTime(fields, held);
        CheckApproval(fields, held);
        CheckPlace(fields, held);
        return held;
    }

    private static void CheckTime(Fields fields, HeldReservation held)
    {
        if (fields.IsSound(Start) && held.End < held.Start)
        {
            fields.Refuse(End, "is before its start");
        }

        if (fields.IsSound(Kind) && held.IsIrrevocable && held.End is null && fields.IsSound(End))
        {
            fields.At.Refuse($"{JsonText.Word(held.Kind)} has an end: write it");
        }
    }

    /// <summary>Nothing that cannot be undone is taken for granted without a name under it.</summary>
    private static void CheckApproval(Fields fields, HeldReservation held)
    {
        if (!fields.IsSound(Kind) || !fields.IsSound(Agreed) || !held.IsIrrevocable)
        {
            return;
        }

        if (held.Approval is not { } approval)
        {
            fields.At.Refuse($"{JsonText.Word(held.Kind)} cannot be undone: it needs approval, the name of a file in approvals/ with offering, priceCap, approvedBy, approvedOn and expires");
        }
        else if (fields.IsSound(Start) && fields.IsSound(Hourly) && (held with { Grant = held.Grant with { Assigned = held.Grant.Assigned.Clear().Add("all", held.Grant.Count) } }).CommittedFrom(held.Start) is var sum
            && sum.CompareTo(approval.PriceCap) > 0)
        {
            fields.Refuse(Agreed, $"the whole of it costs {sum}, more than the priceCap of {approval.PriceCap}");
        }
        else if (fields.IsSound(Start) && approval.Expires < held.Start)
        {
            fields.Refuse(Agreed, FormattableString.Invariant($"expired on {approval.Expires:yyyy-MM-dd}, before it starts: nobody agreed to a later purchase"));
        }
    }

    private static void CheckPlace(Fields fields, HeldReservation held)
    {
        if (!fields.IsSound(GrantKeys.Cloud) || !fields.IsSound(GrantKeys.Region) || !fields.IsSound(InstanceType))
        {
            return;
        }

        var offers = fields.At.Reading.Catalog.OffersIn(held.Grant.Cloud, held.Grant.Region).ToList();
        var types = offers.Select(offer => offer.InstanceType).ToList();
        if (types.Count > 0 && !types.Contains(held.InstanceType))
        {
            fields.Refuse(InstanceType, $"the catalog has no \"{held.InstanceType}\" in {held.Grant.Region}{Suggestion.DidYouMean(held.InstanceType, types)}");
        }
    }
}
