using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Fleets;

/// <summary>A region that stands by, and those that it stands by for.</summary>
/// <param name="Cloud">The cloud.</param>
/// <param name="Recovery">What the plan asks for.</param>
/// <param name="Sources">Regions with pools, ordered, whose data is copied to it.</param>
public sealed record StandbyRegion(CloudProvider Cloud, DisasterRecovery Recovery, ImmutableArray<string> Sources)
{
    /// <summary>The region.</summary>
    public string Region => Recovery.Region;

    /// <summary>A fleet's, ordered by cloud: one for each cloud that has pools and asks for it.</summary>
    public static ImmutableArray<StandbyRegion> Of(FleetPlan fleet) =>
    [
        .. fleet.Plan.Clouds.Where(cloud => cloud.Recovery is not null)
            .Select(cloud => new StandbyRegion(
                cloud.Cloud,
                cloud.Recovery!,
                [.. fleet.Provisioned.Where(pool => pool.Cloud == cloud.Cloud && pool.Region != cloud.Recovery!.Region).Select(pool => pool.Region).Distinct().Order(StringComparer.Ordinal)]))
            .Where(standby => !standby.Sources.IsEmpty),
    ];

    /// <summary>Every region in which a fleet has pools or data, ordered by cloud and name.</summary>
    public static ImmutableArray<(CloudProvider Cloud, string Region)> Places(FleetPlan fleet) =>
    [
        .. fleet.Provisioned.Select(pool => (pool.Cloud, pool.Region)).Concat(Of(fleet).Select(standby => (standby.Cloud, standby.Region))).Distinct()
            .OrderBy(place => place.Cloud).ThenBy(place => place.Region, StringComparer.Ordinal),
    ];
}
