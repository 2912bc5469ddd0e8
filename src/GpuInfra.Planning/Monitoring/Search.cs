using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Routes;

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
        if (cloud == CloudProvider.Aws)
        {
            return [new Amazon(region, [($"tag:{environment}", [JsonText.Word(fleet.Plan.Environment)]), ($"tag:{pool}", ids), Running])];
        }

        var filter = $"{RunningOf(fleet)} AND ({string.Join(" OR ", ids.Select(id => $"(labels.{pool.ToLowerInvariant()} = \"{id}\")"))})";
        return [.. Catalog.Embedded.Zones(cloud, region).Union(pools.SelectMany(one => one.Zones).Select(zone => zone.Zone)).Order(StringComparer.Ordinal).Select(zone => new Google(ProjectOf(fleet), zone, filter))];
    }

    /// <summary>The same for the routers of an entry. On Google Cloud all of the environment's machines are found, of which their names tell routers.</summary>
    public static ImmutableArray<Search> Of(FleetPlan fleet, RouterEntry entry)
    {
        if (entry.Cloud == CloudProvider.Aws)
        {
            return [new Amazon(entry.Region, [($"tag:{fleet.Plan.Tags.NameOf("managed-by")}", [$"pulumi/*/{fleet.Stack}"]), ("tag:Name", [entry.MachineName(fleet.Stack)]), Running])];
        }

        var filter = $"{RunningOf(fleet)} AND (labels.{fleet.Plan.Tags.NameOf("tier").ToLowerInvariant()} = \"{Team.Shared}\")";
        return [.. Catalog.Embedded.Zones(entry.Cloud, entry.Region).Order(StringComparer.Ordinal).Select(zone => new Google(ProjectOf(fleet), zone, filter))];
    }

    private static (string Name, ImmutableArray<string> Values) Running => ("instance-state-name", ["running"]);

    private static string RunningOf(FleetPlan fleet) =>
        $"(status = \"RUNNING\") AND (labels.{fleet.Plan.Tags.NameOf("environment").ToLowerInvariant()} = \"{JsonText.Word(fleet.Plan.Environment)}\")";

    private static string ProjectOf(FleetPlan fleet) => fleet.Plan.Clouds.Single(one => one.Cloud == CloudProvider.Gcp).Account;

    /// <summary>In a region of AWS.</summary>
    public sealed record Amazon(string Region, ImmutableArray<(string Name, ImmutableArray<string> Values)> Filters) : Search;

    /// <summary>In a zone of Google Cloud.</summary>
    public sealed record Google(string Project, string Zone, string Filter) : Search;
}
