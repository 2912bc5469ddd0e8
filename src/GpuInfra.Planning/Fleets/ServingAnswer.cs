using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>What the optimiser's numbers mean for a serving: pools, what they keep after losses, why nothing else was taken.</summary>
internal sealed class ServingAnswer
{
    private readonly CapacityPlan _plan;
    private readonly ServingTask _task;
    private readonly Stay _stay;
    private readonly ImmutableArray<Placement> _placements;

    /// <summary>Reads the instances that were decided for a serving.</summary>
    public ServingAnswer(CapacityPlan plan, ServingTask task, Stay stay, ImmutableArray<PlacedInstances> instances)
    {
        (_plan, _task, _stay) = (plan, task, stay);
        var byOffer = task.Candidates.ToDictionary(candidate => candidate.Id, StringComparer.Ordinal);
        ImmutableArray<Placement> placements =
        [
            .. instances.GroupBy(placed => placed.Choice.Offer).OrderBy(offer => offer.Key, StringComparer.Ordinal).Select(offer => new Placement(
                byOffer[offer.Key],
                offer.Where(placed => placed.Choice.Tier == Tier.Reserved).Sum(placed => placed.Machines),
                offer.Where(placed => placed.Choice.Tier != Tier.Reserved).Sum(placed => placed.Machines))
            {
                Covered =
                [
                    .. task.Held.Commitments.Select(price => new CoveredMachines(
                        price, offer.Where(placed => task.Held.CommitmentOf(placed.Purchase) == price).Sum(placed => placed.Machines))).Where(covered => covered.Instances > 0),
                ],
                Held =
                [
                    .. offer.Select(placed => (Row: task.Held.RowOf(placed.Purchase), placed.Machines)).Where(item => item.Row is not null)
                        .Select(item => HeldUse.Of(item.Row!, item.Machines)).OrderBy(use => use.Zone, StringComparer.Ordinal).ThenBy(use => use.Reservation, StringComparer.Ordinal),
                ],
            }),
        ];
        if (!task.Need.Sizes.IsEmpty)
        {
            placements = [.. plan.Clouds.SelectMany(cloud => Routed([.. placements.Where(placement => placement.Candidate.Offer.Cloud == cloud.Cloud)], cloud.Share.Fraction))];
        }

        var external = placements.Where(placement => placement.IsExternal).ToImmutableArray();
        placements = [.. placements.Except(external)];
        var reserved = Math.Max(0, task.ReserveLater - external.Sum(placement => placement.Rate));
        _placements = [.. external, .. task.ReserveLater == 0 ? placements : ReserveSplit.Of(
            placements,
            task.Need.Sizes.IsEmpty
                ? [.. plan.Clouds.Select(cloud => new Baseline(
                    [.. placements.Where(placement => placement.Candidate.Offer.Cloud == cloud.Cloud)], cloud.Share.Fraction * reserved))]
                : [.. placements.Select(placement => new Baseline([placement], placement.Candidate.RoutedOf(reserved)))],
            split => Survivability.Checks([.. split.Concat(external).SelectMany(Pools)], task.Need.P95, task.Serving.Survive).All(check => check.Holds))];
    }

    /// <summary>The serving with its pools; what explains them is made when it is asked for.</summary>
    public SolvedServing Solved(Month month)
    {
        var pools = ScalingFloor.Apply(_plan, _task.Serving, _task.Demand, month, [.. _placements.SelectMany(Pools)]);
        var draining = month == _plan.AsOf ? DrainingPools.Of(_plan.Draining, _task.Runnable, pools, _task.Factory, _task.Demand) : [];
        pools = [.. pools.Concat(draining).OrderBy(pool => pool.Id, StringComparer.Ordinal)];
        ImmutableArray<string> workloads = [.. _task.Workloads.Select(workload => workload.Name)];
        return new SolvedServing(
            workloads,
            pools,
            () => ServingFleet.Of(_task.Serving, workloads, _task.Demand, pools, _task.Rejections().Concat(NotTaken())) with { Stability = _stay.Described(_plan.MovesFrom) },
            () => _task.GpuTime(_placements[0].Candidate.Sizing));
    }

    /// <summary>The placements of a cloud with what each is sent of the requests of each size, so that none is busier than it must be.</summary>
    private IEnumerable<Placement> Routed(ImmutableArray<Placement> placements, double share)
    {
        var (_, parts) = SizeRouting.Of(
            [.. _task.Need.Sizes.Select(size => size * share * _task.Need.Peak)],
            [.. placements.Select(placement => placement.Candidate.Sizes
                .Select(size => size.RequestsPerSecond * placement.Candidate.ReplicasPerInstance * placement.Instances).ToImmutableArray())]);
        return placements.Zip(parts, (placement, part) => placement with { Candidate = placement.Candidate.Routed([.. part.Select(of => of * share)]) });
    }

