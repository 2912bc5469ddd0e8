using System.Collections.Immutable;

namespace GpuInfra.Planning.Monitoring;

/// <summary>What is wrong with the monitors: there are two, and each watches the other.</summary>
internal static class MonitorAlerts
{
    /// <summary>Those of a cloud's own store, whose parts show nothing of themselves to it; alarms of the cloud watch them.</summary>
    public static AlertGroup Managed(AlertGroup group) => group with { Rules = [.. group.Rules.Where(rule => rule.Name is "DeadMansSwitch" or "TargetDown")] };

    /// <summary>The same where replicas of some pools span machines: of each replica one machine answers, so what is missing is told by headroom and throughput.</summary>
    /// <param name="group">The group.</param>
    /// <param name="pools">Ids of these pools.</param>
    public static AlertGroup OverNodes(AlertGroup group, IEnumerable<string> pools) => group with
    {
        Rules =
        [
            .. group.Rules.Select(rule => rule.Name != "TargetDown" ? rule
                : rule with { Expression = $$"""{{rule.Expression}} unless on (job, instance) up{job="vllm", pool=~"{{string.Join('|', pools)}}"}""" }),
        ],
    };

    /// <summary>Those of a store that nothing tells that alerts arrive: machines that should run and are not heard are the sign that nobody would be.</summary>
    public static AlertGroup Standalone => Group with
    {
        Rules =
        [
            new("MachinesSilent", AlertSeverity.Page, TimeSpan.Zero,
                """sum(plan:instances_least) > 0 and on () absent_over_time(up{job="node"}[15m])""",
                "No machine has sent anything for a quarter of an hour: all are gone, or none can send, and no other alert can tell"),
            .. Group.Rules.Where(rule => rule.Name == "TargetDown"),
        ],
    };

    public static AlertGroup Group { get; } = new("monitors",
    [
        // It always fires; whoever receives it raises the alarm when it stops.
        new("DeadMansSwitch", AlertSeverity.Info, TimeSpan.Zero, "vector(1)", "Alerts arrive"),
        new("MonitorDown", AlertSeverity.Page, TimeSpan.FromMinutes(2),
            """up{job=~"prometheus|alertmanager"} == 0""",
            "{{ $labels.job }} on {{ $labels.instance }} does not answer: one failure more, and nobody is told of anything"),
        new("TargetDown", AlertSeverity.Ticket, TimeSpan.FromMinutes(5),
            """up{job=~"vllm|dcgm|node"} == 0""",
            "{{ $labels.job }} on {{ $labels.instance }} ({{ $labels.pool }}) does not answer"),
        new("AlertsNotSent", AlertSeverity.Page, TimeSpan.FromMinutes(5),
            "rate(prometheus_notifications_dropped_total[5m]) > 0",
            "{{ $labels.instance }} cannot hand its alerts to any Alertmanager"),
        new("AlertsNotDelivered", AlertSeverity.Page, TimeSpan.FromMinutes(5),
            "rate(alertmanager_notifications_failed_total[5m]) > 0",
            "Alerts to {{ $labels.integration }} are not accepted"),
        new("RulesFail", AlertSeverity.Ticket, TimeSpan.FromMinutes(5),
            "increase(prometheus_rule_evaluation_failures_total[5m]) > 0",
            "Rules of {{ $labels.rule_group }} cannot be evaluated on {{ $labels.instance }}"),
        new("MonitorConfigurationRefused", AlertSeverity.Ticket, TimeSpan.FromMinutes(5),
            "prometheus_config_last_reload_successful == 0 or alertmanager_config_last_reload_successful == 0",
            "{{ $labels.instance }} runs with an old configuration, because it refused the new one"),
    ]);
}
