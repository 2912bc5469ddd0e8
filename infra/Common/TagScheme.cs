using System.Collections.Immutable;
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

    /// <summary>Tags of a pool's resources.</summary>
    public TagSet Of(Pool pool) => new(Shared.Tags.SetItems(Renamed(new Dictionary<string, string>
    {
        ["team"] = pool.Team,
        ["owner"] = _plan.Teams.FirstOrDefault(team => team.Name == pool.Team)?.Owner ?? pool.Team,
        ["cost-center"] = pool.CostCenter,
        ["serving"] = pool.Serving,
        ["tier"] = pool.Tier.Name(),
        ["pool"] = pool.Id,
        ["auto-shutdown"] = pool.AutoShutdown ? "enabled" : "disabled",
    })));

    /// <summary>The tags under the keys that the organisation gives them.</summary>
    private ImmutableDictionary<string, string> Renamed(IEnumerable<KeyValuePair<string, string>> tags) =>
        tags.ToImmutableDictionary(tag => _plan.Tags.NameOf(tag.Key), tag => tag.Value);
}
