using System.Collections.Immutable;

namespace GpuInfra.Planning.Monitoring;

/// <summary>What is wrong with the fleet as a whole: what runs against what was planned, and what it costs.</summary>
internal static class FleetAlerts
{
    /// <summary>What the machines that run cost in an hour.</summary>
    internal const string HourlyUsd = """sum(count by (pool) (up{job="node"}) * on (pool) sum by (pool) (plan:instance_usd_per_hour))""";

    private const string Running = """(count by (pool) (up{job="node"} == 1) or on (pool) 0 * sum by (pool) (plan:instances))""";

    public static AlertGroup Group { get; } = new("fleet",
    [
        new("PoolBelowPlan", AlertSeverity.Ticket, TimeSpan.FromMinutes(15),
            $"sum by (pool) (plan:instances_least) - on (pool) {Running} > 0",
            "{{ $labels.pool }} lacks {{ $value }} machines: the cloud has none, or they do not start"),
        new("ReservationUnused", AlertSeverity.Ticket, TimeSpan.FromHours(1),
            $$"""sum by (pool) (plan:instances{tier="reserved"}) - on (pool) {{Running}} > 0""",
            "{{ $value }} reserved machines of {{ $labels.pool }} are paid and do not run"),
        new("HeldCapacityEnds", AlertSeverity.Ticket, TimeSpan.Zero,
            "plan:held_renew_by_timestamp_seconds < time() and on (held) plan:held_end_timestamp_seconds > time()",
            "{{ $labels.held }} ({{ $labels.covers }}) ends within the month: renew it or plan without it"),
        new("HeldCapacityEnded", AlertSeverity.Page, TimeSpan.Zero,
            "plan:held_end_timestamp_seconds < time()",
            "{{ $labels.held }} ({{ $labels.covers }}) has ended and the plan still counts on it"),
        new("SpotNotice", AlertSeverity.Info, TimeSpan.Zero,
            "max by (pool, instance) (gpuinfra_spot_notice) > 0",
            "The cloud takes a machine of {{ $labels.pool }} back"),
        new("CostAbovePlan", AlertSeverity.Ticket, TimeSpan.FromHours(1),
            $"{HourlyUsd} > 1.1 * sum(plan:instances * plan:instance_usd_per_hour)",
            "Machines that run cost ${{ $value | printf \"%.2f\" }} an hour, over a tenth more than planned"),
        new("BudgetBurn", AlertSeverity.Ticket, TimeSpan.FromMinutes(30),
            $"plan:budget_alert_usd_per_month < on () group_left () (730 * avg_over_time({HourlyUsd}[1h:5m]))",
            "A month of what runs now costs more than {{ $labels.at }} of the budget (${{ $value | printf \"%.0f\" }})"),
    ]);
}
