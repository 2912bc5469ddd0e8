using System.Collections.Immutable;
using System.Globalization;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Monitoring;

/// <summary>What users of a serving feel, or soon will.</summary>
internal static class ServingAlerts
{
    /// <summary>
    /// Upper bounds of vLLM's histogram of times to first token, in seconds (vllm/v1/metrics/loggers.py, read 2026-11-28): only at these can it
    /// be told how many requests were in time.
    /// </summary>
    private static readonly ImmutableArray<string> FirstTokenBounds =
    [
        "0.001", "0.005", "0.01", "0.02", "0.04", "0.06", "0.08", "0.1", "0.25", "0.5", "0.75", "1.0", "2.5", "5.0", "7.5", "10.0", "20.0", "40.0", "80.0", "160.0", "640.0", "2560.0",
    ];

    /// <param name="servings">The servings; what none of them promises is not watched.</param>
    public static AlertGroup Of(IEnumerable<Serving> servings)
    {
        var promises = servings.Where(serving => serving.Latency is not null).ToImmutableArray();
        return new("servings", [.. promises.IsEmpty ? [] : Late([.. promises.Select(serving => serving.Latency!.Percentile).Distinct().Order()]), .. Burning(promises), .. Always]);
    }

    /// <summary>What holds for every serving.</summary>
    private static readonly ImmutableArray<AlertRule> Always =
    [
        new("ServingDown", AlertSeverity.Page, TimeSpan.FromMinutes(2),
            """plan:peak_requests_per_second{kind="online"} unless on (serving) (count by (serving) (up{job="vllm"} == 1) > 0)""",
            "No replica of {{ $labels.serving }} answers"),
        new("HeadroomBelowPlan", AlertSeverity.Ticket, TimeSpan.FromMinutes(15),
            """
            sum by (serving) (count by (serving, pool) (up{job="vllm"} == 1) * on (pool) group_left () plan:replica_requests_per_second)
              / on (serving) sum by (serving) (plan:peak_requests_per_second) - 1 < on (serving) sum by (serving) (plan:headroom_ratio)
            """,
            "Replicas of {{ $labels.serving }} that are up leave {{ $value | humanizePercentage }} above the planned peak, less than the plan keeps"),
        new("DemandAbovePlan", AlertSeverity.Ticket, TimeSpan.FromMinutes(15),
            "sum by (serving) (rate(vllm:request_success_total[15m])) > on (serving) sum by (serving) (plan:peak_requests_per_second)",
            "{{ $labels.serving }} is asked {{ $value | printf \"%.1f\" }} times a second, more than its planned peak"),
        new("QueueGrowing", AlertSeverity.Page, TimeSpan.FromMinutes(10),
            """
            deriv(sum by (serving) (vllm:num_requests_waiting)[15m:30s]) > 0
              and on (serving) sum by (serving) (vllm:num_requests_waiting) > on (serving) sum by (serving) (plan:queue_most)
            """,
            "More and more requests to {{ $labels.serving }} wait, too many to be answered in time"),
        new("ThroughputBelowPlan", AlertSeverity.Ticket, TimeSpan.FromMinutes(15),
            """
            sum by (pool) (rate(vllm:generation_tokens_total[10m]))
              < on (pool) 0.8 * (count by (pool) (up{job="vllm"} == 1) * on (pool) sum by (pool) (plan:replica_output_tokens_per_second))
              and on (pool) sum by (pool) (vllm:num_requests_waiting) > 0
            """,
            "{{ $labels.pool }} generates {{ $value | printf \"%.0f\" }} tokens a second while requests wait, over a fifth less than planned"),
        new("ThroughputDropped", AlertSeverity.Ticket, TimeSpan.FromMinutes(15),
            """
            sum by (serving) (rate(vllm:generation_tokens_total[10m])) < 0.8 * sum by (serving) (rate(vllm:generation_tokens_total[10m] offset 1d))
              and on (serving) sum by (serving) (vllm:num_requests_waiting) > 0
            """,
            "{{ $labels.serving }} generates over a fifth less than a day ago, and requests wait"),
        new("KvCacheFull", AlertSeverity.Ticket, TimeSpan.FromMinutes(5),
            "max by (serving, pool) (vllm:kv_cache_usage_perc) > 0.9",
            "The cache of a replica of {{ $labels.pool }} is full to {{ $value | humanizePercentage }}: requests will wait or start again"),
        new("KvPreemptions", AlertSeverity.Ticket, TimeSpan.FromMinutes(10),
            "sum by (serving, pool) (rate(vllm:num_preemptions_total[5m])) > 0.1",
            "Requests in {{ $labels.pool }} are broken off and begun again for want of cache"),
        new("BatchSmall", AlertSeverity.Info, TimeSpan.FromMinutes(30),
            """
            avg by (serving) (avg_over_time(vllm:num_requests_running[15m])) < on (serving) sum by (serving) (plan:batch_least)
              and on (serving) sum by (serving) (rate(vllm:request_success_total[15m])) > 0
            """,
            "Replicas of {{ $labels.serving }} work on {{ $value | printf \"%.1f\" }} requests at a time: more GPUs than the work needs"),
        new("PrefixCacheHitBelowPlan", AlertSeverity.Ticket, TimeSpan.FromMinutes(60),
            """
            sum by (serving) (rate(vllm:prefix_cache_hits_total[1h])) / sum by (serving) (rate(vllm:prefix_cache_queries_total[1h]))
              < on (serving) 0.9 * sum by (serving) (plan:prefix_cache_hit_ratio)
            """,
            "{{ $labels.serving }} finds {{ $value | humanizePercentage }} of its prompts in the cache, less than the plan counts on"),
        new("QualityBelowPlan", AlertSeverity.Ticket, TimeSpan.FromMinutes(30),
            "quality:score < on (serving) sum by (serving) (plan:quality_least)",
            "Answers of {{ $labels.serving }} are scored {{ $value }}, less than the plan wants"),
        new("QualityUnknown", AlertSeverity.Ticket, TimeSpan.FromHours(1),
            "sum by (serving) (plan:quality_least) unless on (serving) quality:score",
            "Nobody knows how good answers of {{ $labels.serving }} are: its query gives nothing"),
        new("ModelLoadSlow", AlertSeverity.Ticket, TimeSpan.Zero,
            "max by (pool, instance) (gpuinfra_start_seconds) > on (pool) group_left () plan:start_seconds_most",
            "A machine of {{ $labels.pool }} took {{ $value | humanizeDuration }} from its start to its first token"),
    ];

