using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>How a pool's capacity is bought.</summary>
public enum Tier
{
    /// <summary>Held by a reservation and always on.</summary>
    Reserved,

    /// <summary>Bought by the hour.</summary>
    OnDemand,

    /// <summary>Cheap and interruptible, with a ladder of instance types to fall back on.</summary>
    Spot,

    /// <summary>Outside the clouds: machines that the ledger lists, of a fixed number, and that nothing here starts.</summary>
    External,
}

/// <summary>Replicas of one serving on one offer in one tier: what becomes an instance group, unless it is external.</summary>
public sealed record Pool
{
    /// <summary><c>serving-cloud-region-tier-gpu</c>: no count and no instance type, so that resizing a pool renames nothing.</summary>
    public required string Id { get; init; }

    /// <summary>The id it had under its serving's earlier name; null when that was never renamed.</summary>
    public string? RenamedFrom { get; init; }

    /// <summary>True for a pool on its way out: it keeps its machines, and none of the planned demand counts on them.</summary>
    public bool IsDraining { get; init; }

    /// <summary>True for machines outside the clouds: they get requests and are in the cost, and nothing is registered for them.</summary>
    public bool IsExternal => Tier == Tier.External;

    /// <summary>What an incident changes about it; null in ordinary times, and for a pool that it does not touch.</summary>
    public PoolIncident? Incident { get; init; }

    /// <summary>The serving it answers for.</summary>
    public required string Serving { get; init; }

    /// <summary>How it is bought.</summary>
    public required Tier Tier { get; init; }

    /// <summary>The cloud it is on.</summary>
    public required CloudProvider Cloud { get; init; }

    /// <summary>The region it is in.</summary>
    public required string Region { get; init; }

    /// <summary>
    /// Zones it may use, ordered by name, with the instances planned in each. A reserved pool holds exactly these;
    /// the other tiers spread by themselves and the figures are what an even spread gives.
    /// </summary>
    public required ImmutableArray<PoolZone> Zones { get; init; }

    /// <summary>The instance type; for spot, the first rung of the ladder.</summary>
    public required string InstanceType { get; init; }

    /// <summary>The GPU, by catalog id.</summary>
    public required string Gpu { get; init; }

    /// <summary>GPUs in one instance.</summary>
    public required int GpusPerInstance { get; init; }

    /// <summary>True when the machine type does not bring the GPU, so that it must be asked for (Google's N1).</summary>
    public required bool AttachedGpu { get; init; }

    /// <summary>The machine type to start: the instance type without the GPUs attached to it.</summary>
    public string MachineType => InstanceType.Split('+')[0];

    /// <summary>Local disk of one instance; zero when there is none.</summary>
    public required ByteSize LocalNvme { get; init; }

    /// <summary>How the engine runs a replica.</summary>
    public required EngineSettings Engine { get; init; }

    /// <summary>Replicas on one instance, at least 1; 1 where a replica spans several.</summary>
    public required int ReplicasPerInstance { get; init; }

    /// <summary>
    /// Instances that one replica spans, all in one zone; 1 where it has room on one. Group sizes are then multiples of it, and its pipeline
    /// stages are cut so that none leaves an instance.
    /// </summary>
    public int NodesPerReplica { get; init; } = 1;

    /// <summary>Whole replicas that some of its instances make.</summary>
    public int ReplicasOf(int instances) => instances / NodesPerReplica * ReplicasPerInstance;

    /// <summary>What one replica can serve of its serving's mix of requests.</summary>
    public required ReplicaCapacity ReplicaCapacity { get; init; }

    /// <summary>What it does for requests of each size, shortest first; empty where requests are not routed by size.</summary>
    public ImmutableArray<PoolSize> Sizes { get; init; } = [];

    /// <summary>Latency expected at the planned load; null for embeddings.</summary>
    public ExpectedLatency? Latency { get; init; }

    /// <summary>Replicas at the desired size.</summary>
    public required int Replicas { get; init; }

    /// <summary>Part of its paid hours that become work: what interruptions of spot leave. Default: all.</summary>
    public Share Uptime { get; init; } = Share.All;

    /// <summary>Requests per second that all its replicas serve together, interruptions counted in.</summary>
    public double RequestsPerSecond => Replicas * ReplicaCapacity.RequestsPerSecond * Uptime.Fraction;

    /// <summary>Instance types in the order they are tried; one rung outside spot. Every rung holds the replica at no less speed.</summary>
    public required ImmutableArray<LadderRung> Ladder { get; init; }

    /// <summary>Group sizes in instances of the first rung.</summary>
    public required InstanceCounts Instances { get; init; }

    /// <summary>The hours it runs; null when it always runs. Outside them its group is scaled to zero.</summary>
    public required RunWindow? Window { get; init; }

    /// <summary>Hours it runs in an average month.</summary>
    public decimal HoursPerMonth => Window?.HoursPerMonth ?? UsdPerHour.HoursPerMonth;

    /// <summary>True when an idle machine of it may be stopped.</summary>
    public required bool AutoShutdown { get; init; }

    /// <summary>The team it is booked on; <c>shared</c> when several teams use its serving, <c>unowned</c> when none does.</summary>
    public required string Team { get; init; }

