using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Plans.Ledgers;
using GpuInfra.Planning.Sizing;

namespace GpuInfra.Planning.Fleets;

/// <summary>Which offers a replica may span, and where its machines stand.</summary>
internal static class Spans
{
    /// <summary>Why no replica may span machines of an offer; null where one may.</summary>
    public static string? Refusal(Offer offer) => offer.Machine.Fabric is null
        ? "no fabric between its machines is known, so no replica spans them"
        : offer.Machine.FabricCards is null
        ? $"its machines are not joined by {offer.Machine.Fabric} here, so no replica spans them"
        : offer.Machine.FabricRate is null
        ? $"how fast the fabric between its machines ({offer.Machine.Fabric}) is, is not known, so no replica spans them"
        : !ReplicaSizer.Splits.Contains(offer.GpusPerInstance)
        ? FormattableString.Invariant($"no layer is split over all of its {offer.GpusPerInstance} GPUs, so no replica spans them")
        : null;

    /// <summary>
    /// The offer in the one zone that its replicas stand in, since no fabric leaves a zone: where the ledger has most machines reserved, in whichever
    /// month, so that nothing moves when a reservation begins or ends; otherwise the first by name.
    /// </summary>
    public static Offer InOneZone(Offer offer, AccountLedger ledger, int nodes)
    {
        var held = ledger.Reservations
            .Where(row => row.IsOf(offer) && HeldCapacity.CanRunOn(row) && row.Grant.Given >= nodes && offer.Zones.Any(zone => zone.Zone == row.Zone))
            .GroupBy(row => row.Zone).OrderByDescending(zone => zone.Sum(row => row.Grant.Given)).ThenBy(zone => zone.Key, StringComparer.Ordinal).FirstOrDefault();
        return offer with { Zones = [offer.Zones.First(zone => held is null || zone.Zone == held.Key)] };
    }

    /// <summary>The machines that a replica of a pool spans; null for one.</summary>
    /// <exception cref="PlanException">The catalog does not know the fabric between them.</exception>
    public static NodeSpan? Of(Pool pool, Catalog catalog) => pool.NodesPerReplica == 1 ? null : new NodeSpan(
        pool.NodesPerReplica,
        catalog.FindMachine(pool.Cloud, pool.InstanceType)?.FabricRate ?? throw new PlanException(
            [new PlanProblem($"pool {pool.Id}", 0, 0, "", $"the catalog does not know the fabric between machines of {pool.InstanceType}, which its replicas span")]));

    /// <summary>What to tell who has no offer that can run a serving and could let replicas span machines of a cloud; empty where that would not help.</summary>
    /// <param name="candidates">What could run it if replicas spanned as many machines as they may at most.</param>
    /// <param name="cloud">The cloud.</param>
    public static string Hint(ImmutableArray<Candidate> candidates, CloudProvider cloud) => candidates
        .Where(candidate => candidate.Offer.Cloud == cloud && candidate.Nodes > 1 && candidate.Offer.Modes.Contains(PurchaseMode.OnDemand))
        .OrderBy(candidate => candidate.Nodes).ThenBy(candidate => candidate.Offer.Id, StringComparer.Ordinal).FirstOrDefault() is { } fewest
        ? FormattableString.Invariant(
            $"; maxNodesPerReplica: {fewest.Nodes} would let a replica span {fewest.Nodes} × {fewest.Offer.InstanceType}, and be lost with any of them")
        : "";
}
