using System.Collections.Immutable;
using System.Globalization;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Monitoring;
using GpuInfra.Planning.Monitoring.Dashboards;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Infra.Common;

/// <summary>
/// What monitors run: a script that their machines hold, and files that a service on them fetches when a list in the bucket names others. So a changed plan
/// changes what they watch and renews no machine.
/// </summary>
internal static class MonitorSource
{
    /// <summary>What every file's path begins with; monitors may read nothing else of the bucket.</summary>
    public const string Root = "monitor";

    /// <summary>The list of files that a monitor takes, one path a line.</summary>
    public const string Wanted = $"{Root}/wanted";

    /// <summary>
    /// GiB of the disk of series, and of what Alertmanager and Grafana remember. A reading takes two bytes at most (prometheus.io, Storage, read 2026-11-29), so that at one every
    /// fifteen seconds two hundred thousand series have room for a month; of more, the oldest go first.
    /// </summary>
    public const int DataGib = 100;

    /// <summary>Of the disk, what series may take.</summary>
    private const int SeriesGb = DataGib * 8 / 10;

    private const string Script = "monitor/boot.sh";

    /// <summary>What monitors read of each other, by a word for the names of rules.</summary>
    public static ImmutableArray<(string Name, string Protocol, int First, int Last)> Ports { get; } =
    [
        ("prometheus", "tcp", MonitorPorts.Prometheus, MonitorPorts.Prometheus),
        ("alertmanager", "tcp", MonitorPorts.Alertmanager, MonitorPorts.Gossip),
        ("gossip", "udp", MonitorPorts.Gossip, MonitorPorts.Gossip),
    ];

    /// <summary>Where monitors go in private networks: to what they read, and to each other.</summary>
    public static ImmutableArray<(string Name, string Protocol, int First, int Last)> PortsOut { get; } =
        [.. MonitoringSource.Ports.Concat(MonitoringSource.Router).Select(port => (port.Name, "tcp", port.First, port.Last)), .. Ports];

    /// <summary>What keeps a monitor's files as they are wanted.</summary>
    public static MachineFile Sync { get; } = new(Root, "sync.sh", CpuMachine.Script([], "monitor/sync.sh"));

    /// <summary>What stops canaries of the region.</summary>
    public static MachineFile Canary { get; } = new(Root, "canary.sh", EmbeddedText.Read("monitor/canary.sh"));

    /// <summary>What a monitor may write in the bucket, where a canary stops by itself: nothing but that it does.</summary>
    public const string Stopped = $"{RouterSource.Root}/canary";

    /// <summary>True where a canary of the region stops by itself.</summary>
    public static bool Stops(RegionFleet region) => !RouterSource.Stopping(region.Entry).IsEmpty;

    /// <summary>What monitors of a region fetch by its sum when they start.</summary>
    public static IEnumerable<MachineFile> Programs(RegionFleet region) => Stops(region) ? [Sync, Canary] : [Sync];

    /// <summary>What monitors of a region take: the same for all of them.</summary>
    /// <param name="fleet">The fleet.</param>
    /// <param name="site">One of the region's monitors.</param>
    public static ImmutableArray<MachineFile> Files(FleetPlan fleet, MonitorSite site) =>
    [
        new(Root, "prometheus.json", PrometheusConfig.Of(fleet, site)),
        new(Root, "rules.json", AlertRules.Of(fleet, Catalog.Embedded).AlertsText(fleet.Stack, fleet.Plan.Monitoring!.Runbooks)),
        new(Root, "alertmanager.json", AlertmanagerConfig.Of(fleet.Plan.Monitoring!)),
        .. DashboardSet.All.Select(board => new MachineFile(Root, $"{board.Id}.json", DashboardJson.ToText(board))),
    ];

