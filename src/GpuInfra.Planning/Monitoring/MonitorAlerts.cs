using System.Collections.Immutable;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Monitoring;

/// <summary>What is wrong with the monitors: there are two, and each watches the other.</summary>
internal static class MonitorAlerts
{
    private const string Down = """up{job=~"vllm|dcgm|node|bridge"} == 0""";

    /// <summary>Those of a cloud's own store, whose parts show nothing of themselves to it; alarms of the cloud watch them.</summary>
    /// <param name="group">Those of all modes.</param>
    /// <param name="hasSenders">Whether monitors read what is sent: there are two, which read each other. Machines send each for itself.</param>
    public static AlertGroup Managed(AlertGroup group, bool hasSenders) => group with { Rules = [.. group.Rules.Where(rule => rule.Name is "DeadMansSwitch" || IsOfSent(rule, hasSenders))] };

    private static bool IsOfSent(AlertRule rule, bool hasSenders) => rule.Name is "TargetDown" || (hasSenders && rule.Name is "MonitorDown");

    /// <summary>Those of a store that nothing tells that alerts arrive: machines that should run and are not heard are the sign that nobody would be.</summary>
    /// <inheritdoc cref="Managed"/>
    public static AlertGroup Standalone(AlertGroup group, bool hasSenders) => group with
    {
        Rules =
        [
            new("MachinesSilent", AlertSeverity.Page, TimeSpan.Zero,
                """sum(plan:instances_least) > 0 and on () absent_over_time(up{job="node"}[15m])""",
                "No machine has sent anything for a quarter of an hour: all are gone, or none can send, and no other alert can tell"),
            .. group.Rules.Where(rule => IsOfSent(rule, hasSenders)),
        ],
    };

    /// <summary>Those of a fleet. Of machines of which several make a replica the head alone answers: that one is missing is told by what a serving has left (<c>HeadroomBelowPlan</c>). Other pods than heads are not read.</summary>
    public static AlertGroup Of(FleetPlan fleet)
    {
        var spanning = fleet.Plan.Platform == Platform.Kubernetes ? [] : fleet.Pools.Where(pool => pool.NodesPerReplica > 1).Select(pool => pool.Id).Order(StringComparer.Ordinal).ToList();
        return spanning.Count == 0 ? Group : Group with
        {
            Rules = [.. Group.Rules.Select(rule => rule.Expression != Down ? rule : rule with { Expression = $$"""up{job=~"dcgm|node|bridge"} == 0 or up{job="vllm",pool!~"{{string.Join('|', spanning)}}"} == 0""" })],
        };
    }

    public static AlertGroup Group { get; } = new("monitors",
    [
        // It always fires; whoever receives it raises the alarm when it stops.
        new("DeadMansSwitch", AlertSeverity.Info, TimeSpan.Zero, "vector(1)", "Alerts arrive"),
        new("MonitorDown", AlertSeverity.Page, TimeSpan.FromMinutes(2),
            """up{job=~"prometheus|alertmanager"} == 0""",
            "{{ $labels.job }} on {{ $labels.instance }} does not answer: one failure more, and nobody is told of anything"),
        new("TargetDown", AlertSeverity.Ticket, TimeSpan.FromMinutes(5),
            Down,
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
