using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;

namespace GpuInfra.Planning.Monitoring;

/// <summary>How a cloud is asked for running machines of pools of one region.</summary>
internal abstract record Search
{
    /// <summary>The searches that find machines of pools of one region: one on AWS, one for each zone on Google Cloud, used or not: a changed demand changes none.</summary>
    public static ImmutableArray<Search> Of(FleetPlan fleet, ImmutableArray<Pool> pools)
    {
        var (cloud, region) = (pools[0].Cloud, pools[0].Region);
        var ids = pools.Select(pool => pool.Id).ToImmutableArray();
        var (environment, pool) = (fleet.Plan.Tags.NameOf("environment"), fleet.Plan.Tags.NameOf("pool"));
        var value = JsonText.Word(fleet.Plan.Environment);
        if (cloud == CloudProvider.Aws)
        {
            return [new Amazon(region, [($"tag:{environment}", [value]), ($"tag:{pool}", ids), ("instance-state-name", ["running"])])];
        }

        var project = fleet.Plan.Clouds.Single(one => one.Cloud == cloud).Account;
        var filter = $"(status = \"RUNNING\") AND (labels.{environment.ToLowerInvariant()} = \"{value}\") AND ({string.Join(" OR ", ids.Select(id => $"(labels.{pool.ToLowerInvariant()} = \"{id}\")"))})";
        return [.. Catalog.Embedded.Zones(cloud, region).Union(pools.SelectMany(one => one.Zones).Select(zone => zone.Zone)).Order(StringComparer.Ordinal).Select(zone => new Google(project, zone, filter))];
    }

    /// <summary>In a region of AWS.</summary>
    public sealed record Amazon(string Region, ImmutableArray<(string Name, ImmutableArray<string> Values)> Filters) : Search;

    /// <summary>In a zone of Google Cloud.</summary>
    public sealed record Google(string Project, string Zone, string Filter) : Search;
}
