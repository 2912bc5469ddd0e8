using System.Collections.Immutable;

namespace GpuInfra.Planning.Drift;

/// <summary>What Prometheus is asked of a stack's replicas: the metrics of vLLM with the labels that the plan's scraping gives them.</summary>
/// <param name="over">Over what time.</param>
public sealed class ObservedQueries(TimeSpan over)
{
    /// <summary>The steps that pools are looked at in.</summary>
    public static readonly TimeSpan Step = TimeSpan.FromMinutes(5);

    private const string Minutes = "(sum by (serving) (rate(vllm:request_success_total[2m])))";

    private readonly string _window = FormattableString.Invariant($"{over.TotalSeconds:0}s");

    /// <summary>Of each serving the steps that there are figures for.</summary>
    public string StepsSeen => $"count_over_time((sum by (serving) (vllm:num_requests_running))[{_window}:5m])";

    /// <summary>Of each serving the 99.9th percentile of minutes, in requests per second.</summary>
    public string PeakMinute => $"quantile_over_time(0.999, {Minutes}[{_window}:1m])";

    /// <summary>Of each serving the minutes that there are figures for.</summary>
    public string MinutesSeen => $"count_over_time({Minutes}[{_window}:1m])";

    /// <summary>Of each pool the requests that ended per second, step by step.</summary>
    public static string PoolRates => "sum by (pool) (rate(vllm:request_success_total[5m]))";

    /// <summary>Of each pool the requests that run, step by step.</summary>
    public static string PoolRunning => "sum by (pool) (avg_over_time(vllm:num_requests_running[5m]))";

    /// <summary>Of each pool the replicas that tell, step by step.</summary>
    public static string PoolReplicas => "count by (pool) (avg_over_time(vllm:num_requests_running[5m]))";

    /// <summary>Requests ended, by a label.</summary>
    public string Requests(string label) => Sum(label, "vllm:request_success_total");

    /// <summary>Input tokens of them, by a label.</summary>
    public string InputTokens(string label) => Sum(label, "vllm:prompt_tokens_total");

    /// <summary>Output tokens of them, by a label.</summary>
    public string OutputTokens(string label) => Sum(label, "vllm:generation_tokens_total");

    /// <summary>Seconds that they waited, were read, were generated, and took in all, each by serving.</summary>
    public ImmutableArray<string> PhaseSeconds =>
    [
        Sum("serving", "vllm:request_queue_time_seconds_sum"), Sum("serving", "vllm:request_prefill_time_seconds_sum"),
        Sum("serving", "vllm:request_decode_time_seconds_sum"), Sum("serving", "vllm:e2e_request_latency_seconds_sum"),
    ];

    /// <summary>All of them.</summary>
    public ImmutableArray<string> All =>
    [
        StepsSeen, PeakMinute, MinutesSeen, PoolRates, PoolRunning, PoolReplicas, Requests("serving"), InputTokens("serving"), OutputTokens("pool"), .. PhaseSeconds,
    ];

    private string Sum(string label, string counter) => $"sum by ({label}) (increase({counter}[{_window}]))";
}
