using System.Collections.Immutable;

namespace GpuInfra.Planning.Monitoring.Dashboards;

/// <summary>The pages that people look at: the fleet, a serving, the GPUs, the money. What is measured stands beside what was planned.</summary>
public static class DashboardSet
{
    private const string Serving = """{serving=~"$serving"}""";
    private const string Pool = """{pool=~"$pool"}""";

    /// <summary>The pages; they are the same for every fleet, whose figures are series (<see cref="PlanSeries"/>).</summary>
    public static ImmutableArray<Dashboard> All { get; } =
    [
        new("gpuinfra-fleet", "GPU fleet", null,
        [
            Number("Machines running", "none", Draw("""sum(up{job="node"})""", "running"), Draw("sum(plan:instances)", "planned")),
            Number("Replicas answering", "none", Draw("""sum(up{job="vllm"})""", "answering")),
            Number("Cost of an hour", "currencyUSD", Draw(FleetAlerts.HourlyUsd, "running"), Draw("sum(plan:instances * plan:instance_usd_per_hour)", "planned")),
            Number("Alerts", "none", Draw("""count by (severity) (ALERTS{alertstate="firing",alertname!="DeadMansSwitch"})""", "{{severity}}")),
            Lines("Machines by pool", "none", Draw("""count by (pool) (up{job="node"} == 1)""", "{{pool}}"), Draw("sum by (pool) (plan:instances)", "{{pool}} planned")),
            Headroom(),
            Lines("Requests per second", "reqps", Draw("sum by (serving) (rate(vllm:request_success_total[5m]))", "{{serving}}"), Draw("plan:peak_requests_per_second", "{{serving}} planned peak")),
            Lines("Requests that fail, by what routers asked", "reqps", Draw("""sum by (region, proxy) (rate(haproxy_backend_http_responses_total{code="5xx"}[5m])) > 0""", "{{region}} {{proxy}}")),
            Lines("Routers answering", "none", Draw("""count by (region) (up{job="router"} == 1)""", "{{region}}"), Draw("sum by (region) (plan:routers)", "{{region}} planned")),
            Lines("Capacity held that ends", "dateTimeAsIso", Draw("1000 * plan:held_end_timestamp_seconds", "{{held}} {{covers}}")),
        ]),
        new("gpuinfra-serving", "Serving", ("serving", "plan:peak_requests_per_second"),
        [
            Lines("Output tokens per second", "none",
                Draw($"sum by (serving) (rate(vllm:generation_tokens_total{Serving}[5m]))", "{{serving}}"), Draw($"plan:output_tokens_per_second{Serving}", "{{serving}} planned mean")),
            Lines("Requests per second", "reqps",
                Draw($"sum by (serving) (rate(vllm:request_success_total{Serving}[5m]))", "{{serving}}"),
                Draw($"plan:peak_requests_per_second{Serving}", "{{serving}} planned peak"),
                Draw($"plan:capacity_requests_per_second{Serving}", "{{serving}} capacity")),
            Lines("Time to first token", "s", Latency("vllm:time_to_first_token_seconds_bucket", "plan:ttft_seconds")),
            Lines("Time per output token", "s", Latency("vllm:request_time_per_output_token_seconds_bucket", "plan:tpot_seconds")),
            Lines("Requests running and waiting", "none",
                Draw($"sum by (serving) (vllm:num_requests_running{Serving})", "{{serving}} running"),
                Draw($"sum by (serving) (vllm:num_requests_waiting{Serving})", "{{serving}} waiting"),
                Draw($"plan:queue_most{Serving}", "{{serving}} most that may wait")),
            Lines("Requests running by replica", "none", Draw($"avg by (pool) (vllm:num_requests_running{Serving})", "{{pool}}")),
            Lines("KV cache in use", "percentunit", Draw($"max by (pool) (vllm:kv_cache_usage_perc{Serving})", "{{pool}}")),
            Lines("Prompt tokens found in the cache", "percentunit",
                Draw($"sum by (serving) (rate(vllm:prefix_cache_hits_total{Serving}[15m])) / sum by (serving) (rate(vllm:prefix_cache_queries_total{Serving}[15m]))", "{{serving}}"),
                Draw($"plan:prefix_cache_hit_ratio{Serving}", "{{serving}} planned")),
            Lines("Use of the capacity", "percentunit",
                Draw($"sum by (serving) (rate(vllm:request_success_total{Serving}[5m])) / on (serving) sum by (serving) (plan:capacity_requests_per_second)", "{{serving}}"),
                Draw($"plan:utilization_ratio_least{Serving}", "{{serving}} band from"), Draw($"plan:utilization_ratio_most{Serving}", "{{serving}} band to")),
            Lines("Quality", "none", Draw($"quality:score{Serving}", "{{serving}}"), Draw($"plan:quality_least{Serving}", "{{serving}} least")),
            Lines("From start to first token", "s", Draw($"max by (pool) (gpuinfra_start_seconds{Serving})", "{{pool}}"), Draw($"plan:start_seconds_most{Serving}", "{{pool}} most")),
            Lines("Requests for APIs", "reqps", Draw($"sum by (api, why, result) (rate(gpuinfra_bridge_requests_total{Serving}[5m]))", "{{api}} {{why}} {{result}}")),
            Lines("Requests begun again for want of cache", "ops", Draw($"sum by (pool) (rate(vllm:num_preemptions_total{Serving}[5m]))", "{{pool}}")),
        ]),
        new("gpuinfra-gpus", "GPUs", ("pool", "plan:instances"),
        [
            Lines("Busy", "percent", Draw($"avg by (pool) (DCGM_FI_DEV_GPU_UTIL{Pool})", "{{pool}}")),
            Lines("Engine active", "percentunit", Draw($"avg by (pool) (DCGM_FI_PROF_GR_ENGINE_ACTIVE{Pool})", "{{pool}}")),
            Lines("Temperature", "celsius",
                Draw($"max by (pool) (DCGM_FI_DEV_GPU_TEMP{Pool})", "{{pool}} hottest GPU"), Draw($"max by (pool) (DCGM_FI_DEV_MEMORY_TEMP{Pool} < 200)", "{{pool}} hottest memory")),
            Lines("Memory in use", "percent",
                Draw($"max by (pool) (100 * DCGM_FI_DEV_FB_USED{Pool} / (DCGM_FI_DEV_FB_USED{Pool} + DCGM_FI_DEV_FB_FREE{Pool}))", "{{pool}}"),
                Draw($"plan:gpu_memory_percent_most{Pool}", "{{pool}} most")),
            Lines("Power", "watt", Draw($"sum by (pool) (DCGM_FI_DEV_POWER_USAGE{Pool})", "{{pool}}")),
            Lines("XID errors", "none", Draw($"sum by (pool, xid) (DCGM_EXP_XID_ERRORS_COUNT{Pool})", "{{pool}} XID {{xid}}")),
            Lines("Memory errors that cannot be corrected", "none", Draw($"sum by (pool) (increase(DCGM_FI_DEV_ECC_DBE_VOL_TOTAL{Pool}[1h]))", "{{pool}}")),
            Lines("Slowed down by heat", "none", Draw($"sum by (pool) (increase(DCGM_FI_DEV_THERMAL_VIOLATION{Pool}[5m]))", "{{pool}}")),
        ]),
        new("gpuinfra-cost", "Cost and headroom", null,
        [
            Number("A month of what runs now", "currencyUSD", Draw($"730 * {FleetAlerts.HourlyUsd}", "at this rate"), Draw("plan:budget_alert_usd_per_month", "{{at}} of the budget")),
            Number("A million output tokens", "currencyUSD", Draw($"1e6 * {FleetAlerts.HourlyUsd} / (3600 * sum(rate(vllm:generation_tokens_total[1h])))", "USD")),
            Lines("Cost of an hour by pool", "currencyUSD",
                Draw("""count by (pool) (up{job="node"}) * on (pool) sum by (pool) (plan:instance_usd_per_hour)""", "{{pool}}"),
                Draw("sum by (pool) (plan:instances * plan:instance_usd_per_hour)", "{{pool}} planned")),
            Lines("Reserved machines that do not run", "none", Draw("""sum by (pool) (plan:instances{tier="reserved"}) - on (pool) count by (pool) (up{job="node"} == 1)""", "{{pool}}")),
            Headroom(),
        ]),
    ];

    private static PanelQuery Draw(string expression, string legend) => new(expression, legend);

    private static Panel Lines(string title, string unit, params ImmutableArray<PanelQuery> queries) => new(title, unit, queries);

    private static Panel Number(string title, string unit, params ImmutableArray<PanelQuery> queries) => new(title, unit, queries) { IsNumber = true };

    private static Panel Headroom() => Lines("Headroom above the planned peak", "percentunit",
        Draw("""
            sum by (serving) (count by (serving, pool) (up{job="vllm"} == 1) * on (pool) group_left () plan:replica_requests_per_second)
              / on (serving) sum by (serving) (plan:peak_requests_per_second) - 1
            """, "{{serving}}"),
        Draw("plan:headroom_ratio", "{{serving}} to be kept"));

    private static ImmutableArray<PanelQuery> Latency(string histogram, string target) =>
    [
        .. new[] { "0.5", "0.95", "0.99" }.Select(quantile => new PanelQuery(
            $"histogram_quantile({quantile}, sum by (serving, le) (rate({histogram}{Serving}[5m])))", $"{{{{serving}}}} {quantile}")),
        Draw($"{target}{Serving}", "{{serving}} promised to {{percentile}} %"),
    ];
}
