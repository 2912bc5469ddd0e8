using System.Globalization;
using GpuInfra.Planning.Plans;
using static GpuInfra.Planning.Routes.HaproxyConfig;

namespace GpuInfra.Planning.Routes;

/// <summary>How a router finds the serving of a request, and whether it is let in.</summary>
internal static class HaproxyFrontend
{
    /// <summary>Parts into which users are hashed: a share is exact to a hundredth of a percent.</summary>
    private const int Parts = 10_000;

    public static void Write(ConfigText text, RouterEntry entry, RouterSite site)
    {
        var certificate = entry.Table.Router.Certificate is null || site.IsBehindGateway ? "" : $" ssl crt {site.Folder}/entry.pem alpn h2,http/1.1";
        text.Section("frontend entry", [$"bind :{Number(site.Port ?? entry.Port)}{certificate}", .. Caller(site), .. Ready(entry), .. Models(entry), .. HaproxyBridge.Cleanse(entry), .. Rules(entry, site), .. Choose(entry, site, isFirst: true)]);
        HaproxyBridge.Loop(text, entry, site, Beginning(entry.Table.Routes), Choose(entry, site, isFirst: false));
        text.Section(
            "frontend health",
            [
                $"bind :{Number(site.HealthPort)}",
                "monitor-uri /ready",
                $"monitor fail unless {{ str(ready),map_str_int({site.Folder}/state.map,0) gt 0 }}",
                "http-request use-service prometheus-exporter if { path /metrics }",
                .. HaproxyBridge.Figures(entry),
            ]);
        if (!entry.Table.Router.Keys.IsEmpty)
        {
            text.Section("backend teams", "stick-table type string len 64 size 10k expire 2m store http_req_rate(60s)");
        }
    }

    /// <summary>A gateway names who asked it last of all.</summary>
    private static IEnumerable<string> Caller(RouterSite site) => site.IsBehindGateway ? ["http-request set-src req.hdr_ip(x-forwarded-for,-1)"] : [];

    /// <summary>What other entries ask before they send a request here: whether a place is free.</summary>
    private static IEnumerable<string> Ready(RouterEntry entry) => entry.Table.Routes.SelectMany(route => Enumerable.Range(0, RouterEntry.Ranks)
        .Select(rank => $"http-request return status 200 if {{ path /ready/{route.Serving.Name} }} {{ be_conn_free({Rank(route, rank)}) gt 0 }}")
        .Append($"http-request return status 503 if {{ path /ready/{route.Serving.Name} }}"));

    private static IEnumerable<string> Models(RouterEntry entry)
    {
        var models = entry.Table.Routes.Select(route => route.Serving.Model.Id).Distinct().Order(StringComparer.Ordinal)
            .Select(id => $"{{\"id\":\"{id}\",\"object\":\"model\",\"owned_by\":\"gpuinfra\"}}");
        yield return $"http-request return status 200 content-type application/json string '{{\"object\":\"list\",\"data\":[{string.Join(',', models)}]}}' if {{ path /v1/models }}";
    }

    /// <summary>Who asks, for what, and which serving is to answer.</summary>
    private static IEnumerable<string> Rules(RouterEntry entry, RouterSite site)
    {
        var (routes, keys) = (entry.Table.Routes, entry.Table.Router.Keys);
        yield return "http-request set-var(txn.priority) int(1)";
        if (!keys.IsEmpty)
        {
            yield return $"http-request set-var(txn.team) http_auth_bearer,sha2(256),hex,lower,map_str({site.Folder}/teams.map)";
            yield return $"http-request {Refusal(401, "unauthorized", "no team has this key")} unless {{ var(txn.team) -m found }}";
            yield return "http-request track-sc0 var(txn.team) table teams";
            foreach (var key in keys)
            {
                var isTeam = $"{{ var(txn.team) -m str {key.Team} }}";
                if (key.Priority != RoutePriority.Normal)
                {
                    yield return $"http-request set-var(txn.priority) int({(key.Priority == RoutePriority.Low ? 2 : 0)}) if {isTeam}";
                }

                if (key.RequestsPerMinute is { } limit)
                {
                    yield return $"http-request {Refusal(429, "rate_limited", "the requests a minute of this team are used up", 10)} if {isTeam} {{ sc0_http_req_rate(teams) gt {Number(Part(limit))} }}";
                }
            }
        }

        // A model's name is looked for in the body; a path says the serving where bodies are long or names not enough.
        yield return "http-request set-var(txn.model) req.body,json_query('$.model') if METH_POST";
        yield return "http-request set-var(txn.serving) path,field(3,/) if { path_beg /servings/ }";
        foreach (var model in routes.GroupBy(route => route.Serving.Model.Id).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var asked = $"if !{{ var(txn.serving) -m found }} {{ var(txn.model) -m str {model.Key} }}";
            yield return model.Count() == 1
                ? $"http-request set-var(txn.serving) str({model.Single().Serving.Name}) {asked}"
                : $"http-request {Refusal(400, "ambiguous", $"several servings have this model: ask below /servings/NAME/, NAME one of {string.Join(", ", model.Select(route => route.Serving.Name))}")} {asked}";
        }

        yield return $"http-request set-var(txn.known) bool(true) if {{ var(txn.serving) -m str {string.Join(' ', routes.Select(route => route.Serving.Name))} }}";
        yield return $"http-request {Refusal(404, "not_found", $"no serving of this name or model; servings are {string.Join(", ", routes.Select(route => route.Serving.Name))}")} unless {{ var(txn.known) -m found }}";
        yield return "http-request set-var(txn.to) var(txn.serving)";

        // The same user every time: whom the client names, else his address.
        yield return "http-request set-var(txn.user) req.body,json_query('$.user') if METH_POST";
        yield return "http-request set-var(txn.user) req.hdr(x-user) if { req.hdr(x-user) -m found }";
        yield return "http-request set-var(txn.user) src unless { var(txn.user) -m found }";
        foreach (var line in Beginning(routes))
        {
            yield return line;
        }

        foreach (var line in routes.SelectMany(route => Instead(entry.Table.Router, route, site)))
        {
            yield return line;
        }

        var mayOverride = keys.Where(key => key.MayOverride).Select(key => key.Team).ToList();
        if (mayOverride.Count > 0)
        {
            var names = string.Join(' ', routes.Select(route => route.Serving.Name));
            yield return $"http-request set-var(txn.to) req.hdr(x-serving) if {{ var(txn.team) -m str {string.Join(' ', mayOverride)} }} {{ req.hdr(x-serving) -m str {names} }}";
        }
    }

