using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Routes;

namespace GpuInfra.Planning.Monitoring;

/// <summary>
/// How Prometheus finds a fleet: by tags of its machines, which carry the labels that alerts and dashboards go by. A machine that comes or goes
/// changes nothing here; a pool that comes or goes does.
/// </summary>
public static partial class PrometheusConfig
{
    /// <summary>How often series are read and rules evaluated: the rules' shortest window, a minute, then holds four readings.</summary>
    private const string Interval = "15s";

    /// <summary>Where files of secrets are expected.</summary>
    public const string Secrets = "/etc/prometheus/secrets";

    /// <summary>Where a made monitor has the plan's figures, a file for each serving: beside its configuration.</summary>
    public const string FiguresFolder = "figures";

    /// <summary>Letters of a machine's name on Google Cloud that are never cut.</summary>
    private const int Uncut = 47;

    private const string Localhost = "127.0.0.1";

    /// <summary>Of a node exporter's thousand series, those that rules and dashboards read.</summary>
    private const string OfMachines = "up|gpuinfra_.*";

    /// <summary>Labels that a machine's tags bring as they are.</summary>
    private static readonly ImmutableArray<string> Tags = ["serving", "pool", "tier"];

    /// <summary>The configuration of a Prometheus that is there already, beside its Alertmanager. The text is JSON, which is YAML too.</summary>
    /// <param name="fleet">The fleet.</param>
    public static string Of(FleetPlan fleet) => Of(fleet, _ => true, ["rules.json"], [Localhost], []);

    /// <summary>
    /// The configuration of a monitor that the stack makes: it asks its own cloud for machines, and what those of another cloud show it reads from the
    /// monitor there, which needs no credentials of that cloud.
    /// </summary>
    /// <param name="fleet">The fleet.</param>
    /// <param name="site">The monitor.</param>
    public static string Of(FleetPlan fleet, MonitorSite site) => Of(
        fleet, cloud => cloud == site.Place.Cloud || !site.Abroad.Any(), ["rules.json", $"{FiguresFolder}/*.json"], [.. site.Addresses], [.. site.Abroad]);

    private static string Of(FleetPlan fleet, Func<CloudProvider, bool> isSeen, ImmutableArray<string> rules, ImmutableArray<string> monitors, ImmutableArray<(CloudProvider Cloud, string Address)> abroad)
    {
        ImmutableArray<Pool> pools = [.. fleet.Provisioned.Where(pool => isSeen(pool.Cloud)).OrderBy(pool => pool.Id, StringComparer.Ordinal)];
        ImmutableArray<RouterEntry> entries = [.. RouterEntry.All(fleet).Where(entry => isSeen(entry.Cloud))];
        var groups = pools.GroupBy(pool => (pool.Cloud, pool.Region)).ToImmutableArray();
        var alertmanagers = monitors.Select(address => At(address, MonitorPorts.Alertmanager)).ToImmutableArray();
        ImmutableArray<Uri> evaluated = [.. fleet.Plan.Servings.Select(serving => serving.Quality?.Metrics).OfType<string>().Distinct().Order(StringComparer.Ordinal).Select(address => new Uri(address))];
        return JsonText.Of(json =>
        {
            json.WriteStartObject();
            json.WriteStartObject("global");
            json.WriteString("scrape_interval", Interval);
            json.WriteString("evaluation_interval", Interval);
            json.WriteEndObject();
            json.WriteStrings("rule_files", rules);
            json.WriteStartObject("alerting");
            json.WriteObjects("alertmanagers", [alertmanagers], addresses => Static(json, addresses));
            json.WriteEndObject();
            if (fleet.Plan.Monitoring?.RemoteWrite is { } store)
            {
                Write(json, store);
            }

            json.WriteObjects<(string Name, Action Targets)>(
                "scrape_configs",
                [
                    ("vllm", () => Machines(json, fleet, pools.SelectMany(pool => PortsOf(pool).Select(port => (Search.Of(fleet, [pool]), port))), ShortRungs(fleet, pools))),
                    ("dcgm", () => Machines(json, fleet, groups.Select(group => (Search.Of(fleet, [.. group]), ExporterPorts.Dcgm)), [])),
                    ("node", () => Machines(json, fleet, groups.Select(group => (Search.Of(fleet, [.. group]), ExporterPorts.Node)), [])),
                    .. entries.IsEmpty ? [] : new (string, Action)[] { ("router", () => Routers(json, fleet, entries)) },
                    .. !entries.Any(entry => entry.HasBridge) ? [] : new (string, Action)[] { ("bridge", () => Bridges(json, fleet, [.. entries.Where(entry => entry.HasBridge)])) },
                    ("prometheus", () => Static(json, monitors.Select(address => At(address, MonitorPorts.Prometheus)))),
                    ("alertmanager", () => Static(json, alertmanagers)),
                    .. evaluated.IsEmpty ? [] : new (string, Action)[] { ("quality", () => Evaluations(json, evaluated)) },
                    .. abroad.Select<(CloudProvider Cloud, string Address), (string, Action)>(other => ($"{JsonText.Word(other.Cloud)}-monitor", () => Federated(json, other.Cloud, other.Address))),
                ],
                job =>
                {
                    json.WriteString("job_name", job.Name);
                    job.Targets();
                });
            json.WriteEndObject();
        });
    }

