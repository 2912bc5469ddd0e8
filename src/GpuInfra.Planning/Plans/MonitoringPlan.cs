using System.Collections.Immutable;

namespace GpuInfra.Planning.Plans;

/// <summary>What watches the fleet, and whom it tells. It changes no pool.</summary>
public sealed record MonitoringPlan
{
    /// <summary>Who runs the monitors.</summary>
    public required MonitoringMode Mode { get; init; }

    /// <summary>Private networks in which the monitors are, and from which exporters may be read; 1 to <see cref="MostNetworks"/>, ordered.</summary>
    public required ImmutableArray<string> From { get; init; }

    /// <summary>Who is told of alerts, in the plan's order. Default: nobody.</summary>
    public ImmutableArray<AlertReceiver> Receivers { get; init; } = [];

    /// <summary>What raises the alarm when alerts stop coming; null for nothing.</summary>
    public AlertReceiver.Webhook? Heartbeat { get; init; }

    /// <summary>Each network takes three rules of a security group, which has sixty (AWS, Amazon VPC quotas, 2026-11-29).</summary>
    public const int MostNetworks = 10;
}

/// <summary>Who runs the monitors.</summary>
public enum MonitoringMode
{
    /// <summary>The organisation has a Prometheus already, which finds the fleet's machines by their tags.</summary>
    Existing,
}

/// <summary>Who is told of an alert. What it takes to tell him is a secret that goes by its name.</summary>
/// <param name="Urgencies">The urgencies that he is told of: <c>page</c>, <c>ticket</c>; never empty.</param>
public abstract record AlertReceiver(ImmutableArray<AlertUrgency> Urgencies)
{
    /// <summary>A service of PagerDuty.</summary>
    /// <param name="Secret">Name of the secret that holds the routing key of its Events API v2.</param>
    /// <param name="Urgencies">What it is told of.</param>
    public sealed record PagerDuty(string Secret, ImmutableArray<AlertUrgency> Urgencies) : AlertReceiver(Urgencies);

    /// <summary>An integration of Opsgenie.</summary>
    /// <param name="Secret">Name of the secret that holds its API key.</param>
    /// <param name="Urgencies">What it is told of.</param>
    public sealed record Opsgenie(string Secret, ImmutableArray<AlertUrgency> Urgencies) : AlertReceiver(Urgencies);

    /// <summary>A channel of Slack.</summary>
    /// <param name="Secret">Name of the secret that holds the address of an incoming webhook.</param>
    /// <param name="Channel">The channel, as <c>#gpu-alerts</c>.</param>
    /// <param name="Urgencies">What it is told of.</param>
    public sealed record Slack(string Secret, string Channel, ImmutableArray<AlertUrgency> Urgencies) : AlertReceiver(Urgencies);

    /// <summary>Anything that takes Alertmanager's JSON.</summary>
    /// <param name="Url">Its address, without a secret in it.</param>
    /// <param name="Secret">Name of the secret that is sent as a bearer token; null for none.</param>
    /// <param name="Urgencies">What it is told of.</param>
    public sealed record Webhook(string Url, string? Secret, ImmutableArray<AlertUrgency> Urgencies) : AlertReceiver(Urgencies);
}

/// <summary>Urgencies that somebody is told of.</summary>
public enum AlertUrgency
{
    /// <summary>At once.</summary>
    Page,

    /// <summary>In working hours.</summary>
    Ticket,
}
