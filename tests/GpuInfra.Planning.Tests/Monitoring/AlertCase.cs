using System.Collections.Immutable;
using System.Globalization;

namespace GpuInfra.Planning.Tests.Monitoring;

/// <summary>Series that make an alert fire, and series that are as they should be.</summary>
/// <param name="Alert">The alert.</param>
/// <param name="Fires">Series with their values by minute, as promtool writes them: <c>5x90</c> is five ninety times, <c>0+3x90</c> grows by three.</param>
/// <param name="Quiet">The same, of a fleet that is well.</param>
internal sealed record AlertCase(string Alert, ImmutableArray<(string Series, string Values)> Fires, ImmutableArray<(string Series, string Values)> Quiet)
{
    private const string Gpu = """{pool="p",serving="chat",Hostname="h",gpu="0"}""";
    private const string Chat = """{serving="chat",pool="p",instance="i"}""";
    private const string PlanChat = """{serving="chat",kind="online"}""";
    private const string PlanPool = """{serving="chat",pool="p",tier="onDemand"}""";
    private const string PlanReserved = """{serving="chat",pool="p",tier="reserved"}""";
    private const string Promised = """{serving="chat",kind="online",percentile="95"}""";
    private const string Held = """{held="cr-1",covers="p5"}""";

    /// <summary>One for every alert.</summary>
    public static ImmutableArray<AlertCase> All { get; } =
    [
        // GPUs.
        Of("GpuXid", [("""DCGM_EXP_XID_ERRORS_COUNT{pool="p",Hostname="h",gpu="0",xid="79"}""", "1x90")], [("""DCGM_EXP_XID_ERRORS_COUNT{pool="p",Hostname="h",gpu="0",xid="13"}""", "5x90")]),
        Of("GpuMissing",
            [($"DCGM_FI_DEV_GPU_UTIL{Gpu}", "50x90"), ($"plan:gpus_per_instance{PlanPool}", "2x90")],
            [($"DCGM_FI_DEV_GPU_UTIL{Gpu}", "50x90"), ($"plan:gpus_per_instance{PlanPool}", "1x90")]),
        Of("GpuMetricsMissing", [(Up("node"), "1x90")], [(Up("node"), "1x90"), ($"DCGM_FI_DEV_GPU_UTIL{Gpu}", "0x90")]),
        Of("GpuEccDoubleBit", [($"DCGM_FI_DEV_ECC_DBE_VOL_TOTAL{Gpu}", "0x74 1x15")], [($"DCGM_FI_DEV_ECC_DBE_VOL_TOTAL{Gpu}", "3x90")]),
        Of("GpuRowRemapFailure", [($"DCGM_FI_DEV_ROW_REMAP_FAILURE{Gpu}", "1x90")], [($"DCGM_FI_DEV_ROW_REMAP_FAILURE{Gpu}", "0x90")]),
        Of("GpuNvlinkErrors", Nvlink("0+1x90"), Nvlink("7x90")),
        Of("GpuHot", [($"DCGM_FI_DEV_GPU_TEMP{Gpu}", "84x90")], [($"DCGM_FI_DEV_GPU_TEMP{Gpu}", "83x90")]),
        Of("GpuMemoryHot", [($"DCGM_FI_DEV_MEMORY_TEMP{Gpu}", "96x90")], [($"DCGM_FI_DEV_MEMORY_TEMP{Gpu}", "9.2e18x90")]),
        Of("GpuThrottled", [($"DCGM_FI_DEV_THERMAL_VIOLATION{Gpu}", "0+1000x90")], [($"DCGM_FI_DEV_THERMAL_VIOLATION{Gpu}", "1000x90")]),
        Of("GpuMemoryFull", Memory("97"), Memory("94")),
        Of("GpuSaturated",
            [($"DCGM_FI_PROF_GR_ENGINE_ACTIVE{Gpu}", "0.97x90"), ($"vllm:num_requests_waiting{Chat}", "3x90")],
            [($"DCGM_FI_PROF_GR_ENGINE_ACTIVE{Gpu}", "0.97x90"), ($"vllm:num_requests_waiting{Chat}", "0x90")]),
        Of("GpuUnderUtilized", [($"DCGM_FI_DEV_GPU_UTIL{Gpu}", "20x90")], [($"DCGM_FI_DEV_GPU_UTIL{Gpu}", "20x90"), ($"plan:instances{PlanReserved}", "2x90")]),

        // Servings: one in three of the requests is slow, or none is.
        Of("TtftAboveTarget", [.. Histogram("vllm:time_to_first_token_seconds", "1.0", 2), ($"plan:ttft_seconds{Promised}", "2x90")], [.. Histogram("vllm:time_to_first_token_seconds", "1.0", 3), ($"plan:ttft_seconds{Promised}", "2x90")]),
        Of("TpotAboveTarget",
            [.. Histogram("vllm:request_time_per_output_token_seconds", "0.05", 2), ($"plan:tpot_seconds{Promised}", "0.05x90")],
            [.. Histogram("vllm:request_time_per_output_token_seconds", "0.05", 3), ($"plan:tpot_seconds{Promised}", "0.05x90")]),
        Of("QueueWait", [.. Histogram("vllm:request_queue_time_seconds", "0.3", 2), ($"plan:ttft_seconds{Promised}", "2x90")], [.. Histogram("vllm:request_queue_time_seconds", "0.3", 3), ($"plan:ttft_seconds{Promised}", "2x90")]),
        Of("SloBurnsFast", Late(every: 1), Late(every: 5)),
        Of("SloBurnsSlowly", Late(every: 2), Late(every: 5)),
        Of("ServingDown", [($"plan:peak_requests_per_second{PlanChat}", "9x90"), (Up("vllm"), "0x90")], [($"plan:peak_requests_per_second{PlanChat}", "9x90"), (Up("vllm"), "1x90")]),
        Of("HeadroomBelowPlan", Headroom("11"), Headroom("12.5")),
        Of("DemandAbovePlan", Demand("0+660x90"), Demand("0+540x90")),
        Of("QueueGrowing",
            [($"vllm:num_requests_waiting{Chat}", "0+2x90"), ($"plan:queue_most{PlanChat}", "20x90")],
            [($"vllm:num_requests_waiting{Chat}", "150-1x90"), ($"plan:queue_most{PlanChat}", "20x90")]),
        Of("ThroughputBelowPlan", Throughput("0+4500x90", "1x90"), Throughput("0+5000x90", "1x90")),
        Of("ThroughputDropped", Throughput("0+60000x60 3600000+1000x1500", "1x1560"), Throughput("0+60000x60 3600000+1000x1500", "0x1560")) with { Minutes = 1490 },
        Of("KvCacheFull", [($"vllm:kv_cache_usage_perc{Chat}", "0.95x90")], [($"vllm:kv_cache_usage_perc{Chat}", "0.9x90")]),
        Of("KvPreemptions", [($"vllm:num_preemptions_total{Chat}", "0+12x90")], [($"vllm:num_preemptions_total{Chat}", "0+5x90")]),
        Of("BatchSmall", Batch("3"), Batch("4")),
        Of("PrefixCacheHitBelowPlan", Prefix("0+40x90"), Prefix("0+48x90")) with { Minutes = 150 },
        Of("QualityBelowPlan", Scored("0.85"), Scored("0.9")),
        Of("QualityUnknown", [($"plan:quality_least{PlanChat}", "0.9x90")], Scored("0.1")),
        Of("ModelLoadSlow",
            [($"gpuinfra_start_seconds{Chat}", "700x90"), ($"plan:start_seconds_most{PlanPool}", "600x90")],
            [($"gpuinfra_start_seconds{Chat}", "500x90"), ($"plan:start_seconds_most{PlanPool}", "600x90")]),

        // The fleet: two machines are planned and one runs, or both do.
        Of("PoolBelowPlan", [($"plan:instances_least{PlanPool}", "1x90"), ($"plan:instances{PlanPool}", "2x90")], [($"plan:instances_least{PlanPool}", "1x90"), ($"plan:instances{PlanPool}", "2x90"), (Up("node"), "1x90")]),
        Of("ReservationUnused",
            [($"plan:instances{PlanReserved}", "2x90"), (Up("node"), "1x90")],
            [($"plan:instances{PlanReserved}", "1x90"), (Up("node"), "1x90")]),
        Of("HeldCapacityEnds",
            [($"plan:held_renew_by_timestamp_seconds{Held}", "60x90"), ($"plan:held_end_timestamp_seconds{Held}", "1e9x90")],
            [($"plan:held_renew_by_timestamp_seconds{Held}", "9e8x90"), ($"plan:held_end_timestamp_seconds{Held}", "1e9x90")]),
        Of("HeldCapacityEnded", [($"plan:held_end_timestamp_seconds{Held}", "60x90")], [($"plan:held_end_timestamp_seconds{Held}", "1e9x90")]),
        Of("SpotNotice", [($"gpuinfra_spot_notice{Chat}", "1x90")], [($"gpuinfra_spot_notice{Chat}", "0x90")]),
        Of("CostAbovePlan", Cost(10, planned: 1), Cost(10, planned: 2)) with { Minutes = 120 },
        // A machine at $10 an hour costs $7,300 a month.
        Of("BudgetBurn",
            [.. Cost(10, planned: 1), ("""plan:budget_alert_usd_per_month{at="80 %"}""", "7000x150")],
            [.. Cost(10, planned: 1), ("""plan:budget_alert_usd_per_month{at="80 %"}""", "15000x150")]) with { Minutes = 120 },

        // Clusters.
        Of("NodeNotReady", [(NodeReady, "0x90")], [(NodeReady, "1x90")]),
        Of("GpuNotAllocatable", Node("7", "8"), Node("8", "8")),
        Of("GpuPodsPending", Pods("1x90"), Pods("0x90")),
        Of("CanaryUnguarded", Guards("1x90", "0x90"), Guards("1x90", "1x90")),

        // Routers: a dead machine is found no more, a dead HAProxy does not answer.
        Of("RouterShort", [(PlanRouters, "2x90"), (Router("i"), "1x90")], [(PlanRouters, "2x90"), (Router("i"), "1x90"), (Router("j"), "1x90")]),
        Of("RequestsFail", [(Answers("5xx"), "0+4x90"), (Answers("2xx"), "0+60x90")], [(Answers("5xx"), "0+2x90"), (Answers("2xx"), "0+60x90")]),
        Of("ApiFails", [(Asked("failed"), "0+10x90"), (Asked("answered"), "0+60x90")], [(Asked("limited"), "0+60x90"), (Asked("failed"), "0+6x90"), (Asked("answered"), "0+60x90")]),
        Of("GuardrailFails",
            [("""gpuinfra_bridge_guardrail_failures_total{serving="chat"}""", "0+6x90"), (Cascades("accepted"), "0+30x90"), (Cascades("escalated"), "0+30x90")],
            [("""gpuinfra_bridge_guardrail_failures_total{serving="chat"}""", "0+2x90"), (Cascades("accepted"), "0+30x90"), (Cascades("escalated"), "0+30x90")]),

        // Monitors.
        Of("DeadMansSwitch", [("x", "1x90")], []),
        Of("MonitorDown", [(Up("alertmanager"), "0x90")], [(Up("alertmanager"), "1x90")]),
        Of("TargetDown", [(Up("dcgm"), "0x90")], [(Up("dcgm"), "1x90")]),
        Of("AlertsNotSent", [("""prometheus_notifications_dropped_total{instance="m"}""", "0+1x90")], [("""prometheus_notifications_dropped_total{instance="m"}""", "4x90")]),
        Of("AlertsNotDelivered", [("""alertmanager_notifications_failed_total{integration="slack"}""", "0+1x90")], [("""alertmanager_notifications_failed_total{integration="slack"}""", "4x90")]),
        Of("RulesFail", [("""prometheus_rule_evaluation_failures_total{rule_group="g"}""", "0+1x90")], [("""prometheus_rule_evaluation_failures_total{rule_group="g"}""", "4x90")]),
        Of("MonitorConfigurationRefused", [("""prometheus_config_last_reload_successful{instance="m"}""", "0x90")], [("""prometheus_config_last_reload_successful{instance="m"}""", "1x90")]),
    ];