    /// <summary>
    /// What a request begins with, where some serving counts on cached beginnings: its first two messages, which a conversation keeps, or the start of its prompt.
    /// </summary>
    private static IEnumerable<string> Beginning(IEnumerable<Route> routes) => routes.All(route => route.Serving.Techniques.CountedPrefixHitRate.Fraction <= 0) ? [] :
    [
        "http-request set-var(txn.second) req.body,json_query('$.messages[1].content') if METH_POST",
        "http-request set-var(txn.beginning) req.body,json_query('$.messages[0].content') if METH_POST",
        "http-request set-var(txn.beginning) var(txn.beginning),concat(/,txn.second) if { var(txn.beginning) -m found }",
        "http-request set-var(txn.beginning) req.body,json_query('$.prompt'),bytes(0,1024) if METH_POST !{ var(txn.beginning) -m found }",
    ];

    /// <summary>
    /// Who gets another serving's answers: teams of a tier, those in a hurry, then the canary's users and the experiments', by a hash each of its
    /// own. The first that fits decides.
    /// </summary>
    private static IEnumerable<string> Instead(RouterPlan router, Route route, RouterSite site)
    {
        var asked = $"{{ var(txn.serving) -m str {route.Serving.Name} }} {{ var(txn.to),strcmp(txn.serving) eq 0 }}";
        foreach (var tier in route.Wish.Tiers)
        {
            var teams = router.Keys.Where(key => key.Tier == tier.Tier).Select(key => key.Team);
            yield return $"http-request set-var(txn.to) str({tier.To}) if {asked} {{ var(txn.team) -m str {string.Join(' ', teams)} }}";
        }

        if (route.Wish.Faster is { } faster)
        {
            yield return $"http-request set-var(txn.to) str({faster.To}) if {asked} {{ req.hdr(x-max-latency-ms) -m found }} {{ req.hdr_val(x-max-latency-ms) lt {Number((int)Math.Ceiling(faster.Below.TotalMilliseconds))} }}";
        }

        if (route.Wish.Canary is { } canary)
        {
            var goes = canary.Stops ? $" !{{ str({route.Serving.Name}),map_str_int({site.Folder}/stopped.map,0) gt 0 }}" : "";
            yield return Split(route, asked, canary, canary.Share.Fraction) + goes;
        }

        // Of those whom no experiment before has taken, so that every share is of all users.
        var left = 1.0;
        foreach (var split in route.Wish.Experiments)
        {
            yield return Split(route, asked, split, Math.Min(1, split.Share.Fraction / left));
            left -= split.Share.Fraction;
        }
    }

    private static string Split(Route route, string asked, RouteSplit split, double share) =>
        $"http-request set-var(txn.to) str({split.To}) if {asked} {IsOf(route, split.Name, share)}";

    /// <summary>Whether a user is of a share of them: the same ones every time, and others for another name.</summary>
    public static string IsOf(Route route, string name, double share) =>
        $"{{ var(txn.user),concat(/{route.Serving.Name}/{name}),xxh32,mod({Number(Parts)}) lt {((int)Math.Round(share * Parts)).ToString(CultureInfo.InvariantCulture)} }}";

    /// <summary>Rank after rank where a place is free, what is outside, other regions, APIs below their rate; else the first that runs, where it waits.</summary>
    private static IEnumerable<string> Choose(RouterEntry entry, RouterSite site, bool isFirst)
    {
        foreach (var route in entry.Table.Routes)
        {
            var isIt = $"{{ var(txn.to) -m str {route.Serving.Name} }}";
            foreach (var line in isFirst ? HaproxyBridge.First(entry, route, isIt) : [])
            {
                yield return line;
            }

            if (route.Strategy == RouteStrategy.RateLimitAware && entry.OverflowOf(route).Length > 0)
            {
                yield return $"http-request set-var(txn.dice) rand(1000) if {isIt}";
                foreach (var api in entry.OverflowOf(route))
                {
                    yield return $"http-request set-var({HaproxyBackends.ShareOf(api)}) str({route.Serving.Name}/{api.Name}),map_str_int({site.Folder}/shares.map,0) if {isIt}";
                }
            }

            foreach (var backend in HaproxyBackends.InOrder(entry, route))
            {
                yield return $"use_backend {backend.Name} if {isIt} {backend.WhenFree}";
            }

            for (var rank = 0; rank < RouterEntry.Ranks; rank++)
            {
                yield return $"use_backend {Rank(route, rank)} if {isIt} {{ nbsrv({Rank(route, rank)}) gt 0 }}";
            }

            yield return $"use_backend {Rank(route, 0)} if {isIt}";
        }
    }

    private static string Rank(Route route, int rank) => HaproxyBackends.Rank(route, rank);
}
