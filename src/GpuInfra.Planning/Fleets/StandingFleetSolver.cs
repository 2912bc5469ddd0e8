using System.Collections.Immutable;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Fleets;

/// <summary>
/// The cheapest instances that stand ready for a serving in each cloud.
/// <para>
/// Notation: clouds c with shares σ_c; candidates k of a cloud with rate u_k (requests per second of an instance) and price p_k;
/// peak demand D, headroom h, P95 demand Q, survival shares ζ (zone) and κ (cloud).
/// Choose one candidate k_c and a whole number n_c ≥ 1 of instances for each cloud, to minimise Σ p_k n_c, such that
/// u_k n_c ≥ σ_c (1 + h) D for each cloud; after the loss of any zone at least ζQ is left, after the loss of any cloud κQ.
/// </para>
/// <para>
/// Method: the cost of the first constraint alone bounds a combination from below. Combinations are tried in the order of that
/// bound until it exceeds the best cost found, so the result is the optimum of this problem. For each, counts are raised from their
/// lower bounds; what survives never falls as a count grows, so the last cloud's least count can be found by going up.
/// Ties: fewer instances, then the order of bounds, then offer ids.
/// </para>
/// </summary>
internal sealed class StandingFleetSolver(CapacityPlan plan, Serving serving, StandingDemand demand)
{
    private ImmutableArray<Placement> _best = [];
    private decimal _bestCost;

    /// <summary>The optimum, a placement per cloud in the plan's order; empty when no combination survives the losses that it must.</summary>
    /// <param name="candidates">Candidates per cloud of the plan, in its order; none empty.</param>
    public ImmutableArray<Placement> Solve(ImmutableArray<ImmutableArray<Candidate>> candidates)
    {
        var options = candidates
            .Select((candidates, cloud) => candidates.Select(candidate => LeastPlacement(candidate, cloud)).ToImmutableArray())
            .ToImmutableArray();

        (_best, _bestCost) = ([], decimal.MaxValue);
        foreach (var (combination, bound) in CheapestFirst.Combine(options, Cost))
        {
            if (bound > _bestCost)
            {
                break;
            }

            Raise(combination, 0);
        }

        return _best;
    }

    /// <summary>The fewest instances that carry a cloud's share of the peak with headroom.</summary>
    public Placement LeastPlacement(Candidate candidate, int cloud) =>
        Place(candidate, cloud, candidate.InstancesFor(demand.Peak * plan.Clouds[cloud].Share.Fraction * (1 + plan.Headroom.Fraction)));

    /// <summary>Price per hour of a placement.</summary>
    public static decimal Cost(Placement placement) => placement.Candidate.Price(Tier.OnDemand).Amount * placement.Instances;

    private Placement Place(Candidate candidate, int cloud, int instances)
    {
        var reserved = demand.Baseline is { } baseline
            ? Math.Min(instances, Candidate.CeilingOf(baseline * plan.Clouds[cloud].Share.Fraction / candidate.InstanceRate))
            : 0;
        return new Placement(candidate, reserved, instances - reserved);
    }

    private void Raise(ImmutableArray<Placement> fleet, int cloud)
    {
        var least = fleet[cloud];

        // Enough by itself whatever else is lost; more can never be needed.
        var most = least.Instances + Candidate.CeilingOf(demand.P95 / least.Candidate.InstanceRate) + least.Candidate.Offer.Zones.Length;
        for (var instances = least.Instances; instances <= most; instances++)
        {
            var raised = fleet.SetItem(cloud, Place(least.Candidate, cloud, instances));
            var cost = raised.Sum(Cost);
            if (cost > _bestCost)
            {
                return;
            }

            if (cloud < fleet.Length - 1)
            {
                Raise(raised, cloud + 1);
            }
            else if (Survivability.Holds(raised, demand.P95, serving.Survive))
            {
                Accept(raised, cost);
                return;
            }
        }
    }

    private void Accept(ImmutableArray<Placement> fleet, decimal cost)
    {
        if (cost < _bestCost || fleet.Sum(placement => placement.Instances) < _best.Sum(placement => placement.Instances))
        {
            (_best, _bestCost) = (fleet, cost);
        }
    }
}

/// <summary>Demand as the standing fleet sees it, in requests per second.</summary>
/// <param name="Peak">The planned peak minute.</param>
/// <param name="P95">The P95 minute, which losses are held against.</param>
/// <param name="Baseline">Demand that reservations carry; null when nothing is reserved.</param>
internal sealed record StandingDemand(double Peak, double P95, double? Baseline);
