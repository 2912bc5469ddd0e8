using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Sizing;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>An offer that can run a serving, with the replica that serves most per instance.</summary>
/// <param name="Offer">The offer.</param>
/// <param name="Sizing">One replica on it.</param>
internal sealed record Candidate(Offer Offer, ReplicaSizing Sizing)
{
    /// <summary>Replicas that fill the instance.</summary>
    public int ReplicasPerInstance { get; } = Offer.GpusPerInstance / Sizing.TensorParallel;

    /// <summary>Part of its paid hours that become work, above 0 up to 1: what interruptions of spot leave. Default: 1.</summary>
    public double Uptime { get; init; } = 1;

    /// <summary>Requests per second of one instance, interruptions counted in.</summary>
    public double InstanceRate => Sizing.RequestsPerSecond * ReplicasPerInstance * Uptime;

    /// <summary>Instances that serve a rate; at least one.</summary>
    public int InstancesFor(double requestsPerSecond) => Math.Max(1, CeilingOf(requestsPerSecond / InstanceRate));

    /// <summary>Whether it is sold in a tier.</summary>
    public bool HasPrice(Tier tier) => (tier == Tier.Spot ? Offer.MeanSpot : Offer.OnDemand) is not null;

    /// <summary>Price of one instance in a tier.</summary>
    public UsdPerHour Price(Tier tier) =>
        (tier == Tier.Spot ? Offer.MeanSpot : Offer.OnDemand)
        ?? throw new InvalidOperationException($"{Offer.Id} has no price for {tier}.");

    /// <summary>Rounds up, forgiving the last bits: 3 × (1/3) of an instance is one instance.</summary>
    public static int CeilingOf(double instances) => (int)Math.Ceiling(instances - 1e-9);
}
