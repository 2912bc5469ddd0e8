using System.Globalization;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Routes;

/// <summary>
/// The configuration of an entry's routers, for HAProxy 2.6 or later (decision 017). It follows from what the plan says and from nothing that
/// sizing finds: pools, weights and places come at run time from <see cref="ServingTargets"/>, so that a changed demand restarts no router.
/// </summary>
public static class HaproxyConfig
{
    /// <summary>The largest body in which the model is looked for: 256 KiB, some 60,000 tokens of text.</summary>
    private const int Buffer = 256 * 1024;

    /// <summary>The configuration's text, lines ending as on Linux.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="site">Where things are on the machine.</param>
    public static string Of(RouterEntry entry, RouterSite site)
    {
        var text = new ConfigText();
        Common(text, entry, site);
        HaproxyFrontend.Write(text, entry, site);
        foreach (var route in entry.Table.Routes)
        {
            HaproxyBackends.Write(text, entry, site, route);
        }

        return text.ToString();
    }

    /// <summary>The variable of a router's environment that holds a secret.</summary>
    public static string KeyOf(string secret) => $"KEY_{secret.Replace('-', '_').ToUpperInvariant()}";

    /// <summary>How long a client waits before it asks again, seconds: as long as places are promised within.</summary>
    internal static int RetryAfter(Route route) => Math.Max(1, (int)Math.Ceiling(route.LongestWait.TotalSeconds));

    /// <summary>What a machine may send of a limit that all machines of an entry share; at least 1.</summary>
    internal static int Part(double limit) => Math.Max(1, (int)Math.Floor(limit / RouterEntry.Machines));

    internal static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>A refusal in the form that clients of the protocol read.</summary>
    internal static string Refusal(int status, string type, string message, int? retryAfter = null) => FormattableString.Invariant(
        $"return status {status} content-type application/json{(retryAfter is { } seconds ? FormattableString.Invariant($" hdr Retry-After {seconds}") : "")} ")
        + $"string '{{\"error\":{{\"type\":\"{type}\",\"message\":\"{message}\"}}}}'";

    private static void Common(ConfigText text, RouterEntry entry, RouterSite site)
    {
        text.Section(
            "global",
            "log stdout format raw local0 notice",
            $"stats socket {site.Socket} mode 660 level admin",
            $"maxconn {Number(site.Connections)}",
            $"tune.bufsize {Number(Buffer)}",
            $"hard-stop-after {Number((int)entry.Drain.TotalSeconds)}s",
            "ssl-default-bind-options ssl-min-ver TLSv1.2",
            site.User.Length == 0 ? "" : $"user {site.User}",
            site.User.Length == 0 ? "" : $"group {site.User}");
        text.Section(
            "defaults",
            "mode http",
            "log global",
            "option dontlog-normal",
            "option http-buffer-request",
            "option redispatch 1",
            "retries 2",
            "retry-on conn-failure empty-response",
            "timeout connect 5s",
            "timeout http-request 30s",
            "timeout http-keep-alive 60s",
            "timeout check 4s",
            // Inactivity of a client that is waiting, and of a server that is working: answers take as long as they take.
            "timeout client 1h",
            "timeout server 1h",
            // Balancers forget silent connections; these are never silent.
            "option clitcpka",
            "clitcpka-idle 60s",
            "clitcpka-intvl 60s",
            "option srvtcpka",
            "srvtcpka-idle 60s",
            "srvtcpka-intvl 60s",
            // What no rule below has said: nothing answered, or nothing became free in time.
            "http-error status 503 content-type application/json hdr Retry-After 5 string '{\"error\":{\"type\":\"unavailable\",\"message\":\"no replica became free in time\"}}'");
        text.Section(
            "resolvers network",
            [
                site.NameServer is { } server ? $"nameserver cluster {server}" : "parse-resolv-conf",

                // Answers of a Service with hundreds of replicas are longer than the 512 bytes of old; a replica that is named no more leaves at the next look.
                .. site.Services is null ? Array.Empty<string>() : ["accepted_payload_size 8192", "resolve_retries 3", "timeout resolve 1s", "hold obsolete 0s"],
                site.Services is null ? "hold valid 10s" : "hold valid 2s",
            ]);
    }
}

/// <summary>Sections of a configuration.</summary>
internal sealed class ConfigText
{
    private readonly System.Text.StringBuilder _text = new("# Written by gpuinfra; a change is made in the plan.\n");

    /// <summary>Adds a section of some lines; empty lines are left out.</summary>
    public void Section(string head, params IEnumerable<string> lines)
    {
        _text.Append('\n').Append(head).Append('\n');
        foreach (var line in lines.Where(line => line.Length > 0))
        {
            _text.Append("  ").Append(line).Append('\n');
        }
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();
}