    /// <summary>What the monitor of another cloud has read of that cloud's machines, under its own labels. Its copies of this one's are left there.</summary>
    private static void Federated(Utf8JsonWriter json, CloudProvider cloud, string address)
    {
        json.WriteBoolean("honor_labels", true);
        json.WriteString("metrics_path", "/federate");
        json.WriteStartObject("params");
        var there = $"cloud=\"{JsonText.Word(cloud)}\"";
        json.WriteStrings("match[]", [$"{{job=~\"vllm|dcgm|router|bridge\",{there}}}", $"{{job=\"node\",__name__=~\"{OfMachines}\",{there}}}"]);
        json.WriteEndObject();
        Static(json, [At(address, MonitorPorts.Prometheus)]);
    }

    /// <summary>Exporters of those who evaluate answers, each at an address of its own.</summary>
    private static void Evaluations(Utf8JsonWriter json, ImmutableArray<Uri> addresses) => json.WriteObjects("static_configs", addresses, address =>
    {
        json.WriteStrings("targets", [At(address.Host, address.Port)]);
        json.WriteStartObject("labels");
        json.WriteString("__scheme__", address.Scheme);
        json.WriteString("__metrics_path__", address.AbsolutePath);
        json.WriteEndObject();
    });

    private static void Write(Utf8JsonWriter json, RemoteWrite store) => json.WriteObjects<RemoteWrite>("remote_write", [store], to =>
    {
        json.WriteString("url", to.Url);
        if (to.Secret is { } secret)
        {
            json.WriteStartObject("authorization");
            json.WriteString("credentials_file", $"{Secrets}/{secret}");
            json.WriteEndObject();
        }
    });

    private static string At(string address, int port) => $"{address}:{Text(port)}";

    private static IEnumerable<int> PortsOf(Pool pool) =>
        Enumerable.Range(ExporterPorts.Engine, pool.Ladder.Select(rung => rung.ReplicasPerInstance).Append(pool.ReplicasPerInstance).Max());

    /// <summary>Machines of a ladder that have fewer replicas than its largest: ports on which nothing answers there.</summary>
    private static IEnumerable<Relabel> ShortRungs(FleetPlan fleet, ImmutableArray<Pool> pools) =>
        from pool in pools
        let most = pool.Ladder.Select(rung => rung.ReplicasPerInstance).Append(pool.ReplicasPerInstance).Max()
        from rung in pool.Ladder.Where(rung => rung.ReplicasPerInstance < most).OrderBy(rung => rung.InstanceType, StringComparer.Ordinal)
        let ports = string.Join('|', Enumerable.Range(ExporterPorts.Engine + rung.ReplicasPerInstance, most - rung.ReplicasPerInstance).Select(Text))
        let type = Regex.Escape(rung.InstanceType.Split('+')[0])
        select new Relabel(
            [.. Both(fleet, "pool"), "__meta_ec2_instance_type", "__meta_gce_machine_type", "__address__"], $";?{pool.Id};+(.*/)?{type};+.*:({ports})")
        {
            Action = "drop",
            Separator = ";",
        };

    /// <summary>Routers by their names. Of HAProxy's series those of backends: of each place for a replica it would tell some thirty.</summary>
    private static void Routers(Utf8JsonWriter json, FleetPlan fleet, ImmutableArray<RouterEntry> entries)
    {
        json.WriteStartObject("params");
        json.WriteStrings("scope", [RouterEntry.FiguresScope]);
        json.WriteEndObject();
        Machines(json, fleet, entries);
    }

    private static void Bridges(Utf8JsonWriter json, FleetPlan fleet, ImmutableArray<RouterEntry> entries)
    {
        json.WriteString("metrics_path", RouterEntry.BridgeFigures);
        Machines(json, fleet, entries);
    }

