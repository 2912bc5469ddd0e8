using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Routes;

namespace GpuInfra.Infra.Common;

/// <summary>A file in a region's bucket that routers read.</summary>
/// <param name="Name">The last part of its resource's name.</param>
/// <param name="Key">Where it is in the bucket.</param>
/// <param name="Content">Its text.</param>
internal sealed record RouterFile(string Name, string Key, string Content)
{
    /// <summary>SHA-256 of the text.</summary>
    public string Sum { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Content)));
}

/// <summary>
/// What routers run: a script that their templates hold, the configuration and the agent, which it fetches by their sums, and the figures of each
/// serving. A changed sum changes the template, which renews the machines one after the other; changed figures are read while they run.
/// </summary>
internal static class RouterSource
{
    /// <summary>What every file's path begins with; routers may read nothing else of the bucket.</summary>
    public const string Root = "router";

    private const string Script = "router/boot.sh", BridgeScript = "router/bridge.sh", CanaryScript = "router/canary-unit.sh";

    /// <summary>What must be there before a machine starts: its configuration and programs.</summary>
    public static ImmutableArray<RouterFile> Files(RegionFleet region, RouterEntry entry) =>
        [Config(entry), Agent(region), .. Canary(entry) is { } canary ? [canary] : Array.Empty<RouterFile>(), .. Bridge(entry)];

    /// <summary>Where the agent begins to do things.</summary>
    private const string Main = "\n\nif __name__ == ";

    /// <summary>The router's configuration.</summary>
    public static RouterFile Config(RouterEntry entry) => Summed("config", HaproxyConfig.Of(entry, RouterSite.Deployed), "haproxy.cfg");

    /// <summary>What tells the router which machines run; where replicas span machines with what tells their heads from the others.</summary>
    public static RouterFile Agent(RegionFleet region)
    {
        var text = EmbeddedText.Read("router/agent.py");
        if (region.Spans)
        {
            var pools = region.Pools.Select(plan => plan.Pool).Where(pool => pool.NodesPerReplica > 1)
                .ToDictionary(pool => Value(region, pool.Id), pool => $"{ReplicaSource.Folder}/{pool.Id}", StringComparer.Ordinal);
            var spans = $"SPANS = {JsonSerializer.Serialize(new SortedDictionary<string, string>(pools, StringComparer.Ordinal))}\nAmazon, Google = seeing_heads(Amazon, SPANS), seeing_heads(Google, SPANS)\n";
            text = text.Replace(Main, $"\n\n{EmbeddedText.Read("router/heads.py")}\n\n{spans}{Main}", StringComparison.Ordinal);
        }

        return Summed("agent", text, "agent.py");
    }

    /// <summary>The bridge's program and configuration; none where the entry has no bridge.</summary>
    public static ImmutableArray<RouterFile> Bridge(RouterEntry entry) =>
        [.. BridgeSource.Files(entry, RouterSite.Deployed).Select(file => Summed($"bridge-{Path.GetFileNameWithoutExtension(file.Key)}", file.Value, file.Key))];

    /// <summary>What stops canaries; null where none stops by itself.</summary>
    public static RouterFile? Canary(RouterEntry entry) => Stopping(entry) is [] ? null : Summed("canary", EmbeddedText.Read("router/canary.py"), "canary.py");

    /// <summary>Servings whose canary stops by itself, with the canary.</summary>
    public static ImmutableArray<(string Serving, string Canary)> Stopping(RouterEntry? entry) =>
        entry is null ? [] : [.. entry.Table.Routes.Where(route => route.Wish.Canary is { Stops: true }).Select(route => (route.Serving.Name, route.Wish.Canary!.To))];

    /// <summary>The figures of a serving, which change with its machines and are its own.</summary>
    public static RouterFile Figures(RegionFleet region, RouterEntry entry, Route route) => new(
        route.Serving.Name,
        $"{Root}/servings/{route.Serving.Name}",
        ServingTargets.Of(entry, route, region.Pools.Select(plan => plan.Pool), id => Value(region, id)));

    /// <summary>The script that a machine runs when it starts. It holds names of secrets and no secret.</summary>
    /// <param name="region">The region.</param>
    /// <param name="entry">Its entry.</param>
    /// <param name="bucket">The region's bucket.</param>
    public static string Boot(RegionFleet region, RouterEntry entry, string bucket)
    {
        var (config, agent, canary, site) = (Config(entry), Agent(region), Canary(entry), RouterSite.Deployed);
        return CpuMachine.Script(
        [
            ("CLOUD", region.Cloud.Name()),
            ("REGION", region.Region),
            ("BUCKET", bucket),
            ("CONFIG_KEY", config.Key),
            ("CONFIG_SHA256", config.Sum),
            ("AGENT_KEY", agent.Key),
            ("AGENT_SHA256", agent.Sum),
            ("SERVINGS", string.Join(' ', entry.Table.Routes.Select(route => route.Serving.Name))),
            ("TEAMS", string.Join(' ', entry.Table.Router.Keys.Select(key => $"{key.Team}={key.Secret}"))),
            ("API_SECRETS", string.Join(' ', entry.ApiSecrets)),
            ("CERTIFICATE", entry.Table.Router.Certificate ?? ""),
            ("FOLDER", site.Folder),
            ("SOCKET", site.Socket),
            ("FIRST_PORT", EnginePorts.First.ToString(CultureInfo.InvariantCulture)),
            ("DRAIN_SECONDS", entry.Drain.TotalSeconds.ToString("F0", CultureInfo.InvariantCulture)),
            ("TAG_KEY", Key(region, "managed-by")),
            ("TAG_VALUE", Value(region, region.Tags.Shared.Tags[region.Tags.KeyOf("managed-by")])),
            ("POOL_KEY", Key(region, "pool")),
            .. canary is null ? [] : new[] { ("CANARY_KEY", canary.Key), ("CANARY_SHA256", canary.Sum), ("CANARIES", string.Join(' ', Stopping(entry).Select(one => one.Serving))) },
            .. entry.HasBridge ? [("BRIDGE_FILES", string.Join(' ', Bridge(entry).Select(file => $"{file.Key}={file.Sum}")))] : Array.Empty<(string, string)>(),
        ], [.. canary is null ? [] : new[] { CanaryScript }, Script, .. entry.HasBridge ? [BridgeScript] : Array.Empty<string>()]);
    }

    private static RouterFile Summed(string name, string content, string file)
    {
        var draft = new RouterFile(name, "", content);
        return draft with { Key = $"{Root}/{draft.Sum[..16]}/{file}" };
    }

    private static string Key(RegionFleet region, string key) =>
        region.Cloud == CloudProvider.Gcp ? TagSet.Key(region.Tags.KeyOf(key)) : region.Tags.KeyOf(key);

    private static string Value(RegionFleet region, string value) => region.Cloud == CloudProvider.Gcp ? TagSet.Label(value) : value;
}
