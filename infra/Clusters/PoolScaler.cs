using System.Globalization;
using GpuInfra.Infra.Clusters.Resources;
using GpuInfra.Infra.Common;
using GpuInfra.Planning.Fleets;
using Pulumi.Kubernetes.Types.Inputs.Autoscaling.V2;

namespace GpuInfra.Infra.Clusters;

/// <summary>
/// How a pool's engines follow load and hours in a cluster: the same sizes, signals and hours as its machines would (<see cref="LoadTarget"/>), counted in
/// replicas.
/// </summary>
internal static class PoolScaler
{
    /// <summary>Where Prometheus answers (<see cref="ClusterMonitoring"/>).</summary>
    public const string Prometheus = $"http://{MonitorValues.Name}-prometheus.{ClusterNames.Monitoring}.{ClusterNames.Domain}:9090";

    /// <summary>Mean share of the cache that may be in use: above it requests begin to be broken off (the alert <c>KvCacheFull</c> fires at 0.9).</summary>
    private const double CacheInUse = 0.85;

    /// <summary>Seconds between two looks.</summary>
    private const int Look = 15;

    /// <summary>Looks in a row without figures before the planned size stands in.</summary>
    private const int Blind = 3;

    /// <summary>The least time that load must have fallen, and the time between two replicas that go: as on machines.</summary>
    private const int CalmSeconds = 900, BetweenSeconds = 600;

    /// <summary>The longest that Kubernetes looks back (autoscaling/v2, <c>stabilizationWindowSeconds</c>).</summary>
    private const int MostCalmSeconds = 3_600;

    /// <summary>Queries by what they tell, each of one series: the sum over a pool's replicas, which the scaler divides by their number.</summary>
    public static IEnumerable<(string Name, string Query, string Threshold)> Signals(Pool pool, PoolScaling scaling)
    {
        yield return ("in-use", Sum("vllm:num_requests_running", pool), Number(Math.Max(1, scaling.InUse.Fraction * pool.Engine.MaxConcurrency)));
        yield return ("waiting", Sum("vllm:num_requests_waiting", pool), Number(scaling.WaitingPerReplica));
        yield return ("cache", Sum("vllm:kv_cache_usage_perc", pool), Number(CacheInUse));
    }

    /// <summary>The pool's scaler; null where it stands at its size.</summary>
    public static ScaledObjectSpecArgs? Of(PoolPlan plan) => plan switch
    {
        { Load: { } load } => ByLoad(plan.Pool, load),
        { Pool.Window: not null, Queue: null } => ByHours(plan.Pool),
        _ => null,
    };

    /// <summary>When a stretch begins, as cron says it.</summary>
    public static string Start(ScheduledStretch stretch) => WindowSchedule.Cron(stretch.At, stretch.Days);

    /// <summary>When it ends: some days after each of its days.</summary>
    public static string End(ScheduledStretch stretch)
    {
        var end = stretch.At.Add(stretch.Length, out var days);
        return WindowSchedule.Cron(end, stretch.Days.Select(day => (DayOfWeek)(((int)day + days) % 7)));
    }

    /// <summary>
    /// The least is never none: engines that are gone tell nothing, so nothing would bring the first one back (pitfall 29). Where a figure is missing, which is
    /// not the same as none (pitfall 28), the planned size stands until it is back.
    /// </summary>
    private static ScaledObjectSpecArgs ByLoad(Pool pool, LoadTarget load) => new()
    {
        ScaleTargetRef = Target(pool),
        MinReplicaCount = Least(pool, pool.Instances.Min),
        MaxReplicaCount = pool.Replicas,
        PollingInterval = Look,
        CooldownPeriod = load.WarmUpSeconds,
        InitialCooldownPeriod = load.WarmUpSeconds,
        Fallback = new ScalingFallbackArgs { FailureThreshold = Blind, Replicas = pool.Replicas },
        Advanced = Slowly(Math.Clamp(load.WarmUpSeconds, CalmSeconds, MostCalmSeconds)),
        Triggers = Signals(pool, load.Scaling).Select(signal => new ScaleTriggerArgs
        {
            Name = signal.Name,
            Type = "prometheus",
            MetricType = "AverageValue",
            Metadata = new()
            {
                ["serverAddress"] = Prometheus,
                ["query"] = signal.Query,
                ["threshold"] = signal.Threshold,
                ["activationThreshold"] = "0",
                ["ignoreNullValues"] = "false",
            },
        }).Concat((load.Schedule?.Stretches ?? []).Where(stretch => stretch.Min > pool.Instances.Min && stretch.Length < TimeSpan.FromDays(7)).Select(stretch => Hours(
            LoadTarget.NameOf(stretch),
            Start(stretch),
            End(stretch),
            "Etc/UTC",
            Least(pool, stretch.Min)))).ToList(),
    };

    /// <summary>Outside its hours a pool has none; the clock wakes it, which no engine has to tell.</summary>
    private static ScaledObjectSpecArgs ByHours(Pool pool) => new()
    {
        ScaleTargetRef = Target(pool),
        MinReplicaCount = 0,
        MaxReplicaCount = pool.Replicas,
        PollingInterval = Look,
        CooldownPeriod = Look,
        Triggers = new[] { Hours("window", WindowSchedule.Start(pool.Window!), WindowSchedule.Stop(pool.Window!), pool.Window!.TimeZone, pool.Replicas) },
    };

    private static ScaleTargetArgs Target(Pool pool) => new() { ApiVersion = "apps/v1", Kind = "Deployment", Name = pool.Id };

    private static int Least(Pool pool, int machines) => Math.Clamp(machines * pool.ReplicasPerInstance, 1, pool.Replicas);

    private static ScaleTriggerArgs Hours(string name, string start, string end, string zone, int replicas) => new()
    {
        Name = name,
        Type = "cron",
        MetricType = "AverageValue",
        Metadata = new()
        {
            ["timezone"] = zone,
            ["start"] = start,
            ["end"] = end,
            ["desiredReplicas"] = replicas.ToString(CultureInfo.InvariantCulture),
        },
    };

    private static ScalingAdvancedArgs Slowly(int calm) => new()
    {
        HorizontalPodAutoscalerConfig = new ScalingBehaviorArgs
        {
            Behavior = new HorizontalPodAutoscalerBehaviorArgs
            {
                ScaleUp = new HPAScalingRulesArgs
                {
                    StabilizationWindowSeconds = 0,
                    Policies = { new HPAScalingPolicyArgs { Type = "Percent", Value = 100, PeriodSeconds = 60 } },
                },
                ScaleDown = new HPAScalingRulesArgs
                {
                    StabilizationWindowSeconds = calm,
                    Policies = { new HPAScalingPolicyArgs { Type = "Pods", Value = 1, PeriodSeconds = BetweenSeconds } },
                },
            },
        },
    };

    private static string Sum(string metric, Pool pool) => $"sum({metric}{{job=\"vllm\",pool=\"{pool.Id}\"}})";

    private static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
