using GpuInfra.Planning.Plans;
using static GpuInfra.Planning.Routes.HaproxyConfig;

namespace GpuInfra.Planning.Routes;

/// <summary>
/// What HAProxy has the bridge do, and how it takes requests back (decision 046). The bridge's place is kept by the router's own loopback: where it does not
/// listen, a request goes on as if there were none.
/// </summary>
internal static class HaproxyBridge
{
    /// <summary>Copied and looked at are chat completions alone.</summary>
    private const string IsChat = "METH_POST { path_end /chat/completions }";

    /// <summary>Which APIs have failed for a request already; nobody but the bridge says so.</summary>
    private const string Asked = "x-gpuinfra-asked";

    private const string Priority = "x-gpuinfra-priority";

    /// <summary>Beside what HAProxy asks any API, whether the bridge and one that needs it are there, for a request that it has not failed for.</summary>
    public static string MayAsk(Route route, ApiBackend api) =>
        api.IsAdapted ? $" {IsChat} {{ srv_is_up({HaproxyBackends.Api(route, api)}/bridge) }} !{{ req.hdr({Asked}) -m str {api.Name} }}" : "";

    /// <summary>What clients may not say themselves.</summary>
    public static IEnumerable<string> Cleanse(RouterEntry entry) => entry.HasBridge ? [$"http-request del-header {Asked}"] : [];

    /// <summary>Requests that the bridge has first, before places are looked for: once each, at the entry that they come to.</summary>
    public static IEnumerable<string> First(RouterEntry entry, Route route, string isIt)
    {
        if (entry.CascadeOf(route) is not null)
        {
            yield return $"use_backend {Name(route, "cascade")} if {isIt} {IsChat} {HaproxyBackends.FirstHop}";
        }

        if (entry.ShadowOf(route) is not null)
        {
            yield return $"use_backend {Name(route, "shadow")} if {isIt} {IsChat} {HaproxyBackends.FirstHop} {HaproxyFrontend.IsOf(route, "shadow", route.Wish.Shadow!.Share.Fraction)}";
        }
    }

    /// <summary>Where the bridge sends what the fleet is to answer: no key is asked for, since the loopback is this machine's alone.</summary>
    public static void Loop(ConfigText text, RouterEntry entry, RouterSite site, IEnumerable<string> beginning, IEnumerable<string> choose)
    {
        if (entry.HasBridge)
        {
            text.Section(
                "frontend loop",
                [
                    $"bind 127.0.0.1:{Number(site.LoopPort)}",
                    $"http-request set-var(txn.priority) req.hdr_val({Priority})",
                    "http-request set-var(txn.user) req.hdr(x-user)",
                    "http-request set-var(txn.to) path,field(3,/)",
                    .. beginning,
                    .. choose,
                ]);
            text.Section("backend bridge", "http-request set-path /metrics", Server(site));
        }
    }

    /// <summary>The last of a router's own addresses: the bridge's figures, where it has a bridge.</summary>
    public static IEnumerable<string> Figures(RouterEntry entry) => entry.HasBridge
        ? [$"http-request return status 404 unless {{ path {RouterEntry.BridgeFigures} }}", "use_backend bridge"]
        : ["http-request return status 404"];

    public static void Write(ConfigText text, RouterEntry entry, RouterSite site, Route route)
    {
        foreach (var api in entry.OverflowOf(route).Where(api => api.IsAdapted))
        {
            Section(HaproxyBackends.Api(route, api), $"api {api.Name}", $"/health/{route.Serving.Name}/{api.Name}", HaproxyBackends.Answer(site, route));
        }

        if (entry.CascadeOf(route) is not null)
        {
            Section(Name(route, "cascade"), "cascade", "/health");
        }

        if (entry.ShadowOf(route) is not null)
        {
            Section(Name(route, "shadow"), "shadow", "/health");
        }

        // What is behind the bridge has timeouts of its own.
        void Section(string name, string what, string health, string timeout = "") => text.Section(
            $"backend {name}",
            timeout,
            $"http-request replace-path (/servings/[^/]+)?(/.*) /servings/{route.Serving.Name}\\2",
            $"http-request set-header x-gpuinfra-bridge \"{what}\"",
            $"http-request set-header {Priority} %[var(txn.priority)]",
            "http-request set-header x-user %[var(txn.user)]",
            $"option httpchk GET {health}",
            $"{Server(site)} check inter 1s fall 2 rise 1 observe layer4 error-limit 1 on-error mark-down",
            $"server loop 127.0.0.1:{Number(site.LoopPort)} backup");
    }

    private static string Name(Route route, string what) => $"{route.Serving.Name}.{what}";

    private static string Server(RouterSite site) => $"server bridge 127.0.0.1:{Number(site.BridgePort)}";
}