    /// <summary>That of a store by itself.</summary>
    public static AlertCase Silent { get; } = Of("MachinesSilent", [($"plan:instances_least{PlanPool}", "1x90"), (Up("node"), "1x30")], [($"plan:instances_least{PlanPool}", "1x90"), (Up("node"), "1x90")]);

    /// <summary>Where nothing looks at canaries' alerts, though routers would hear of a word.</summary>
    public static AlertCase Unlooked { get; } = Of("CanaryUnguarded", Guards("0x90", "1x90"), Guards("1x90", "1x90"));

    private const string PlanRouters = """plan:routers{cloud="aws",region="us-east-1"}""";

    private static string Router(string instance) => $$"""up{job="router",cloud="aws",region="us-east-1",instance="{{instance}}"}""";

    private static string Answers(string code) => $$"""haproxy_backend_http_responses_total{cloud="aws",region="us-east-1",instance="i",proxy="chat.0",code="{{code}}"}""";

    private static string Asked(string result) => $$"""gpuinfra_bridge_requests_total{serving="chat",api="claude",why="overflow",result="{{result}}"}""";

    private static string Cascades(string verdict) => $$"""gpuinfra_bridge_cascades_total{serving="chat",verdict="{{verdict}}"}""";

    private const string NodeReady = """kube_node_status_condition{node="n",condition="Ready",status="true"}""";

