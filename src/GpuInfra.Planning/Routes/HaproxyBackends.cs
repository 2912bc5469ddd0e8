using GpuInfra.Planning.Plans;
using static GpuInfra.Planning.Routes.HaproxyConfig;

namespace GpuInfra.Planning.Routes;

/// <summary>A place where a serving's requests may go, and when it can take one.</summary>
/// <param name="Name">The backend.</param>
/// <param name="WhenFree">The condition.</param>
internal readonly record struct RouteChoice(string Name, string WhenFree);

/// <summary>What answers a serving's requests: places for its replicas by rank, machines outside, other entries, APIs.</summary>
internal static class HaproxyBackends
{
    /// <summary>Paths below <c>/servings/NAME</c> are the engines' own.</summary>
    private const string OwnPath = "http-request replace-path /servings/[^/]+(/.*) \\1 if { path_beg /servings/ }";

    /// <summary>What a request carries that no longer may be sent on.</summary>
    public const string FirstHop = "!{ req.hdr(x-gpuinfra-hop) -m found }";

    public static string Rank(Route route, int rank) => $"{route.Serving.Name}.{Number(rank)}";

    /// <summary>Where its requests may go, first to last.</summary>
    public static IEnumerable<RouteChoice> InOrder(RouterEntry entry, Route route)
    {
        var apis = entry.OverflowOf(route);
        if (route.Strategy == RouteStrategy.RateLimitAware)
        {
            foreach (var api in apis)
            {
                yield return new RouteChoice(Api(route, api), $"{{ var(txn.dice),sub({ShareOf(api)}) lt 0 }} {Below(route, api)}");
            }
        }

        for (var rank = 0; rank < RouterEntry.Ranks; rank++)
        {
            yield return new RouteChoice(Rank(route, rank), $"{{ be_conn_free({Rank(route, rank)}) gt 0 }}");
        }

        foreach (var backend in Outside(entry, route))
        {
            yield return new RouteChoice(OutsideName(route, backend), $"{{ be_conn_free({OutsideName(route, backend)}) gt 0 }}");
        }

        if (!entry.Others.IsEmpty)
        {
            yield return new RouteChoice(FarName(route), $"{FirstHop} {{ nbsrv({FarName(route)}) gt 0 }}");
        }

        foreach (var api in apis)
        {
            yield return new RouteChoice(Api(route, api), Below(route, api));
        }
    }

    public static void Write(ConfigText text, RouterEntry entry, RouterSite site, Route route)
    {
        for (var rank = 0; rank < RouterEntry.Ranks; rank++)
        {
            Replicas(text, entry, site, route, rank);
        }

        foreach (var backend in Outside(entry, route))
        {
            External(text, entry, site, route, backend);
        }

        if (!entry.Others.IsEmpty)
        {
            Far(text, entry, site, route);
        }

        HaproxyBridge.Write(text, entry, site, route);
        foreach (var api in entry.OverflowOf(route).Where(api => !api.IsAdapted))
        {
            text.Section(
                $"backend {Api(route, api)}",
                Answer(site, route),
                OwnPath,
                api.Path.Length == 0 ? "" : $"http-request set-path {api.Path}%[path]",
                $"http-request set-header host {api.Host}",
                $"http-request set-header authorization \"Bearer ${{{KeyOf(api.Secret!)}}}\"",
                $"http-request set-header api-key \"${{{KeyOf(api.Secret!)}}}\"",
                $"server api {api.Host}:443 ssl verify required ca-file @system-ca sni str({api.Host}) resolvers network init-addr none");
        }
    }

    /// <summary>The variable of a request that holds the thousandths which an API and those before it take.</summary>
    public static string ShareOf(ApiBackend api) => $"txn.share_{api.Name.Replace('-', '_')}";

    private static void Replicas(ConfigText text, RouterEntry entry, RouterSite site, Route route, int rank)
    {
        var name = Rank(route, rank);
        var full = Refusal(429, "overloaded", "no place is free; ask again later", RetryAfter(route));
        text.Section(
            $"backend {name}",
            [
                .. OfEngines(site, route),
                $"timeout queue {Number((int)Math.Ceiling(route.LongestWait.TotalMilliseconds))}ms",
                "http-request set-priority-class var(txn.priority)",

                // Thousandths of a request that may wait for a replica; a serving whose figures have not come yet lets one wait.
                $"http-request set-var(txn.each) str({route.Serving.Name}),map_str_int({site.Folder}/places.map,1000)",
                $"http-request set-var(txn.most) nbsrv({name}),mul(txn.each),add(999),div(1000)",
                $"http-request set-var(txn.half) var(txn.most),add(1),div(2)",
                $"http-request {Refusal(503, "unavailable", "no replica is running", 30)} if {{ nbsrv({name}) eq 0 }}",
                $"http-request {full} if {{ var(txn.priority) -m int eq 2 }} {{ be_conn_free({name}) le 0 }}",
                $"http-request {full} if {{ var(txn.priority) -m int eq 1 }} {{ queue({name}),sub(txn.half) ge 0 }} {{ be_conn_free({name}) le 0 }}",
                $"http-request {full} if {{ queue({name}),sub(txn.most) ge 0 }} {{ be_conn_free({name}) le 0 }}",
                .. Places(entry, site, route, rank),
            ]);
    }