    private IEnumerable<Pool> Pools(Placement placement) => placement.IsExternal ? [_task.Factory.External(placement.Candidate, placement.Instances, _task.Demand)]
        : _task.IsSpot
        ? [_task.Factory.Spot(placement.Candidate, placement.Instances, LadderOf(placement), _task.Demand)]
        : _task.Factory.Standing(placement, _task.Demand);

    private ImmutableArray<LadderRung> LadderOf(Placement placement) => SpotLadder.Of(placement.Candidate, _task.Candidates);

    /// <summary>Offers that could run the serving and were not taken.</summary>
    private IEnumerable<Rejection> NotTaken()
    {
        var rungs = _task.IsSpot
            ? _placements.SelectMany(placement => LadderOf(placement).Select(rung => (placement.Candidate.Offer.Cloud, placement.Candidate.Offer.Region, rung.InstanceType))).ToHashSet()
            : [];
        return _task.Candidates
            .Where(candidate => _placements.All(placement => placement.Candidate.Offer.Id != candidate.Offer.Id))
            .Where(candidate => !rungs.Contains((candidate.Offer.Cloud, candidate.Offer.Region, candidate.Offer.InstanceType)))
            .DistinctBy(candidate => candidate.Offer.Id)
            .Select(NotTaken);
    }

    /// <summary>
    /// What the offer alone would cost for its cloud's share of the peak, against the cheapest of those taken there. One that is not dearer
    /// so lost where losses are counted in.
    /// </summary>
    private Rejection NotTaken(Candidate candidate)
    {
        if (!candidate.Sizes.IsEmpty)
        {
            return new Rejection(candidate.Offer.Id, "cost", candidate.Sizes.All(size => size.Sizing is not null)
                ? "no mix with it costs less"
                : $"no mix with it costs less; it takes none of {string.Join(", ", candidate.Sizes.Where(size => size.Sizing is null).Select(size => size.Size))}");
        }

        if (candidate.Offer.Cloud == CloudProvider.External)
        {
            return new Rejection(candidate.Offer.Id, "external", "no fleet that sends requests there costs less");
        }

        if (!_task.Need.Choices.Any(choice => choice.Offer == candidate.Id && choice.Place is null))
        {
            return new Rejection(candidate.Offer.Id, "reservation", "only machines that are held of it could run here, and no fleet with them costs less");
        }

        var alone = Alone(candidate);
        var others = _placements.Where(placement => placement.Candidate.Offer.Cloud == candidate.Offer.Cloud).ToList();

        // What is paid already has no price that another offer could go below.
        var taken = others.Any(placement => !placement.Held.IsEmpty || !placement.Covered.IsEmpty) ? null
            : others.Select(placement => Alone(placement.Candidate)).OrderBy(Hourly).FirstOrDefault();
        var words = FormattableString.Invariant($"{alone.Instances} × {candidate.Offer.InstanceType} at ${Hourly(alone):N2}/h for the peak");
        return others.Count == 0
            ? new Rejection(candidate.Offer.Id, "share", $"no instance is needed in {JsonText.Word(candidate.Offer.Cloud)}")
            : taken is null
            ? new Rejection(candidate.Offer.Id, "reservation", $"{words}, against machines that are held or committed to, which are paid already")
            : Hourly(alone) >= Hourly(taken)
            ? new Rejection(candidate.Offer.Id, "cost", FormattableString.Invariant(
                $"{words}, against {taken.Instances} × {taken.Candidate.Offer.InstanceType} at ${Hourly(taken):N2}/h"))
            {
                Hourly = new UsdPerHour(Hourly(alone)),
                WinsAt = PriceToWin(Hourly(alone) / alone.Instances, Hourly(taken) / alone.Instances),
            }
            : !_stay.Decided.Choices.Any(choice => choice.IsOf(candidate.Offer.Id))
            ? new Rejection(candidate.Offer.Id, "stability", $"{words}, and the serving does not move for less than {_plan.MovesFrom}")
            : new Rejection(candidate.Offer.Id, "survive", $"{words}, and dearer once reservations, losses to be survived and limits to be kept are counted in");
    }

    /// <summary>The price of one instance at which so many of them cost no more than what was taken.</summary>
    private static string? PriceToWin(decimal price, decimal winning) => winning < price
        ? FormattableString.Invariant($"${winning:N2}/h an instance, {(1 - (winning / price)) * 100:0} % less")
        : null;

    private Placement Alone(Candidate candidate)
    {
        var share = _plan.Clouds.Single(cloud => cloud.Cloud == candidate.Offer.Cloud).Share.Fraction;
        return new Placement(candidate, 0, candidate.InstancesFor(_task.Need.Peak * share));
    }

    private decimal Hourly(Placement placement) =>
        placement.Candidate.Price(_task.IsSpot ? Tier.Spot : Tier.OnDemand).Amount * placement.Instances;
}
