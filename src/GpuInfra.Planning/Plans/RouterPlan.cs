using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans;

/// <summary>How requests come to servings: what routers on virtual machines do. It changes no pool.</summary>
public sealed record RouterPlan
{
    /// <summary>A router by planned capacity and nothing else: of plans that do not say.</summary>
    public static RouterPlan Plain { get; } = new();

    /// <summary>True where the plan has the key <c>router</c>: routers are deployed for it. Without it, its figures are shown and no more.</summary>
    public bool IsDeployed { get; init; }

    /// <summary>How every serving chooses among its backends that does not say so itself. Default: balanced.</summary>
    public RouteStrategy Strategy { get; init; }

    /// <summary>The private DNS zone in which the entries have their names.</summary>
    public string Zone { get; init; } = DefaultZone;

    /// <summary>The <see cref="Zone"/> of plans that do not say; <c>internal</c> is reserved for private use (ICANN, 2024-07-29).</summary>
    public const string DefaultZone = "gpuinfra.internal";

    /// <summary>What joins the networks of regions and clouds. Default: nothing, and every entry has its own region's pools alone.</summary>
    public CloudLink Link { get; init; }

    /// <summary>
    /// Share of P95 demand that must be left after the loss of any single backend; null for what each serving promises after the loss of a
    /// cloud.
    /// </summary>
    public Share? Absorb { get; init; }

    /// <summary>Name of the secret that holds the entries' certificate, chain and key as PEM; null for plain HTTP inside the network.</summary>
    public string? Certificate { get; init; }

    /// <summary>What servings say about their routes, ordered by serving. Default: none says anything.</summary>
    public ImmutableArray<ServingRoute> Routes { get; init; } = [];

    /// <summary>APIs that take no overflow and that servings may name in <c>shadow</c> and <c>cascade</c>. Default: none.</summary>
    public ImmutableArray<ApiBackend> Apis { get; init; } = [];

    /// <summary>Who may ask, ordered by team. Default: nobody is asked who he is.</summary>
    public ImmutableArray<RouterKey> Keys { get; init; } = [];

    /// <summary>True where a canary stops by itself.</summary>
    public bool StopsCanaries => Routes.Any(route => route.Canary is { Stops: true });

    /// <summary>What a serving says about its route; a plain one where it says nothing.</summary>
    public ServingRoute RouteOf(string serving) => Routes.FirstOrDefault(route => route.Serving == serving) ?? new ServingRoute(serving);

    /// <summary>An API by the name that a route knows it by: of its overflow, or of <see cref="Apis"/>; null where there is none.</summary>
    public ApiBackend? ApiOf(ServingRoute route, string name) => route.Overflow.Concat(Apis).FirstOrDefault(api => api.Name == name);
}

/// <summary>How a router chooses among the backends of a serving.</summary>
public enum RouteStrategy
{
    /// <summary>By planned capacity over all of them, the one with the least outstanding for its weight first.</summary>
    Balanced,

    /// <summary>Those with the least price a request first, others when these are full.</summary>
    Cost,

    /// <summary>Those with the least time per output token first, others when these are full.</summary>
    Latency,

    /// <summary>Those with the most bits a weight first, others when these are full.</summary>
    Quality,

    /// <summary>The entry's own region first, others when it is full or gone.</summary>
    Failover,

    /// <summary>As balanced, and APIs take part up to their rate limits instead of waiting for an overflow.</summary>
    RateLimitAware,
}

/// <summary>What joins the networks of regions and clouds.</summary>
public enum CloudLink
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A link that the organisation runs: VPN, interconnect or a transit gateway, with routes both ways.</summary>
    Existing,
}

/// <summary>What a serving says about how its requests are routed.</summary>
/// <param name="Serving">The serving.</param>
public sealed record ServingRoute(string Serving)
{
    /// <summary>How it chooses among its backends; null as the router does.</summary>
    public RouteStrategy? Strategy { get; init; }

