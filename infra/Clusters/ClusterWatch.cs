using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Monitoring;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Infra.Clusters;

/// <summary>What monitors of a region's cluster watch for.</summary>
/// <param name="Plan">What the plan says of monitoring.</param>
/// <param name="Rules">The fleet's alerts; where a cloud's own store evaluates them, what is recorded before it is sent there.</param>
/// <param name="Figures">The region's part of the plan's figures; none where a store has them.</param>
internal sealed record ClusterWatch(MonitoringPlan Plan, AlertRules Rules, ImmutableArray<PlanSeries> Figures)
{
    /// <summary>The names of what is sent to the cloud's own store, which evaluates and tells; null where monitors in the cluster do that.</summary>
    public string? Sent { get; private init; }

    /// <summary>What is watched in a region; null where nothing is, or not by monitors in clusters.</summary>
    public static ClusterWatch? Of(FleetPlan fleet, CloudProvider cloud, string region) => fleet.Plan is not { Platform: Platform.Kubernetes, Monitoring: { } plan } ? null : plan.Mode switch
    {
        MonitoringMode.Create => new(plan, AlertRules.Of(fleet, Catalog.Embedded), RegionSeries.Of(fleet, Catalog.Embedded, cloud, region)),
        MonitoringMode.Managed when AlertRules.Of(fleet, Catalog.Embedded, cloud, region) is var rules => new(plan, rules.AtSender, []) { Sent = SentSeries.Names(rules) },
        _ => null,
    };
}
