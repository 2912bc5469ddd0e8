using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Routes;

namespace GpuInfra.Planning.Monitoring;

/// <summary>
/// The alerts of a fleet and the plan's figures that they compare with. What scrapes the fleet gives every series of a machine the labels
/// <c>serving</c>, <c>pool</c>, <c>tier</c>, <c>cloud</c> and <c>region</c> of its tags, and the jobs are called <c>vllm</c>, <c>dcgm</c>,
/// <c>node</c>, <c>router</c>, <c>bridge</c>, <c>prometheus</c> and <c>alertmanager</c>.
/// </summary>
/// <param name="Figures">The plan's figures.</param>
/// <param name="Groups">The alerts.</param>
public sealed record AlertRules(ImmutableArray<PlanSeries> Figures, ImmutableArray<AlertGroup> Groups)
{
    /// <summary>Queries of the plan whose results alerts compare under one name (<c>quality:score</c>), by serving.</summary>
    public ImmutableArray<(string Serving, string Query)> Scores { get; init; } = [];

    /// <summary>Series that Prometheus records from others, by name.</summary>
    public ImmutableArray<(string Name, string Expression)> Recorded { get; init; } = [];

    /// <summary>The rules of a fleet's deployed month.</summary>
    /// <param name="fleet">The fleet.</param>
    /// <param name="catalog">Start times of its machines.</param>
    public static AlertRules Of(FleetPlan fleet, Catalog catalog)
    {
        var rules = Of(PlanSeries.Of(fleet, catalog), fleet.Servings.Select(serving => serving.Serving));
        rules = rules.OfMonitors(_ => MonitorAlerts.Of(fleet));
        rules = rules.OfRouters(RouterEntry.All(fleet));
        return fleet.Plan.Platform != Platform.Kubernetes ? rules : rules.InCluster(fleet.Plan.Router.StopsCanaries);
    }

    /// <summary>The rules of the part of a fleet that one store of series sees, which compares with that part of the plan.</summary>
    /// <param name="fleet">The fleet.</param>
    /// <param name="catalog">Start times of its machines.</param>
    /// <param name="cloud">The cloud.</param>
    /// <param name="region">The region; null for all of the cloud's.</param>
    public static AlertRules Of(FleetPlan fleet, Catalog catalog, CloudProvider cloud, string? region)
    {
        var here = fleet.Pools.Where(pool => pool.Cloud == cloud && (region is null || pool.Region == region)).Select(pool => pool.Serving).ToHashSet(StringComparer.Ordinal);
        var rules = Of(RegionSeries.Of(fleet, catalog, cloud, region), fleet.Servings.Select(serving => serving.Serving).Where(serving => here.Contains(serving.Name)));
        // Machines send each for itself, and routers do not: theirs are read in clusters alone.
        return fleet.Plan.Platform != Platform.Kubernetes ? rules
            : rules.OfRouters([.. RouterEntry.All(fleet).Where(entry => entry.Cloud == cloud && (region is null || entry.Region == region))]).InCluster(stopsCanaries: false);
    }

    /// <summary>The same where replicas run in clusters.</summary>
    /// <param name="stopsCanaries">Whether a canary stops there by itself.</param>
    internal AlertRules InCluster(bool stopsCanaries) => this with { Groups = [.. Groups, ClusterAlerts.Group(stopsCanaries)], Recorded = ClusterAlerts.Recorded, IsInClusters = true };

    /// <summary>The alerts of a serving that stop it as a canary, as a regular expression.</summary>
    public const string StopCanaries = "QualityBelowPlan|SloBurnsFast";

    /// <summary>The same where routers are read.</summary>
    /// <param name="hasBridge">Whether some of them have a bridge beside them.</param>
    internal AlertRules OfRouters(bool hasBridge) => this with { Groups = [.. Groups, RouterAlerts.Of(hasBridge)] };

    private AlertRules OfRouters(ImmutableArray<RouterEntry> entries) => entries.IsEmpty ? this : OfRouters(entries.Any(entry => entry.HasBridge));

    /// <summary>The alerts that compare with figures of servings.</summary>
    internal static AlertRules Of(ImmutableArray<PlanSeries> figures, IEnumerable<Serving> servings) =>
        new(figures, [GpuAlerts.Group, ServingAlerts.Of(servings), FleetAlerts.Group, MonitorAlerts.Group])
        {
            Scores = [.. servings.Where(serving => serving.Quality is not null).OrderBy(serving => serving.Name, StringComparer.Ordinal).Select(serving => (serving.Name, serving.Quality!.Query))],
        };

    /// <summary>
    /// The same for a cloud's own store, which holds twenty rules a group (AWS, Amazon Managed Service for Prometheus service quotas, read 2026-11-29) and has no Prometheus and no
    /// Alertmanager to ask after but those that send from clusters: larger groups become several. What is recorded in clusters is sent from there.
    /// </summary>
    public AlertRules Managed => OfMonitors(group => MonitorAlerts.Managed(group, IsInClusters)) with { MostOfGroup = ManagedGroup, Recorded = [] };

    private AlertRules OfMonitors(Func<AlertGroup, AlertGroup> change) => this with { Groups = [.. Groups.Select(group => group.Name == MonitorAlerts.Group.Name ? change(group) : group)] };