    /// <summary>
    /// The plan's figures, by serving; those of the plan as a whole have none. They change with the demand, so they stay where they are in the bucket and are read at every look,
    /// and each is its serving's. Google Cloud's provider takes what is in a bucket for a secret, and the same text in another cloud would look like one let out: each cloud's says whose it is.
    /// </summary>
    public static ImmutableArray<MonitorFigures> Figures(FleetPlan fleet, CloudProvider cloud) =>
    [
        .. PlanSeries.Of(fleet, Catalog.Embedded).GroupBy(series => series.Labels.GetValueOrDefault("serving")).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => new MonitorFigures(fleet.Servings.FirstOrDefault(serving => serving.Serving.Name == group.Key)?.Serving, AlertRules.FiguresText($"plan for {cloud.Name()}", group))),
    ];

    /// <summary>The list that names all of them.</summary>
    public static string ListOf(RegionFleet region) => string.Concat(region.MonitorFiles.Select(file => file.Key).Concat(region.MonitorFigures.Select(figures => figures.Key)).Select(key => $"{key}\n"));

    /// <summary>The script that a machine runs when it starts. It holds names of secrets and no secret.</summary>
    /// <param name="region">The region.</param>
    /// <param name="monitor">The monitor.</param>
    /// <param name="bucket">The region's bucket.</param>
    /// <param name="volume">The disk of its series: the volume's id on AWS, the device's name on Google Cloud.</param>
    /// <param name="adminSecret">The secret of Grafana's administrator.</param>
    public static string Boot(RegionFleet region, MonitorMachine monitor, string bucket, string volume, string adminSecret)
    {
        var plan = region.Monitoring!;
        return CpuMachine.Script(
        [
            ("CLOUD", region.Cloud.Name()),
            ("REGION", region.Region),
            ("BUCKET", bucket),
            ("VOLUME", volume),
            ("ADDRESS", monitor.Site.Address),
            ("PEERS", string.Join(' ', monitor.Site.Others.Select(other => other.Address))),
            ("SYNC_KEY", Sync.Key),
            ("SYNC_SHA256", Sync.Sum),
            ("WANTED", Wanted),
            ("RETENTION", $"{Number(plan.RetentionDays)}d"),
            ("RETENTION_SIZE", $"{Number(SeriesGb)}GB"),
            ("ALERTMANAGER_SECRETS", string.Join(' ', plan.Receivers.SelectMany(receiver => receiver.Secrets).Concat(plan.Heartbeat?.Secrets ?? []).Distinct().Order(StringComparer.Ordinal))),
            ("PROMETHEUS_SECRETS", plan.RemoteWrite?.Secret ?? ""),
            ("ADMIN_SECRET_NAME", adminSecret),
            ("OIDC_ISSUER", plan.SignIn?.Issuer ?? ""),
            ("OIDC_CLIENT", plan.SignIn?.ClientId ?? ""),
            ("OIDC_SECRET_NAME", plan.SignIn?.Secret ?? ""),
            ("OIDC_EDITORS", plan.SignIn?.Editors ?? ""),
            ("PROMETHEUS_PORT", Number(MonitorPorts.Prometheus)),
            ("ALERTMANAGER_PORT", Number(MonitorPorts.Alertmanager)),
            ("GOSSIP_PORT", Number(MonitorPorts.Gossip)),
            ("GRAFANA_PORT", Number(MonitorPorts.Grafana)),
            .. !Stops(region) ? [] : new[] { ("CANARY_KEY", Canary.Key), ("CANARY_SHA256", Canary.Sum), ("CANARY_ALERTS", AlertRules.StopCanaries), ("CANARIES", string.Join(' ', RouterSource.Stopping(region.Entry).Select(one => $"{one.Serving}={one.Canary}"))) },
        ], Stops(region) ? [Script, "monitor/canary-unit.sh"] : [Script]);
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Figures of the plan as a monitor reads them.</summary>
/// <param name="Serving">Whose they are; null for the plan's as a whole.</param>
/// <param name="Content">Their text.</param>
internal sealed record MonitorFigures(Serving? Serving, string Content)
{
    /// <summary>Where they are in the bucket.</summary>
    public string Key => $"{MonitorSource.Root}/{PrometheusConfig.FiguresFolder}/{Serving?.Name ?? "plan"}.json";
}
