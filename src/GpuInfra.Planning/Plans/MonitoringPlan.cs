using System.Collections.Immutable;

namespace GpuInfra.Planning.Plans;

/// <summary>What watches the fleet, and whom it tells. It changes no pool.</summary>
public sealed record MonitoringPlan
{
    /// <summary>Who runs the monitors.</summary>
    public required MonitoringMode Mode { get; init; }

    /// <summary>
    /// Private networks in which the monitors are, and from which exporters may be read; 1 to <see cref="MostNetworks"/>, ordered. Empty where the stack makes
    /// monitors, whose addresses it knows.
    /// </summary>
    public ImmutableArray<string> From { get; init; } = [];

    /// <summary>Who is told of alerts, in the plan's order. Default: nobody.</summary>
    public ImmutableArray<AlertReceiver> Receivers { get; init; } = [];

    /// <summary>What raises the alarm when alerts stop coming; null for nothing.</summary>
    public AlertReceiver.Webhook? Heartbeat { get; init; }

    /// <summary>Another store of series, which gets all that Prometheus reads; null for none.</summary>
    public RemoteWrite? RemoteWrite { get; init; }

    /// <summary>Whole days for which made monitors keep series, unless their disk is full before. Default: <see cref="DefaultRetentionDays"/>.</summary>
    public int RetentionDays { get; init; } = DefaultRetentionDays;

    /// <summary>What joins the networks that monitors read each other and machines through. Default: nothing.</summary>
    public CloudLink Link { get; init; }

    /// <summary>Where the repository can be read, for the links to runbooks in what people are told; null for paths in the repository.</summary>
    public Uri? Runbooks { get; init; }

    /// <summary>How people sign in to Grafana; null for its administrator alone.</summary>
    public GrafanaSignIn? SignIn { get; init; }

    /// <summary>Names of the secrets that monitors read, ordered.</summary>
    public ImmutableArray<string> Secrets =>
    [
        .. Receivers.SelectMany(receiver => receiver.Secrets).Concat(Heartbeat?.Secrets ?? []).Append(RemoteWrite?.Secret).Append(SignIn?.Secret)
            .OfType<string>().Distinct().Order(StringComparer.Ordinal),
    ];

    /// <summary>Each network takes three rules of a security group, which has sixty (AWS, Amazon VPC quotas, 2026-11-29).</summary>
    public const int MostNetworks = 10;

    /// <summary>A month in which something happened can be looked at until its end.</summary>
    public const int DefaultRetentionDays = 31;
}

/// <summary>Who runs the monitors.</summary>
public enum MonitoringMode
{
    /// <summary>The organisation has a Prometheus already, which finds the fleet's machines by their tags.</summary>
    Existing,

    /// <summary>The stack makes two, which watch each other.</summary>
    Create,

    /// <summary>The cloud's own store of series evaluates alerts and tells of them; machines, or monitors in clusters, send it what there is.</summary>
    Managed,
}

/// <summary>Another store of series that speaks Prometheus' remote write.</summary>
/// <param name="Url">Its address, without a secret in it.</param>
/// <param name="Secret">Name of the secret that is sent as a bearer token; null for none.</param>
public sealed record RemoteWrite(string Url, string? Secret);

/// <summary>Sign-in to Grafana by OpenID Connect.</summary>
/// <param name="Issuer">The issuer, which tells its own addresses at <c>/.well-known/openid-configuration</c>.</param>
/// <param name="ClientId">What Grafana is called there.</param>
/// <param name="Secret">Name of the secret that holds the client's secret.</param>
/// <param name="Editors">The group whose members may edit; null where all may only look.</param>
public sealed record GrafanaSignIn(string Issuer, string ClientId, string Secret, string? Editors);

/// <summary>Who is told of an alert. What it takes to tell him is a secret that goes by its name.</summary>
/// <param name="Urgencies">The urgencies that he is told of: <c>page</c>, <c>ticket</c>; never empty.</param>
public abstract record AlertReceiver(ImmutableArray<AlertUrgency> Urgencies)
{
    /// <summary>Names of the secrets that it takes.</summary>
    public abstract ImmutableArray<string> Secrets { get; }

    /// <summary>A service of PagerDuty.</summary>
    /// <param name="Secret">Name of the secret that holds the routing key of its Events API v2.</param>
    /// <param name="Urgencies">What it is told of.</param>
    public sealed record PagerDuty(string Secret, ImmutableArray<AlertUrgency> Urgencies) : AlertReceiver(Urgencies)
    {
        /// <inheritdoc/>
        public override ImmutableArray<string> Secrets => [Secret];
    }

    /// <summary>An integration of Opsgenie.</summary>
    /// <param name="Secret">Name of the secret that holds its API key.</param>
    /// <param name="Urgencies">What it is told of.</param>
    public sealed record Opsgenie(string Secret, ImmutableArray<AlertUrgency> Urgencies) : AlertReceiver(Urgencies)
    {
        /// <inheritdoc/>
        public override ImmutableArray<string> Secrets => [Secret];
    }

    /// <summary>A channel of Slack.</summary>
    /// <param name="Secret">Name of the secret that holds the address of an incoming webhook.</param>
    /// <param name="Channel">The channel, as <c>#gpu-alerts</c>.</param>
    /// <param name="Urgencies">What it is told of.</param>
    public sealed record Slack(string Secret, string Channel, ImmutableArray<AlertUrgency> Urgencies) : AlertReceiver(Urgencies)
    {
        /// <inheritdoc/>
        public override ImmutableArray<string> Secrets => [Secret];
    }

    /// <summary>Somebody's mailbox, which a cloud's own store of series tells; Alertmanager would need a mail server.</summary>
    /// <param name="Address">The address.</param>
    /// <param name="Urgencies">What it is told of.</param>
    public sealed record Email(string Address, ImmutableArray<AlertUrgency> Urgencies) : AlertReceiver(Urgencies)
    {
        /// <inheritdoc/>
        public override ImmutableArray<string> Secrets => [];
    }

    /// <summary>Anything that takes Alertmanager's JSON.</summary>
    /// <param name="Url">Its address, without a secret in it; null where <see cref="UrlSecret"/> holds it.</param>
    /// <param name="Secret">Name of the secret that is sent as a bearer token; null for none.</param>
    /// <param name="Urgencies">What it is told of.</param>
    public sealed record Webhook(string? Url, string? Secret, ImmutableArray<AlertUrgency> Urgencies) : AlertReceiver(Urgencies)
    {
        /// <summary>Name of the secret that holds its address, for those whose address is what lets one in; null where <see cref="Url"/> says it. Alertmanager 0.26 or later.</summary>
        public string? UrlSecret { get; init; }

        /// <inheritdoc/>
        public override ImmutableArray<string> Secrets => [.. new[] { Secret, UrlSecret }.OfType<string>()];
    }
}

/// <summary>Urgencies that somebody is told of.</summary>
public enum AlertUrgency
{
    /// <summary>At once.</summary>
    Page,

    /// <summary>In working hours.</summary>
    Ticket,
}
