using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Monitoring;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Infra.Clusters;

/// <summary>What monitors of a region's cluster watch for.</summary>
/// <param name="Plan">What the plan says of monitoring.</param>
/// <param name="Rules">The fleet's alerts.</param>
/// <param name="Figures">The region's part of the plan's figures.</param>
internal sealed record ClusterWatch(MonitoringPlan Plan, AlertRules Rules, ImmutableArray<PlanSeries> Figures)
{
    /// <summary>What is watched in a region; null where nothing is, or not by monitors in clusters.</summary>
    public static ClusterWatch? Of(FleetPlan fleet, CloudProvider cloud, string region) => fleet.Plan is { Platform: Platform.Kubernetes, Monitoring: { Mode: MonitoringMode.Create } plan }
        ? new(plan, AlertRules.Of(fleet, Catalog.Embedded), RegionSeries.Of(fleet, Catalog.Embedded, cloud, region))
        : null;
}
