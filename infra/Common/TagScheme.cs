using System.Collections.Immutable;
using System.Globalization;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Infra.Common;

/// <summary>
/// The one tag scheme. What several pools share is tagged <c>shared</c>; a key of the scheme wins over the plan's own extra tags.
/// </summary>
internal sealed class TagScheme
{
    public const string SharedValue = Team.Shared;

    private readonly CapacityPlan _plan;

    public TagScheme(CapacityPlan plan, string project, string stack)
    {
        _plan = plan;
        Shared = new TagSet(Renamed(plan.Tags.Extra).SetItems(Renamed(new Dictionary<string, string>
        {
            ["environment"] = plan.Environment.Name(),
            ["managed-by"] = $"pulumi/{project}/{stack}",
            ["team"] = SharedValue,
            ["owner"] = SharedValue,
            ["cost-center"] = SharedValue,
            ["serving"] = SharedValue,
            ["tier"] = SharedValue,
            ["auto-shutdown"] = "disabled",
        })));
    }

    /// <summary>Tags of what no single pool owns.</summary>
    public TagSet Shared { get; }

    /// <summary>The key of a tag as the organisation's resources carry it.</summary>
    public string KeyOf(string key) => _plan.Tags.NameOf(key);

    /// <summary>Mail addresses of who owns any of the pools; what teams share is everybody's.</summary>
    public ImmutableArray<string> Owners(IEnumerable<Pool> pools)
    {
        var teams = pools.Select(pool => pool.Team).ToHashSet();
        return [.. _plan.Teams.Where(team => teams.Contains(team.Name) || teams.Contains(Team.Shared)).Select(team => team.Owner).Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>Tags of a pool's resources.</summary>
    public TagSet Of(Pool pool) => new(Shared.Tags.SetItems(Renamed(new Dictionary<string, string>(Watched(pool))
    {
        ["team"] = pool.Team,
        ["owner"] = _plan.Teams.FirstOrDefault(team => team.Name == pool.Team)?.Owner ?? pool.Team,
        ["cost-center"] = pool.CostCenter,
        ["serving"] = pool.Serving,
        ["tier"] = pool.Tier.Name(),
        ["pool"] = pool.Id,
        ["auto-shutdown"] = pool.AutoShutdown ? "enabled" : "disabled",
    })));

    /// <summary>What the watchdog and people who read tags need to know of a pool that may be shut down.</summary>
    private Dictionary<string, string> Watched(Pool pool) => _plan.Shutdown is { } shutdown && pool.AutoShutdown
        ? new()
        {
            ["idle-minutes"] = ((int)Math.Ceiling(shutdown.Idle.TotalMinutes)).ToString(CultureInfo.InvariantCulture),
            ["schedule"] = pool.Window is null ? "always" : pool.Window == shutdown.OfficeHours ? "office-hours" : "window",
        }
        : [];

    /// <summary>The tags under the keys that the organisation gives them.</summary>
    private ImmutableDictionary<string, string> Renamed(IEnumerable<KeyValuePair<string, string>> tags) =>
        tags.ToImmutableDictionary(tag => _plan.Tags.NameOf(tag.Key), tag => tag.Value);
}