    /// <summary>What looks at canaries' alerts, and what tells the second of two routers.</summary>
    private static ImmutableArray<(string, string)> Guards(string looks, string tells) =>
    [
        ("""kube_deployment_status_replicas_available{namespace="monitoring",deployment="canaries"}""", looks),
        ("""kube_pod_container_status_ready{namespace="serving",container="canary",pod="a"}""", "1x90"), ("""kube_pod_container_status_ready{namespace="serving",container="canary",pod="b"}""", tells),
    ];

    /// <summary>A node with its GPUs, and how many of them it offers.</summary>
    private static ImmutableArray<(string, string)> Node(string offered, string has) =>
    [
        ("""kube_node_labels{node="n",pool="p"}""", "1x90"), ("""kube_node_status_allocatable{node="n",resource="nvidia_com_gpu"}""", $"{offered}x90"),
        ("""kube_node_status_capacity{node="n",resource="nvidia_com_gpu"}""", $"{has}x90"),
    ];

    private static ImmutableArray<(string, string)> Pods(string unschedulable) =>
        [("""kube_pod_labels{namespace="serving",pod="a",pool="p"}""", "1x90"), ("""kube_pod_status_unschedulable{namespace="serving",pod="a"}""", unschedulable)];

    /// <summary>The minute that is looked at.</summary>
    public int Minutes { get; init; } = 80;

