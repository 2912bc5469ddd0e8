using System.Collections.Immutable;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Fleets;

/// <summary>
/// Says which of the decided instances reservations hold, where a reserved hour costs what an on-demand hour does, so that the optimum does
/// not depend on it. Each cloud's share of the baseline is reserved on the instances that serve cheapest, and no more, unless a loss
/// asks for it: two groups of a pool may have their odd instances in the same zone, which reserving whole rounds of zones avoids.
/// </summary>
internal static class ReserveSplit
{
    /// <summary>The placements with their reserved part.</summary>
    /// <param name="placements">Instances by offer, on demand but for those on held reservations.</param>
    /// <param name="baselines">What is to be reserved, and on which of them.</param>
    /// <param name="survives">Whether placements keep what is promised after every loss.</param>
    public static ImmutableArray<Placement> Of(
        ImmutableArray<Placement> placements, ImmutableArray<Baseline> baselines, Func<ImmutableArray<Placement>, bool> survives)
    {
        var split = placements;
        foreach (var baseline in baselines)
        {
            var left = baseline.RequestsPerSecond - baseline.On.Sum(placement => placement.Reserved * placement.Candidate.InstanceRate);
            foreach (var placement in baseline.On.Where(placement => placement.OnDemand > 0)
                .OrderBy(placement => placement.Candidate.Price(Tier.OnDemand).Amount / (decimal)placement.Candidate.InstanceRate)
                .ThenBy(placement => placement.Candidate.Offer.Id, StringComparer.Ordinal))
            {
                var made = placement.Candidate.Whole(Math.Clamp(Candidate.CeilingOf(left / placement.Candidate.InstanceRate), 0, placement.OnDemand));
                split = split.Replace(placement, Make(placement, made));
                left -= made * placement.Candidate.InstanceRate;
            }
        }

        // One pool's round is mostly enough; with every pool's, one group each, the optimum's own spread is reached.
        for (var index = 0; index < split.Length && !survives(split); index++)
        {
            var rounded = Enumerable.Range(index, split.Length - index).Select(at => Round(split, at)).FirstOrDefault(survives);
            split = rounded.IsDefault ? Round(split, index) : rounded;
        }

        return split;
    }

    /// <summary>The same with a pool's reserved part filled up to whole rounds of its zones.</summary>
    private static ImmutableArray<Placement> Round(ImmutableArray<Placement> split, int index)
    {
        var zones = split[index].Candidate.Offer.Zones.Length;
        var round = (split[index].Made + zones - 1) / zones * zones;
        return split.SetItem(index, Make(split[index], Math.Min(round - split[index].Made, split[index].OnDemand)));
    }

    private static Placement Make(Placement placement, int more) =>
        placement with { Reserved = placement.Reserved + more, OnDemand = placement.OnDemand - more };
}

/// <summary>Requests per second that reservations are to carry, and the placements that may.</summary>
internal sealed record Baseline(ImmutableArray<Placement> On, double RequestsPerSecond);
