using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Monitoring;

/// <summary>Where a monitor stands that the stack makes.</summary>
/// <param name="Number">1 or 2; in a region its zone goes by it, so that two of one region are in two zones.</param>
/// <param name="Cloud">The cloud.</param>
/// <param name="Region">The region: the first of the cloud's, as the plan has them, that holds a pool. A changed demand seldom moves it.</param>
public sealed record MonitorPlace(int Number, CloudProvider Cloud, string Region)
{
    /// <summary>There are two, so that each has another that watches it.</summary>
    public const int Monitors = 2;

    /// <summary>The places: one in each cloud where the fleet has two, both in one region where it has one. Empty where the stack makes no monitors.</summary>
    /// <param name="fleet">The fleet.</param>
    public static ImmutableArray<MonitorPlace> Of(FleetPlan fleet)
    {
        if (fleet.Plan.Monitoring?.Mode != MonitoringMode.Create || fleet.Plan.Platform == Platform.Kubernetes)
        {
            return [];
        }

        var used = fleet.Provisioned.Select(pool => (pool.Cloud, pool.Region)).ToHashSet();
        var homes = fleet.Plan.Clouds
            .Select(cloud => (cloud.Cloud, Region: cloud.Regions.FirstOrDefault(region => used.Contains((cloud.Cloud, region)))))
            .Where(home => home.Region is not null).OrderBy(home => home.Cloud).ToImmutableArray();
        return homes.IsEmpty ? [] : [.. Enumerable.Range(0, Monitors).Select(i => new MonitorPlace(i + 1, homes[i % homes.Length].Cloud, homes[i % homes.Length].Region!))];
    }
}

/// <summary>A monitor that the stack makes, as its own programs see it.</summary>
/// <param name="Place">Where it stands.</param>
/// <param name="Address">Its private address.</param>
/// <param name="Others">The others, which it watches.</param>
public sealed record MonitorSite(MonitorPlace Place, string Address, ImmutableArray<(MonitorPlace Place, string Address)> Others)
{
    /// <summary>All of them, in order.</summary>
    public IEnumerable<string> Addresses => Others.Append((Place, Address)).OrderBy(one => one.Place.Number).Select(one => one.Address);

    /// <summary>Those of another cloud, where it can ask for no machines: it reads what they have read.</summary>
    public IEnumerable<(CloudProvider Cloud, string Address)> Abroad => Others.Where(other => other.Place.Cloud != Place.Cloud).Select(other => (other.Place.Cloud, other.Address));
}