    private static IEnumerable<AlertRule> Late(ImmutableArray<int> percentiles)
    {
        yield return new("TtftAboveTarget", AlertSeverity.Page, TimeSpan.FromMinutes(10), Quantile("vllm:time_to_first_token_seconds_bucket", "plan:ttft_seconds"),
            "{{ $labels.percentile }} % of requests to {{ $labels.serving }} have their first token within {{ $value | humanizeDuration }}, later than promised");
        yield return new("TpotAboveTarget", AlertSeverity.Page, TimeSpan.FromMinutes(10), Quantile("vllm:request_time_per_output_token_seconds_bucket", "plan:tpot_seconds"),
            "{{ $labels.percentile }} % of requests to {{ $labels.serving }} get a token every {{ $value | humanizeDuration }}, slower than promised");
        yield return new("QueueWait", AlertSeverity.Ticket, TimeSpan.FromMinutes(10), Quantile("vllm:request_queue_time_seconds_bucket", "0.5 * plan:ttft_seconds"),
            "{{ $labels.percentile }} % of requests to {{ $labels.serving }} wait up to {{ $value | humanizeDuration }} for a replica, half of what the first token may take");

        string Quantile(string histogram, string target) => string.Join("\nor\n", percentiles.Select(percentile =>
            $"histogram_quantile({Text(percentile / 100.0)}, sum by (serving, le) (rate({histogram}[5m])))\n"
            + $"  > on (serving) group_left (percentile) ({target}{{percentile=\"{percentile}\"}})"));
    }

    /// <summary>
    /// The share of late first tokens that the promise allows is used up too fast. Two windows each, so that it is still so and was long enough
    /// (Beyer et al., "The Site Reliability Workbook", chapter 5, 2018: 2 % of a month's allowance in an hour, 5 % in six).
    /// </summary>
    private static IEnumerable<AlertRule> Burning(ImmutableArray<Serving> promises)
    {
        var objectives = promises
            .Select(serving => (serving.Name, serving.Latency!.Percentile, Bound: BoundOf(serving.Latency!.TimeToFirstToken)))
            .Where(objective => objective.Bound is not null).ToList();
        return objectives.Count == 0 ? [] : [Burns("SloBurnsFast", AlertSeverity.Page, 14.4, "1h", "5m"), Burns("SloBurnsSlowly", AlertSeverity.Ticket, 6, "6h", "30m")];

        AlertRule Burns(string name, AlertSeverity severity, double rate, string longer, string shorter) => new(
            name, severity, TimeSpan.FromMinutes(2),
            string.Join("\nor\n", objectives.Select(objective =>
            {
                var most = Text(rate * (100 - objective.Percentile) / 100);
                return $"{Late(objective.Name, objective.Bound!, longer)} > {most}\n  and on (serving) {Late(objective.Name, objective.Bound!, shorter)} > {most}";
            })),
            $"{{{{ $value | humanizePercentage }}}} of first tokens of {{{{ $labels.serving }}}} come late, {Text(rate)} times what the promise allows or more");

        static string Late(string serving, string bound, string window) =>
            $"1 - sum by (serving) (rate(vllm:time_to_first_token_seconds_bucket{{serving=\"{serving}\",le=\"{bound}\"}}[{window}]))"
            + $" / sum by (serving) (rate(vllm:time_to_first_token_seconds_count{{serving=\"{serving}\"}}[{window}]))";
    }

    /// <summary>The first bound that is no shorter than a promise; null where the histogram ends before it.</summary>
    private static string? BoundOf(TimeSpan promised) =>
        FirstTokenBounds.FirstOrDefault(bound => double.Parse(bound, CultureInfo.InvariantCulture) >= promised.TotalSeconds);

    private static string Text(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);
}
