using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Routes;

/// <summary>The way in of a region: two machines with a router, which sends to the region's own pools and knows other regions by name only.</summary>
/// <param name="Table">Where requests go.</param>
/// <param name="Cloud">The cloud.</param>
/// <param name="Region">The region.</param>
public sealed record RouterEntry(RoutingTable Table, CloudProvider Cloud, string Region)
{
    /// <summary>Machines of an entry: one may fail.</summary>
    public const int Machines = 2;

    /// <summary>Replicas of a serving and rank that an entry can send to at once: a number of its own, so that a changed demand changes no router.</summary>
    public const int Slots = 256;

    /// <summary>Ranks that are told apart, of which the last is for pools on their way out; what a strategy ranks lower shares the one before.</summary>
    public const int Ranks = 4;

    /// <summary>Where a router answers health checks and tells its figures.</summary>
    public const int HealthPort = 8404;

    /// <summary>Where a router takes back what the bridge has had, on its own machine's loopback.</summary>
    public const int LoopPort = 8405;

    /// <summary>Where the bridge listens, on the loopback too.</summary>
    public const int BridgePort = 8406;

    /// <summary>Where a router tells the bridge's figures, at <see cref="HealthPort"/>.</summary>
    public const string BridgeFigures = "/bridge";

    /// <summary>Of its own figures, those that monitors read.</summary>
    public const string FiguresScope = "backend";

    /// <summary>Where a router listens: HTTPS with a certificate, HTTP without.</summary>
    public int Port => Table.Router.Certificate is null ? 80 : 443;

    /// <summary>Its name in the private DNS zone.</summary>
    public string Name => NameOf(Cloud, Region);

    /// <summary>True where APIs can be reached. The network that the program makes on AWS has no way out.</summary>
    public bool HasWayOut { get; init; }

    /// <summary>The plan's project on Google Cloud, which pays for Vertex AI; null where it has none.</summary>
    public string? Project { get; init; }

    /// <summary>Names of the other entries that it may send to, ordered; none where no link joins the networks.</summary>
    public ImmutableArray<string> Others { get; init; } = [];

    /// <summary>The entry of a region.</summary>
    /// <param name="fleet">The fleet.</param>
    /// <param name="cloud">The cloud.</param>
    /// <param name="region">The region.</param>
    /// <returns>The entry; null where the plan wants no router, or nothing waits for an answer there.</returns>
    public static RouterEntry? Of(FleetPlan fleet, CloudProvider cloud, string region)
    {
        if (!fleet.Plan.Router.IsDeployed)
        {
            return null;
        }

        var table = RoutingTable.Of(fleet);
        var entry = new RouterEntry(table, cloud, region)
        {
            HasWayOut = HasWayOutOf(fleet.Plan, cloud, region),
            Project = fleet.Plan.Clouds.FirstOrDefault(target => target.Cloud == CloudProvider.Gcp)?.Account,
        };
        return !table.Entries.Contains((cloud, region)) ? null : table.Router.Link == CloudLink.None ? entry : entry with
        {
            Others =
            [
                .. table.Entries.Where(other => other != (cloud, region)).Select(other => entry.NameOf(other.Cloud, other.Region)),
            ],
        };
    }

    /// <summary>The entries of a fleet, ordered by cloud and region; none where the plan wants no router.</summary>
    public static ImmutableArray<RouterEntry> All(FleetPlan fleet) => !fleet.Plan.Router.IsDeployed ? [] :
        [.. RoutingTable.Of(fleet).Entries.Select(place => Of(fleet, place.Cloud, place.Region)).OfType<RouterEntry>()];

    /// <summary>Whether a region's routers can reach APIs.</summary>
    internal static bool HasWayOutOf(CapacityPlan plan, CloudProvider cloud, string region) => cloud == CloudProvider.Gcp || plan.NetworkIn(cloud, region) is not null;