    private static void Machines(Utf8JsonWriter json, FleetPlan fleet, ImmutableArray<RouterEntry> entries)
    {
        var names = entries.Where(entry => entry.Cloud == CloudProvider.Gcp).Select(entry => entry.MachineName(fleet.Stack)).Select(name => $"{Regex.Escape(name[..Math.Min(name.Length, Uncut)])}.*");
        Machines(json, fleet, entries.Select(entry => (Search.Of(fleet, entry), RouterEntry.HealthPort)), [new Relabel(["__meta_gce_instance_name"], $"|{string.Join('|', names)}") { Action = "keep" }]);
    }

    private static void Machines(Utf8JsonWriter json, FleetPlan fleet, IEnumerable<(ImmutableArray<Search> Searches, int Port)> wanted, IEnumerable<Relabel> before)
    {
        var all = wanted.SelectMany(want => want.Searches.Select(search => (search, want.Port))).ToImmutableArray();
        Write<Search.Amazon>("ec2_sd_configs", search =>
        {
            json.WriteString("region", search.Region);
            json.WriteObjects("filters", search.Filters, filter =>
            {
                json.WriteString("name", filter.Name);
                json.WriteStrings("values", filter.Values);
            });
        });
        Write<Search.Google>("gce_sd_configs", search =>
        {
            json.WriteString("project", search.Project);
            json.WriteString("zone", search.Zone);
            json.WriteString("filter", search.Filter);
        });
        json.WriteObjects("relabel_configs", before.Concat(Labels(fleet)), rule => rule.Write(json));

        void Write<T>(string name, Action<T> write)
            where T : Search
        {
            var some = all.Where(one => one.search is T).ToImmutableArray();
            if (!some.IsEmpty)
            {
                json.WriteObjects(name, some, one =>
                {
                    write((T)one.search);
                    json.WriteNumber("port", one.Port);
                });
            }
        }
    }

    /// <summary>The labels of a machine's series. A label that a cloud does not know is empty, so both clouds' can be joined.</summary>
    private static IEnumerable<Relabel> Labels(FleetPlan fleet) =>
    [
        .. Tags.Select(tag => new Relabel(Both(fleet, tag), "(.*)") { Target = tag, Replacement = "$1" }),
        // Google Cloud knows lower-case letters only, and tags write it in two words.
        new Relabel(["tier"], "(?i)on-?demand") { Target = "tier", Replacement = JsonText.Word(Tier.OnDemand) },
        new Relabel(["__meta_ec2_instance_id"], ".+") { Target = "cloud", Replacement = JsonText.Word(CloudProvider.Aws) },
        new Relabel(["__meta_gce_instance_id"], ".+") { Target = "cloud", Replacement = JsonText.Word(CloudProvider.Gcp) },
        new Relabel(["__meta_ec2_availability_zone"], "(.+)[a-z]") { Target = "region", Replacement = "$1" },
        new Relabel(["__meta_gce_zone"], "(?:.*/)?(.+)-[a-z]") { Target = "region", Replacement = "$1" },
    ];

    /// <summary>What Prometheus calls a tag of either cloud.</summary>
    private static ImmutableArray<string> Both(FleetPlan fleet, string tag)
    {
        var key = Odd().Replace(fleet.Plan.Tags.NameOf(tag), "_");
        return [$"__meta_ec2_tag_{key}", $"__meta_gce_label_{key.ToLowerInvariant()}"];
    }

    private static void Static(Utf8JsonWriter json, IEnumerable<string> addresses) =>
        json.WriteObjects("static_configs", [addresses], targets => json.WriteStrings("targets", targets));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex("[^A-Za-z0-9_]")]
    private static partial Regex Odd();

    /// <summary>A rule on labels of what was found.</summary>
    /// <param name="Sources">Labels that are joined, with <see cref="Separator"/> between them.</param>
    /// <param name="Regex">What the joined text must be, whole.</param>
    private sealed record Relabel(ImmutableArray<string> Sources, string Regex)
    {
        public string Action { get; init; } = "replace";

        public string Separator { get; init; } = "";

        public string? Target { get; init; }

        public string? Replacement { get; init; }

        public void Write(Utf8JsonWriter json)
        {
            json.WriteStrings("source_labels", Sources);
            json.WriteString("separator", Separator);
            json.WriteString("regex", Regex);
            json.WriteString("action", Action);
            if (Target is not null)
            {
                json.WriteString("target_label", Target);
                json.WriteString("replacement", Replacement);
            }
        }
    }
}