    private static AlertCase Of(string alert, ImmutableArray<(string, string)> fires, ImmutableArray<(string, string)> quiet) => new(alert, fires, quiet);

    private static string Up(string job) => $$"""up{job="{{job}}",serving="chat",pool="p",instance="i"}""";

    private static ImmutableArray<(string, string)> Nvlink(string values) =>
    [
        ($"DCGM_FI_DEV_NVLINK_REPLAY_ERROR_COUNT_TOTAL{Gpu}", values), ($"DCGM_FI_DEV_NVLINK_RECOVERY_ERROR_COUNT_TOTAL{Gpu}", "0x90"), ($"DCGM_FI_DEV_NVLINK_CRC_DATA_ERROR_COUNT_TOTAL{Gpu}", "0x90"),
    ];

    private static ImmutableArray<(string, string)> Memory(string used) =>
        [($"DCGM_FI_DEV_FB_USED{Gpu}", $"{used}x90"), ($"DCGM_FI_DEV_FB_FREE{Gpu}", $"{100 - int.Parse(used, CultureInfo.InvariantCulture)}x90"), ($"plan:gpu_memory_percent_most{PlanPool}", "95x90")];

    /// <summary>Three requests a minute, of which some are below the bound.</summary>
    private static ImmutableArray<(string, string)> Histogram(string name, string bound, int below) =>
    [
        ($$"""{{name}}_bucket{serving="chat",pool="p",instance="i",le="{{bound}}"}""", $"0+{below}x90"), ($$"""{{name}}_bucket{serving="chat",pool="p",instance="i",le="5.0"}""", "0+3x90"), ($$"""{{name}}_bucket{serving="chat",pool="p",instance="i",le="+Inf"}""", "0+3x90"),
    ];

