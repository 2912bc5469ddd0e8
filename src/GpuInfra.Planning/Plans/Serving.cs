using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans;

/// <summary>A model at a precision and latency class that workloads share. Replicas exist per serving.</summary>
public sealed record Serving
{
    /// <summary>Machines of a replica at most.</summary>
    public const int LargestSpan = 4;

    /// <summary>Lower-case letters, digits and hyphens, at most 20 characters: it begins every pool's and resource's name.</summary>
    public required string Name { get; init; }

    /// <summary>What it is for.</summary>
    public required ServingKind Kind { get; init; }

    /// <summary>The model, from the catalog or the plan.</summary>
    public required Model Model { get; init; }

    /// <summary>Where the weights of the plan's own model come from; null for models of the catalog.</summary>
    public WeightsSource? Weights { get; init; }

    /// <summary>
    /// The weights' precision; the model's native one unless the plan names another. Where the plan leaves the choice, it is the first of
    /// <see cref="Artefacts"/> until the fleet is planned.
    /// </summary>
    public required Precision Precision { get; init; }

    /// <summary>Whether the precision is chosen among <see cref="Artefacts"/> when the fleet is planned.</summary>
    public bool ChoosesPrecision { get; init; }

    /// <summary>Weights of the model in other precisions that somebody has approved, each precision once, in the enumeration's order.</summary>
    public ImmutableArray<ApprovedArtefact> Artefacts { get; init; } = [];

    /// <summary>The key-value cache's precision. Default: null, which is vLLM's default: 16 bits, unless the checkpoint asks for 8.</summary>
    public CachePrecision? CachePrecision { get; init; }

    /// <summary>The longest input plus output that a request may have, in tokens.</summary>
    public required int MaxContextTokens { get; init; }

    /// <summary>Latency promised; null for kinds that promise none.</summary>
    public required LatencyTarget? Latency { get; init; }

    /// <summary>What must survive a loss.</summary>
    public required Survival Survive { get; init; }

    /// <summary>Its own capacity above its planned peak, 0 to 400 %. Default: null, the plan's.</summary>
    public Share? Headroom { get; init; }

    /// <summary>Replicas at least, for its availability, 1 to 10,000. Default: null, as many as the demand needs.</summary>
    public int? FewestReplicas { get; init; }

    /// <summary>
    /// Machines that one of its replicas may span where one machine does not hold the model, 1 to <see cref="LargestSpan"/>. Default: null, one. A
    /// replica is lost with any of its machines.
    /// </summary>
    public int? MaxNodesPerReplica { get; init; }

    /// <summary>The same as a number.</summary>
    internal int MostNodes => MaxNodesPerReplica ?? 1;

    /// <summary>Where its data may be processed and kept.</summary>
    public Residency Residency { get; init; } = Residency.Anywhere;

    /// <summary>What spares its replicas work. Default: nothing.</summary>
    public ServingTechniques Techniques { get; init; } = ServingTechniques.None;

    /// <summary>How fast its replicas were measured to be; null where nothing was, and they are taken to be as fast as predicted.</summary>
    public MeasuredSpeeds? Measured { get; init; }

    /// <summary>How soon its new replicas must answer; null where the plan does not say.</summary>
    public ColdStartWish? ColdStart { get; init; }

    /// <summary>How its on-demand pools follow load; null where they stand at the planned size.</summary>
    public Scaling? Scaling { get; init; }

    /// <summary>The jobs that it takes from a queue; null where its pools run in their window, whatever there is to do.</summary>
    public JobQueue? Queue { get; init; }

    /// <summary>How its jobs train; null where it serves.</summary>
    public FineTuning? FineTuning { get; init; }

    /// <summary>How it is told whether its answers are good enough; null where nobody looks.</summary>
    public QualityCheck? Quality { get; init; }

    /// <summary>What becomes of its machines that are broken; null where people are told, and nothing more.</summary>
    public MachineHealth? Health { get; init; }

    /// <summary>What a month below its promised availability costs; null where the plan does not say.</summary>
    public ServicePenalty? Penalty { get; init; }

    /// <summary>Whether several of its replicas may share a GPU. Default: no.</summary>
    public GpuSharing Sharing { get; init; } = GpuSharing.None;

    /// <summary>The release of vLLM that the stack's image holds, as <c>0.19.0</c>; null where the plan does not say.</summary>
    public string? EngineVersion { get; init; }

    /// <summary>LoRA adapters beside the model; null when there are none.</summary>
    public LoraAdapters? Adapters { get; init; }

    /// <summary>What it was called before; null when it always had its name. It stays in the plan as long as the serving does.</summary>
    public string? RenamedFrom { get; init; }

    /// <summary>Where the plan describes it.</summary>
    public PlanLocation Location { get; init; } = PlanLocation.Unknown;
}

/// <summary>What a serving is for.</summary>
public enum ServingKind
{
    /// <summary>People wait for the answer.</summary>
    Online,

    /// <summary>Work with a deadline in hours.</summary>
    Batch,

    /// <summary>Texts to vectors, in bulk.</summary>
    Embedding,

    /// <summary>Adapting a model.</summary>
    FineTuning,

    /// <summary>Making a model.</summary>
    Training,

    /// <summary>Trying things out.</summary>
    Experimentation,
}

/// <summary>Latency promised to a share of requests.</summary>
/// <param name="TimeToFirstToken">From arrival to the first output token (TTFT).</param>
/// <param name="TimePerOutputToken">Between further output tokens (TPOT).</param>
/// <param name="Percentile">The share of requests it holds for, 50 to 99. Default: 95.</param>
public sealed record LatencyTarget(TimeSpan TimeToFirstToken, TimeSpan TimePerOutputToken, int Percentile)
{
    /// <summary>The share of requests that a latency holds for when the plan does not say.</summary>
    public const int DefaultPercentile = 95;
}