    /// <summary>
    /// The same for Google's own store, which evaluates each alert by itself and records nothing (<see cref="StandaloneQueries"/>): no figures stand beside them, and one asks after
    /// machines in the place of those that ask after a Prometheus and an Alertmanager.
    /// </summary>
    /// <param name="cluster">What the stack's series carry as <see cref="StandaloneQueries.Label"/>.</param>
    public AlertRules Standalone(string cluster)
    {
        var queries = new StandaloneQueries(this, cluster);
        return this with
        {
            Figures = [],
            Scores = [],
            Recorded = [],
            Groups = [.. OfMonitors(group => MonitorAlerts.Standalone(group, IsInClusters)).Groups.Select(group => group with { Rules = [.. group.Rules.Select(queries.Of)] })],
        };
    }

    /// <summary>What monitors in a cluster do themselves where a cloud's own store does the rest: record what the store compares with as it is sent from machines.</summary>
    public AlertRules AtSender => this with { Figures = [], Scores = [], Groups = [] };

    private bool IsInClusters { get; init; }

    /// <summary>Rules that a group holds at most.</summary>
    public int MostOfGroup { get; private init; } = int.MaxValue;

    /// <summary>What the results of <see cref="Scores"/> are called.</summary>
    internal const string Score = "quality:score";

    private const int ManagedGroup = 20;

    /// <summary>All alerts, group by group.</summary>
    public IEnumerable<AlertRule> Alerts => Groups.SelectMany(group => group.Rules);

    /// <summary>
    /// The figures and the alerts as Prometheus reads them (<c>rule_files</c>). The text is JSON, which is YAML too, so that no text needs quoting of its own.
    /// </summary>
    /// <param name="stack">The stack, which every alert is labelled with.</param>
    /// <param name="runbooks">Where the runbook pages are, as <c>https://git.example.com/gpuinfra/blob/main</c>; null for their path in the repository.</param>
    public string ToText(string stack, Uri? runbooks = null) => Text(json =>
    {
        Record(json, "plan", Figures, MostOfGroup);
        Alert(json, stack, runbooks);
    });

    /// <summary>The alerts alone, which a changed demand does not change; see <see cref="ToText"/>.</summary>
    public string AlertsText(string stack, Uri? runbooks = null) => Text(json => Alert(json, stack, runbooks));

    /// <summary>Some of the figures alone.</summary>
    /// <param name="group">What they are called together.</param>
    /// <param name="figures">The figures.</param>
    public static string FiguresText(string group, IEnumerable<PlanSeries> figures) => Text(json => Record(json, group, [.. figures], int.MaxValue));

    private static string Text(Action<Utf8JsonWriter> groups) => JsonText.Of(json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("groups");
        groups(json);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static void Record(Utf8JsonWriter json, string group, ImmutableArray<PlanSeries> figures, int most) => Group(json, group, figures, most, figure =>
    {
        json.WriteString("record", figure.Name);
        json.WriteString("expr", $"vector({figure.Value.ToString(CultureInfo.InvariantCulture)})");
        json.WriteStartObject("labels");
        foreach (var (name, value) in figure.Labels)
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
    });

    private void Alert(Utf8JsonWriter json, string stack, Uri? runbooks)
    {
        if (!Scores.IsEmpty)
        {
            Group(json, "quality", Scores, MostOfGroup, score =>
            {
                json.WriteString("record", Score);
                json.WriteString("expr", $"min({score.Query})");
                json.WriteStartObject("labels");
                json.WriteString("serving", score.Serving);
                json.WriteEndObject();
            });
        }

        if (!Recorded.IsEmpty)
        {
            Group(json, "recorded", Recorded, MostOfGroup, rule =>
            {
                json.WriteString("record", rule.Name);
                json.WriteString("expr", rule.Expression);
            });
        }

        foreach (var group in Groups)
        {
            Group(json, group.Name, group.Rules, MostOfGroup, rule => Write(json, rule, stack, runbooks));
        }
    }

    private static void Group<T>(Utf8JsonWriter json, string name, ImmutableArray<T> rules, int most, Action<T> write)
    {
        foreach (var (at, part) in rules.Chunk(most).Index())
        {
            json.WriteStartObject();
            json.WriteString("name", at == 0 ? name : FormattableString.Invariant($"{name}-{at + 1}"));
            json.WriteObjects("rules", [.. part], write);
            json.WriteEndObject();
        }
    }

    private static void Write(Utf8JsonWriter json, AlertRule rule, string stack, Uri? runbooks)
    {
        json.WriteString("alert", rule.Name);
        json.WriteString("expr", rule.Expression);
        if (rule.For > TimeSpan.Zero)
        {
            json.WriteString("for", $"{rule.For.TotalSeconds.ToString(CultureInfo.InvariantCulture)}s");
        }

        json.WriteStartObject("labels");
        json.WriteString("severity", JsonText.Word(rule.Severity));
        json.WriteString("stack", stack);
        json.WriteEndObject();
        json.WriteStartObject("annotations");
        json.WriteString("summary", rule.Summary);
        json.WriteString("runbook_url", rule.RunbookAt(runbooks));
        json.WriteEndObject();
    }
}