    /// <summary>What a serving's pools in this region take.</summary>
    public IEnumerable<Backend> PoolsOf(Route route) => route.In(Cloud, Region);

    /// <summary>APIs that take what pools cannot, where there is a way to them.</summary>
    public ImmutableArray<ApiBackend> OverflowOf(Route route) => [.. route.Wish.Overflow.Where(Reaches)];

    /// <summary>The API that is sent copies of some requests; null where none is, or none is reached.</summary>
    public ApiBackend? ShadowOf(Route route) => route.Wish.Shadow is { } shadow && Table.Router.ApiOf(route.Wish, shadow.To) is { } api && Reaches(api) ? api : null;

    /// <summary>What answers where the serving's own answer is not good enough; null where nothing does, or it is not reached.</summary>
    public CascadeRoute? CascadeOf(Route route) =>
        HasWayOut && route.Wish.Cascade is { } cascade && (!cascade.IsApi || (Table.Router.ApiOf(route.Wish, cascade.To) is { } api && Reaches(api))) ? cascade : null;

    /// <summary>APIs that are asked for a serving, each once: for its overflow, its copies and its cascade.</summary>
    public ImmutableArray<ApiBackend> ApisOf(Route route)
    {
        var cascade = CascadeOf(route) is { IsApi: true } larger ? Table.Router.ApiOf(route.Wish, larger.To) : null;
        return [.. OverflowOf(route).Concat(new[] { ShadowOf(route), cascade }.OfType<ApiBackend>()).DistinctBy(api => api.Name)];
    }

    /// <summary>True where some request passes the bridge, which is deployed beside its routers then.</summary>
    public bool HasBridge => Table.Routes.Any(route => ShadowOf(route) is not null || CascadeOf(route) is not null || OverflowOf(route).Any(api => api.IsAdapted));

    /// <summary>APIs that are asked by the routers' own identity, each once.</summary>
    public ImmutableArray<ApiBackend> OwnApis => [.. Table.Routes.SelectMany(route => ApisOf(route)).Where(api => api.Only is not null).DistinctBy(api => (api.Dialect, api.Region, api.Model))];

    /// <summary>Names of the secrets that are shown to APIs and guardrails, ordered.</summary>
    public ImmutableArray<string> ApiSecrets =>
    [
        .. Table.Routes.SelectMany(route => ApisOf(route).Select(api => api.Secret).Append(CascadeOf(route)?.Guardrail.Secret)).OfType<string>().Distinct().Order(StringComparer.Ordinal),
    ];

    /// <summary>Names of the secrets that its machines read, ordered.</summary>
    public ImmutableArray<string> Secrets =>
        [.. Table.Router.Keys.Select(key => key.Secret).Concat(ApiSecrets).Append(Table.Router.Certificate).OfType<string>().Distinct().Order(StringComparer.Ordinal)];

    private bool Reaches(ApiBackend api) => HasWayOut && (api.Only ?? Cloud) == Cloud;

    /// <summary>
    /// How long a router on its way out finishes what it has: the longest answer that is promised, an hour where none is, since clouds wait no longer.
    /// </summary>
    public TimeSpan Drain
    {
        get
        {
            var hour = TimeSpan.FromHours(1);
            var longest = Table.Routes.Max(route => route.Serving.Latency is null ? hour : route.LongestAnswer);
            return longest < hour ? longest : hour;
        }
    }

    /// <summary>What its machines are called: the tag <c>Name</c> on AWS, which other stacks' may have too, and how their names begin on Google Cloud.</summary>
    /// <param name="stack">The stack.</param>
    public string MachineName(string stack) => Cloud == CloudProvider.Aws ? $"gpuinfra-{Region}-router" : $"{stack.ToLowerInvariant()}-router-{Region}";

    private string NameOf(CloudProvider cloud, string region) => $"{JsonText.Word(cloud)}-{region}.{Table.Router.Zone}";
}
