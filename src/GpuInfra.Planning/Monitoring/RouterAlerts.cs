namespace GpuInfra.Planning.Monitoring;

/// <summary>What is wrong with the ways in: routers, and the bridge beside them where they have one. Requests that end before an engine has them are seen here alone.</summary>
internal static class RouterAlerts
{
    public static AlertGroup Of(bool hasBridge) => new("routers",
    [
        new("RouterShort", AlertSeverity.Page, TimeSpan.FromMinutes(5),
            """plan:routers - on (cloud, region) (count by (cloud, region) (up{job="router"} == 1) or on (cloud, region) 0 * plan:routers) > 0""",
            "{{ $value }} of the routers of {{ $labels.region }} do not answer: one failure more, and nobody is served there"),
        new("RequestsFail", AlertSeverity.Page, TimeSpan.FromMinutes(5),
            """
            sum by (cloud, region, proxy) (rate(haproxy_backend_http_responses_total{code="5xx",proxy!="bridge"}[5m]))
              / sum by (cloud, region, proxy) (rate(haproxy_backend_http_responses_total[5m])) > 0.05
            """,
            "{{ $value | printf \"%.2f\" }} of what {{ $labels.proxy }} is asked in {{ $labels.region }} fails"),
        .. hasBridge ? Bridge : [],
    ]);

    private static AlertRule[] Bridge =>
    [
        // A limit that an API keeps (429) is for its clients to see, and a request that it refuses is the client's.
        new("ApiFails", AlertSeverity.Ticket, TimeSpan.FromMinutes(10),
            """
            sum by (serving, api, why) (rate(gpuinfra_bridge_requests_total{result=~"failed|late|dropped"}[10m]))
              / sum by (serving, api, why) (rate(gpuinfra_bridge_requests_total[10m])) > 0.1
            """,
            "{{ $value | printf \"%.2f\" }} of what {{ $labels.api }} is asked for {{ $labels.serving }} ({{ $labels.why }}) is not answered"),
        new("GuardrailFails", AlertSeverity.Ticket, TimeSpan.FromMinutes(10),
            """
            sum by (serving) (rate(gpuinfra_bridge_guardrail_failures_total[10m]))
              / sum by (serving) (rate(gpuinfra_bridge_cascades_total[10m])) > 0.05
            """,
            "The guardrail of {{ $labels.serving }} does not answer {{ $value | printf \"%.2f\" }} of what it is asked"),
    ];
}