    /// <summary>Ten requests a minute, of which one in so many is late: the promise of A.Serving allows one in twenty.</summary>
    private static ImmutableArray<(string, string)> Late(int every) =>
    [
        ("""vllm:time_to_first_token_seconds_bucket{serving="chat",pool="p",instance="i",le="2.5"}""", $"0+{10 - (10 / every)}x90"), ("""vllm:time_to_first_token_seconds_count{serving="chat",pool="p",instance="i"}""", "0+10x90"),
    ];

    private static ImmutableArray<(string, string)> Headroom(string replica) =>
        [(Up("vllm"), "1x90"), ($"plan:replica_requests_per_second{PlanPool}", $"{replica}x90"), ($"plan:peak_requests_per_second{PlanChat}", "10x90"), ($"plan:headroom_ratio{PlanChat}", "0.2x90")];

    private static ImmutableArray<(string, string)> Demand(string served) =>
        [("""vllm:request_success_total{serving="chat",pool="p",instance="i",finished_reason="stop"}""", served), ($"plan:peak_requests_per_second{PlanChat}", "10x90")];

    private static ImmutableArray<(string, string)> Throughput(string tokens, string waiting) =>
        [($"vllm:generation_tokens_total{Chat}", tokens), ($"vllm:num_requests_waiting{Chat}", waiting), (Up("vllm"), "1x90"), ($"plan:replica_output_tokens_per_second{PlanPool}", "100x90")];

    private static ImmutableArray<(string, string)> Batch(string running) =>
        [($"vllm:num_requests_running{Chat}", $"{running}x90"), ($"vllm:request_success_total{Chat}", "0+60x90"), ($"plan:batch_least{PlanChat}", "4x90")];

    private static ImmutableArray<(string, string)> Prefix(string hits) =>
        [($"vllm:prefix_cache_hits_total{Chat}", hits.Replace("x90", "x160", StringComparison.Ordinal)), ($"vllm:prefix_cache_queries_total{Chat}", "0+100x160"), ($"plan:prefix_cache_hit_ratio{PlanChat}", "0.5x160")];

    /// <summary>The worst of two evaluations counts.</summary>
    private static ImmutableArray<(string, string)> Scored(string worst) =>
        [("""eval_score{suite="a"}""", "0.95x90"), ("""eval_score{suite="b"}""", $"{worst}x90"), ($"plan:quality_least{PlanChat}", "0.9x90")];

    private static ImmutableArray<(string, string)> Cost(int hourly, int planned) =>
    [
        ("""up{job="node",pool="p",instance="i"}""", "1x150"), ("""up{job="node",pool="p",instance="j"}""", "1x150"),
        ($"plan:instance_usd_per_hour{PlanPool}", $"{hourly}x150"), ($"plan:instances{PlanPool}", $"{planned}x150"),
    ];
}