    /// <summary>Shares of its pools given by hand, by pool id, adding up to 100 %; empty for planned capacity.</summary>
    public ImmutableArray<BackendWeight> Weights { get; init; } = [];

    /// <summary>Users who get another serving's answers to see whether it is fit; null when none do.</summary>
    public RouteSplit? Canary { get; init; }

    /// <summary>Users who get another serving's answers to compare the two, apart from the canary; ordered by name.</summary>
    public ImmutableArray<RouteSplit> Experiments { get; init; } = [];

    /// <summary>Servings that answer instead for teams of a tier, ordered by tier.</summary>
    public ImmutableArray<TierRoute> Tiers { get; init; } = [];

    /// <summary>The serving that answers requests in a hurry; null when there is none.</summary>
    public FastRoute? Faster { get; init; }

    /// <summary>APIs that take what its pools cannot, in the order in which they are asked.</summary>
    public ImmutableArray<ApiBackend> Overflow { get; init; } = [];

    /// <summary>Users whose requests an API is sent a copy of; null when none are.</summary>
    public ShadowRoute? Shadow { get; init; }

    /// <summary>What answers where its own answer is not good enough; null when nothing does.</summary>
    public CascadeRoute? Cascade { get; init; }

    /// <summary>Where the plan says so.</summary>
    public PlanLocation Location { get; init; } = PlanLocation.Unknown;

    /// <summary>Servings that may answer for this one, once each, ordered.</summary>
    public IEnumerable<string> Others => Experiments.Select(split => split.To).Concat(Tiers.Select(tier => tier.To))
        .Concat([Canary?.To, Faster?.To, Cascade is { IsApi: false } ? Cascade.To : null]).OfType<string>().Distinct().Order(StringComparer.Ordinal);
}

/// <summary>A backend's share given by hand.</summary>
/// <param name="Backend">The pool's id.</param>
/// <param name="Share">Its share of the serving's requests, above 0 %.</param>
public sealed record BackendWeight(string Backend, Share Share);

/// <summary>Users who get another serving's answers, the same ones every time.</summary>
/// <param name="Name">What the choice of users depends on: another name chooses others.</param>
/// <param name="To">The other serving.</param>
/// <param name="Share">How many of the users, above 0 % up to 100 %.</param>
public sealed record RouteSplit(string Name, string To, Share Share)
{
    /// <summary>True where an alert on the other serving's quality or delays ends it, until somebody says otherwise. Only a canary's is ever true.</summary>
    public bool Stops { get; init; }
}

/// <summary>A serving for teams of a tier.</summary>
/// <param name="Tier">The tier, as <c>router.keys</c> gives it to teams.</param>
/// <param name="To">The serving.</param>
public sealed record TierRoute(string Tier, string To);

/// <summary>A serving for requests in a hurry.</summary>
/// <param name="Below">Requests that allow less than this (header <c>x-max-latency-ms</c>).</param>
/// <param name="To">The serving.</param>
public sealed record FastRoute(TimeSpan Below, string To);

/// <summary>A team's way in.</summary>
/// <param name="Team">The team.</param>
/// <param name="Secret">Name of the secret that holds its key. The key itself is never in a plan.</param>
public sealed record RouterKey(string Team, string Secret)
{
    /// <summary>What the team may send; null for any number.</summary>
    public int? RequestsPerMinute { get; init; }

    /// <summary>Who waits and who is sent away when a serving is full. Default: normal.</summary>
    public RoutePriority Priority { get; init; } = RoutePriority.Normal;

    /// <summary>The tier that routes may tell apart; null for none.</summary>
    public string? Tier { get; init; }

    /// <summary>Whether it may name the serving by hand (header <c>x-serving</c>). Default: no.</summary>
    public bool MayOverride { get; init; }
}

/// <summary>Who is sent away first when a serving is full.</summary>
public enum RoutePriority
{
    /// <summary>As soon as nothing is free.</summary>
    Low,

    /// <summary>When half of those who may wait do.</summary>
    Normal,

    /// <summary>When all places to wait are taken.</summary>
    High,
}