    /// <summary>Places for replicas: on machines the agent fills them, in a cluster the names of the pools' Services do.</summary>
    private static IEnumerable<string> Places(RouterEntry entry, RouterSite site, Route route, int rank)
    {
        const string Checks = "check inter 5s fastinter 1s fall 2 rise 1 observe layer7 error-limit 5 on-error mark-down";
        return site.Services is null
            ? [$"server-template r 1-{Number(RouterEntry.Slots)} 0.0.0.0:1 {Checks} disabled weight 1 maxconn 1"]
            : ServingTargets.PoolsOf(entry, route).Where(target => target.Rank == rank).Select(target =>
                $"server-template {target.Pool}- 1-{Number(RouterEntry.Slots)} {target.Pool}.{site.Services}:{Number(site.EnginePort)} {Checks} resolvers network init-addr none resolve-prefer ipv4 weight {Number(target.Weight)} maxconn {Number(target.Most)}");
    }

    private static IEnumerable<string> OfEngines(RouterSite site, Route route) =>
    [
        .. Balance(route),
        Answer(site, route),
        OwnPath,
        "http-request del-header authorization",
        "option httpchk GET /health",
    ];

    /// <summary>
    /// The replica with the fewest requests; where the plan counts on cached beginnings, the one that had the same beginning before, unless it has a quarter
    /// more than its part of the requests.
    /// </summary>
    private static IEnumerable<string> Balance(Route route) => route.Serving.Techniques.CountedPrefixHitRate.Fraction > 0
        ? ["balance hash var(txn.beginning)", "hash-type consistent djb2 avalanche", "hash-balance-factor 125"]
        : ["balance leastconn"];

    private static string FarName(Route route) => $"{route.Serving.Name}.far";

    private static string OutsideName(Route route, Backend backend) => $"{route.Serving.Name}.outside.{backend.Name}";

    /// <summary>An API's backend.</summary>
    public static string Api(Route route, ApiBackend api) => $"{route.Serving.Name}.api.{api.Name}";

    /// <summary>The longest answer, in milliseconds, once it is known.</summary>
    public static string Answer(RouterSite site, Route route) =>
        $"http-request set-timeout server str({route.Serving.Name}),map_str_int({site.Folder}/answer.map,3600000)";

    private static string Below(Route route, ApiBackend api) => $"{{ be_sess_rate({Api(route, api)}) lt {Number(Part(api.RequestsPerSecond))} }}{HaproxyBridge.MayAsk(route, api)}";

    private static IEnumerable<Backend> Outside(RouterEntry entry, Route route) =>
        entry.HasWayOut ? route.Backends.Where(backend => backend is { Endpoint: not null, IsDraining: false }) : [];

    /// <summary>A pool outside the clouds, of whose places each machine of each entry has its part.</summary>
    private static void External(ConfigText text, RouterEntry entry, RouterSite site, Route route, Backend backend)
    {
        var at = new Uri(backend.Endpoint!);
        var path = at.AbsolutePath is "/" ? "/v1" : at.AbsolutePath.TrimEnd('/');
        var part = Math.Max(1, backend.Replicas * backend.Concurrency / (RouterEntry.Machines * entry.Table.Entries.Length));
        text.Section(
            $"backend {OutsideName(route, backend)}",
            Answer(site, route),
            OwnPath,
            "http-request del-header authorization",
            path == "/v1" ? "" : $"http-request replace-path /v1(/.*) {path}\\1",
            $"http-request set-header host {at.Host}",
            "option httpchk",
            $"http-check send meth GET uri {path}/models hdr host {at.Host}",
            $"server outside {at.Host}:{Number(at.Port)} ssl verify required ca-file @system-ca sni str({at.Host}) check-sni {at.Host} check inter 5s fall 2 rise 1 resolvers network init-addr none maxconn {Number(part)}");
    }

    /// <summary>Other entries, by name: each is asked whether it has a place free, and a request goes on once at most.</summary>
    private static void Far(ConfigText text, RouterEntry entry, RouterSite site, Route route)
    {
        var isTls = entry.Table.Router.Certificate is not null;
        text.Section(
            $"backend {FarName(route)}",
            [
                "balance leastconn",
                Answer(site, route),
                "http-request set-header x-gpuinfra-hop 1",
                "http-request set-header x-user %[var(txn.user)]",
                "option httpchk",
                $"http-check send meth GET uri /ready/{route.Serving.Name}",
                .. entry.Others.Select(other =>
                    $"server {other} {other}:{Number(entry.Port)}{(isTls ? $" ssl verify required ca-file @system-ca sni str({other}) check-sni {other}" : "")} check inter 2s fall 1 rise 1 resolvers network init-addr none"),
            ]);
    }
}
