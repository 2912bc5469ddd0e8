using System.Collections.Immutable;
using System.Globalization;
using GpuInfra.Infra.Settings;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Monitoring;

namespace GpuInfra.Infra.Common;

/// <summary>A monitor that the stack makes: its place, and where in its region's network it is.</summary>
/// <param name="Site">What its own programs know.</param>
/// <param name="Zone">Its zone.</param>
/// <param name="Outer">On AWS, the subnet of its address translation.</param>
/// <param name="Inner">On AWS, its own subnet.</param>
internal sealed record MonitorMachine(MonitorSite Site, string Zone, Cidr Outer, Cidr Inner)
{
    /// <summary>The largest prefix of a network of AWS with room for monitors: the smallest subnet there has 28 bits, and a monitor has two in one part of sixteen.</summary>
    public const int MostPrefixBits = 20;

    /// <summary>AWS keeps the first four addresses of a subnet.</summary>
    private const int AmazonHost = 10;

    /// <summary>Google Cloud gives addresses out from the beginning and keeps the last two: monitors are shortly before.</summary>
    private const int GoogleFromEnd = 16;

    /// <summary>What its number adds to a name.</summary>
    public string Suffix => $"monitor-{Site.Place.Number.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>The monitors of a fleet, in order.</summary>
    /// <param name="fleet">The fleet.</param>
    /// <param name="settings">The networks.</param>
    public static ImmutableArray<MonitorMachine> Of(FleetPlan fleet, StackSettings settings)
    {
        var places = MonitorPlace.Of(fleet).Select(place => (Place: place, Address: Address(place, settings))).ToImmutableArray();
        return
        [
            .. places.Select(one =>
            {
                var (outer, inner) = Subnets(one.Place, settings);
                var zones = Catalog.Embedded.Zones(one.Place.Cloud, one.Place.Region).ToImmutableArray();
                return new MonitorMachine(new MonitorSite(one.Place, one.Address, places.Remove(one)), zones[(one.Place.Number - 1) % zones.Length], outer, inner);
            }),
        ];
    }

    private static string Address(MonitorPlace place, StackSettings settings)
    {
        var network = NetworkOf(place, settings);
        return place.Cloud == CloudProvider.Aws ? Subnets(place, settings).Inner.Host(AmazonHost) : network.Host(network.Size - GoogleFromEnd + place.Number);
    }

    /// <summary>Two parts of the region's first sixteenth, which no zone has: their numbers begin with 1.</summary>
    private static (Cidr Outer, Cidr Inner) Subnets(MonitorPlace place, StackSettings settings)
    {
        var free = NetworkOf(place, settings).Subnet(0);
        return (free.Subnet(2 * (place.Number - 1)), free.Subnet((2 * (place.Number - 1)) + 1));
    }

    private static Cidr NetworkOf(MonitorPlace place, StackSettings settings) => Cidr.Parse(settings.NetworkOf(place.Cloud, place.Region)!);
}