    /// <summary>The cost centre it is booked on, by the same rule.</summary>
    public required string CostCenter { get; init; }

    /// <summary>Held commitments that cover some of its machines, in the order they are used; they are in its price.</summary>
    public ImmutableArray<CommitmentUse> Commitments { get; init; } = [];

    /// <summary>Held reservations that some of its machines run on, ordered by zone and id; a reserved pool's others need reservations that are made.</summary>
    public ImmutableArray<HeldUse> Held { get; init; } = [];

    /// <summary>The pool without its machines in places that are lost already: what carries requests.</summary>
    public Pool Carrying()
    {
        if (Incident is not { Lost.IsEmpty: false } incident)
        {
            return this;
        }

        ImmutableArray<PoolZone> zones = [.. Zones.Where(zone => !incident.Lost.Contains(zone.Zone))];
        var instances = zones.Sum(zone => zone.Instances);
        return this with
        {
            Zones = zones,
            Instances = new InstanceCounts(Math.Min(Instances.Min, instances), instances, instances),
            Held = [.. Held.Where(use => !incident.Lost.Contains(use.Zone))],
            Incident = incident with { Lost = [] },
        };
    }

    /// <summary>Machines of a reserved pool in a zone for which a reservation is made.</summary>
    public int MadeIn(PoolZone zone) => zone.Instances - Held.Where(use => use.Zone == zone.Zone).Sum(use => use.Instances);

    /// <summary>Price of the pool while it runs at the desired size.</summary>
    public required UsdPerHour Hourly { get; init; }

    /// <summary>Price of the pool in an average month, for the hours it runs.</summary>
    public required Usd Monthly { get; init; }
}

/// <summary>What a held commitment does for a pool.</summary>
/// <param name="Commitment">The commitment's name in the plan.</param>
/// <param name="Instances">Machines of the pool that it covers, at least 1.</param>
/// <param name="Saving">What it takes off the price of each; negative where prices have fallen below it since.</param>
public sealed record CommitmentUse(string Commitment, int Instances, UsdPerHour Saving);

/// <summary>What an incident changes about a pool.</summary>
/// <param name="Normally">Its machines without the incident; 0 for a pool that there is for it only.</param>
/// <param name="Lost">Its zones that are lost: machines there are kept and carry nothing.</param>
public sealed record PoolIncident(int Normally, ImmutableArray<string> Lost);

/// <summary>Instances of a pool in a zone.</summary>
public sealed record PoolZone(string Zone, int Instances);

/// <summary>One instance type of a ladder.</summary>
/// <param name="InstanceType">The instance type.</param>
/// <param name="ReplicasPerInstance">Replicas that one instance of it holds: its weight in the group.</param>
public sealed record LadderRung(string InstanceType, int ReplicasPerInstance);

/// <summary>Sizes of an instance group, in instances: 0 ≤ min ≤ desired ≤ max.</summary>
public sealed record InstanceCounts(int Min, int Desired, int Max);

/// <summary>What one replica can serve of its serving's mix of requests.</summary>
/// <param name="RequestsPerSecond">Requests per second.</param>
/// <param name="Prefill">Input tokens.</param>
/// <param name="Decode">Output tokens.</param>
public sealed record ReplicaCapacity(double RequestsPerSecond, TokenRate Prefill, TokenRate Decode);

/// <summary>What a pool does for requests of one size.</summary>
/// <param name="From">Input tokens of the shortest.</param>
/// <param name="Below">Input tokens that all stay below; null for the longest.</param>
/// <param name="OfRequests">Share of the serving's requests that are of this size.</param>
/// <param name="Routed">The part of those that the pool is sent in the planned peak; over all pools of the serving they add up to 100 %.</param>
/// <param name="RequestsPerSecond">What one replica serves of this size alone; 0 where it takes none.</param>
public sealed record PoolSize(int From, int? Below, Share OfRequests, Share Routed, double RequestsPerSecond);

/// <summary>How the serving engine runs a replica; what sizing assumed and the deployment must do.</summary>
public sealed record EngineSettings
{
    /// <summary>The model's catalog id; also the name that clients ask for.</summary>
    public required string Model { get; init; }

    /// <summary>The weights' precision.</summary>
    public required Precision Precision { get; init; }

    /// <summary>The key-value cache's precision; null for the engine's default.</summary>
    public CachePrecision? CachePrecision { get; init; }

    /// <summary>Generation or embedding.</summary>
    public required ModelTask Task { get; init; }

    /// <summary>GPUs that each layer is split over.</summary>
    public required int TensorParallel { get; init; }

    /// <summary>Groups of layers on further GPUs.</summary>
    public required int PipelineParallel { get; init; }

    /// <summary>The longest input plus output, in tokens.</summary>
    public required int MaxContextTokens { get; init; }

    /// <summary>Sequences decoded together, at most.</summary>
    public required int MaxConcurrency { get; init; }

    /// <summary>Share of a GPU's memory, or of its MIG instance's, that the engine may use.</summary>
    public required Share MemoryUtilization { get; init; }

    /// <summary>The part of a GPU that a replica has; null where it has whole ones.</summary>
    public GpuCut? Cut { get; init; }

    /// <summary>LoRA adapters beside the model; null when there are none.</summary>
    public LoraAdapters? Adapters { get; init; }
}
