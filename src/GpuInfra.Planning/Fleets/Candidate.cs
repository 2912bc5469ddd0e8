using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Sizing;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>An offer that can run a serving, with the replica that serves most per instance.</summary>
/// <param name="Offer">The offer.</param>
/// <param name="Sizing">One replica on it.</param>
/// <param name="Cut">The part of a GPU that the replica has; null where it has whole ones.</param>
internal sealed record Candidate(Offer Offer, ReplicaSizing Sizing, GpuCut? Cut = null)
{
    /// <summary>What it does for requests of each size, shortest first; empty where requests are not routed by size.</summary>
    public ImmutableArray<SizeRate> Sizes { get; init; } = [];

    /// <summary>What the optimiser calls it: the offer; with the split where an offer is offered in several.</summary>
    public string Id => Sizes.IsEmpty ? Offer.Id : FormattableString.Invariant($"{Offer.Id}/tp{Sizing.TensorParallel}{(Cut is null ? "" : $"/{Cut.PerGpu}x{Cut.Profile}")}");

    /// <summary>Instances that a replica spans: they are bought, placed and lost together.</summary>
    public int Nodes => Sizing.Span?.Nodes ?? 1;

    /// <summary>Replicas that fill the instance; 1 where a replica spans several.</summary>
    public int ReplicasPerInstance { get; } = Offer.GpusPerInstance / Sizing.TensorParallel * (Cut?.PerGpu ?? 1);

    /// <summary>Part of its paid hours that become work, above 0 up to 1: what interruptions of spot leave. Default: 1.</summary>
    public double Uptime { get; init; } = 1;

    /// <summary>Requests per second of one instance, interruptions counted in; of a replica that spans several, an instance's part.</summary>
    public double InstanceRate => Sizing.RequestsPerSecond * ReplicasPerInstance * Uptime / Nodes;

    /// <summary>
    /// Requests per second for what the optimiser counts of it: so that a demand over this takes the instances for all of the demand that it can serve.
    /// </summary>
    public double CountedRate => Sizes.IsEmpty ? InstanceRate : InstanceRate / Sizes.Where(size => size.Sizing is not null).Sum(size => size.Size.Share.Fraction);

    /// <summary>The same where its placement is sent parts of each size's requests: at the rate that it has with that mix.</summary>
    public Candidate Routed(ImmutableArray<double> parts)
    {
        ImmutableArray<SizeRate> sizes = [.. Sizes.Zip(parts, (size, part) => size with { Routed = Share.FromFraction(part) })];
        return this with { Sizes = sizes, Sizing = SizeRate.Combine(sizes, size => size.Size.Share.Fraction * size.Routed.Fraction) };
    }

    /// <summary>Requests per second of all those of a rate that its placement is sent.</summary>
    public double RoutedOf(double requestsPerSecond) => requestsPerSecond * Sizes.Sum(size => size.Size.Share.Fraction * size.Routed.Fraction);

    /// <summary>Mean input and output tokens of the requests that it is sent.</summary>
    public (double Input, double Output) TokensOf(Demands.Demand demand)
    {
        var routed = Sizes.Sum(size => size.Size.Share.Fraction * size.Routed.Fraction);
        return routed == 0
            ? (demand.InputTokens, demand.OutputTokens)
            : (Sizes.Sum(size => size.Size.Share.Fraction * size.Routed.Fraction * size.Size.InputTokens) / routed,
                Sizes.Sum(size => size.Size.Share.Fraction * size.Routed.Fraction * size.Size.OutputTokens) / routed);
    }

    /// <summary>Instances that serve a rate: whole replicas, at least one.</summary>
    public int InstancesFor(double requestsPerSecond) => Math.Max(Nodes, Whole(CeilingOf(requestsPerSecond / InstanceRate)));

    /// <summary>So many instances, and as many more as make replicas whole.</summary>
    public int Whole(int instances) => (instances + Nodes - 1) / Nodes * Nodes;

    /// <summary>Whether it is sold in a tier.</summary>
    public bool HasPrice(Tier tier) => (tier == Tier.Spot ? Offer.MeanSpot : Offer.OnDemand) is not null;

    /// <summary>Price of one instance in a tier.</summary>
    public UsdPerHour Price(Tier tier) =>
        (tier == Tier.Spot ? Offer.MeanSpot : Offer.OnDemand)
        ?? throw new InvalidOperationException($"{Offer.Id} has no price for {tier}.");

    /// <summary>Rounds up, forgiving the last bits: 3 × (1/3) of an instance is one instance.</summary>
    public static int CeilingOf(double instances) => (int)Math.Ceiling(instances - 1e-9);
}
