using System.Collections.Immutable;
using GpuInfra.Planning.Drift;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Finance.Actuals;

/// <summary>What a bill says of a plan: a part of the gap that is large, and what in the plan would make it agree.</summary>
/// <param name="Cause">The part.</param>
/// <param name="Finding">What was found, for people.</param>
/// <param name="Change">The change; null where no key of a plan says it.</param>
public sealed record BillProposal(GapPart Cause, string Finding, PlanChange? Change)
{
    /// <summary>
    /// What a month's bill proposes. Parts count from the tolerance on, as a share of what was planned. Demand and speed are proposed where they were seen, and
    /// not from a bill alone: more hours may come of either.
    /// </summary>
    /// <param name="fleet">The fleet.</param>
    /// <param name="month">The month against its bill.</param>
    /// <param name="demand">The demand that was seen in it; none where nobody looked.</param>
    /// <param name="speeds">The throughput that was seen in it; none where nobody looked.</param>
    /// <param name="tolerance">How far a figure may lie from the plan, as a part of it.</param>
    public static ImmutableArray<BillProposal> Of(
        FleetPlan fleet, BilledMonth month, ImmutableArray<DemandDrift> demand, ImmutableArray<ThroughputDrift> speeds, Share tolerance) =>
    [
        .. demand.SelectMany(drift => drift.Changes.Select(change =>
            new BillProposal(GapPart.Demand, $"{drift.Serving}: {string.Join(", ", drift.Moved)} seen otherwise than planned{(drift.Note is { } note ? $" ({note})" : "")}", change))),
        .. ThroughputDrift.Changes(speeds, fleet, tolerance).Select(change =>
            new BillProposal(GapPart.Utilization, "replicas were seen to do more or less work in a machine hour than is predicted", change)),
        .. BilledPrices.Proposals(fleet, month, tolerance),
        .. Unsaid(month, !demand.IsEmpty, tolerance),
    ];

    /// <summary>Large parts of which a plan has no key.</summary>
    private static IEnumerable<BillProposal> Unsaid(BilledMonth month, bool wasSeen, Share tolerance)
    {
        foreach (var part in GapParts.All.Where(part => month.Planned.Amount > 0 && Math.Abs(month[part].Amount) > month.Planned.Amount * (decimal)tolerance.Fraction))
        {
            var finding = part switch
            {
                GapPart.DemandOrUtilization when !wasSeen => "other machine hours than planned: --prometheus tells whether demand or throughput moved, and proposes either",
                GapPart.DemandOrUtilization or GapPart.Utilization => "other machine hours than the demand asks for: see scaling and shutdown, or calibrate",
                GapPart.Fallback => "spot was replaced at the standard price: note its interruptions in the availability book",
                GapPart.Idle => "commitments and reservations are paid and not used: see count and until in the ledger",
                GapPart.Unplanned => "what is in no pool is not planned: see preview, Not in the total, and tags",
                GapPart.Unsplit => "an export names no hours: see its columns ConsumedQuantity and ConsumedUnit",
                _ => null,
            };
            if (finding is not null)
            {
                yield return new BillProposal(part, finding, null);
            }
        }
    }
}
