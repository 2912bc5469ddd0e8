using System.Collections.Immutable;
using GpuInfra.Planning.Plans.Reading;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary><c>monitoring</c>.</summary>
internal static class MonitoringSection
{
    private static readonly Key<MonitoringMode> Mode = Key.Required(
        "mode",
        new ChoiceValue<MonitoringMode>(
            new("existing", MonitoringMode.Existing),
            new("create", MonitoringMode.Create),
            new("managed", MonitoringMode.Managed)),
        "Who runs the monitors: existing says that you have a Prometheus, which finds the machines by their tags; create makes two machines with Prometheus, Alertmanager and Grafana, which watch each other; managed has "
        + "machines, or two of Prometheus in each cluster, send to their cloud's own store, Amazon Managed Prometheus in each region or Google's in the project, which alerts.");

    private static readonly Key<ImmutableArray<string>> From = Key.Optional(
        "from",
        new ListValue<string>(Names.PrivateNetwork),
        "With mode existing: private networks that the monitors are in, as [10.20.0.0/24]: exporters may be read from there, and from nowhere else.", []);

    private static readonly Key<ImmutableArray<AlertReceiver>> Receivers = Key.Optional(
        "receivers", new ListValue<AlertReceiver>(ReceiverSection.Value), "Who is told of alerts. Left out, nobody.", []);

    private static readonly Key<AlertReceiver.Webhook?> Heartbeat = Key.Optional(
        "heartbeat", ReceiverSection.Heartbeat, "What raises the alarm when it is no longer told that alerts arrive: a dead man's switch. Left out, nothing does.");

    private static readonly Key<int?> Retention = Key.OptionalNumber(
        "retention", Quantities.Days(1, MostDays), "With mode create: days for which series are kept, unless the disk is full before. Default: 31d.");

    private static readonly Key<CloudLink?> Link = Key.OptionalNumber(
        "link",
        RouterSection.Links,
        "With mode create: what joins the networks of regions and clouds, which monitors read machines and each other through; existing says that you run a VPN or interconnect with routes both ways. Default: none.");

    private static readonly Key<RemoteWrite?> RemoteWrite = Key.Optional(
        "remoteWrite", MonitorPartSections.RemoteWrite, "Another store of series that gets all that Prometheus reads. Left out, none does.");

    private static readonly Key<string?> Runbooks = Key.Optional(
        "runbooks", Names.WebAddress, "Where the repository can be read, as https://git.example.com/gpuinfra/blob/main: what people are told then links to runbooks. Left out, it names their paths.");

    private static readonly Key<GrafanaSignIn?> SignIn = Key.Optional(
        "grafana", MonitorPartSections.Grafana, "With mode create: how people sign in to Grafana. Left out, its administrator alone does.");

    /// <summary>Five years; a store that keeps series longer is reached by remoteWrite.</summary>
    private const int MostDays = 1827;

    public static readonly PlanValue<MonitoringPlan> Value = new Section<MonitoringPlan>([Mode, From, Receivers, Heartbeat, Runbooks, RemoteWrite, Retention, Link, SignIn], fields =>
    {
        var from = fields.Get(From) is { IsDefault: false } networks ? networks : [];
        if (fields.IsSound(Mode) && fields.IsSound(From))
        {
            CheckFrom(fields, from);
        }

        var receivers = fields.Get(Receivers);
        if (fields.IsSound(Receivers) && !receivers.IsEmpty && !receivers.Any(receiver => receiver.Urgencies.Contains(AlertUrgency.Page)))
        {
            fields.Refuse(Receivers, "nobody is told of pages: give one of them for: [page]");
        }

        if (fields.IsSound(Mode))
        {
            CheckMode(fields);
        }

        return new MonitoringPlan
        {
            Mode = fields.Get(Mode),
            From = [.. from.Order(StringComparer.Ordinal)],
            Receivers = receivers,
            Heartbeat = fields.Get(Heartbeat),
            RemoteWrite = fields.Get(RemoteWrite),
            RetentionDays = fields.Get(Retention) ?? MonitoringPlan.DefaultRetentionDays,
            Link = fields.Get(Link) ?? CloudLink.None,
            Runbooks = fields.Get(Runbooks) is { } address && Uri.TryCreate(address, UriKind.Absolute, out var runbooks) ? runbooks : null,
            SignIn = fields.Get(SignIn),
        };
    });

    /// <summary>Each mode has keys that are about another's monitors, and receivers that only another tells.</summary>
    private static void CheckMode(Fields fields)
    {
        var mode = fields.Get(Mode);
        foreach (var key in new Key[] { Retention, Link, SignIn }.Where(key => mode != MonitoringMode.Create && fields.Has(key)))
        {
            fields.Refuse(key, "it is about monitors that are made: write mode: create, or leave it out");
        }

        if (fields.IsSound(Receivers) && mode != MonitoringMode.Managed && fields.Get(Receivers).OfType<AlertReceiver.Email>().Any())
        {
            fields.Refuse(Receivers, "email is told with mode: managed alone: Alertmanager would need a mail server. Write pagerDuty, opsgenie, slack or webhook");
        }

        if (mode != MonitoringMode.Managed)
        {
            return;
        }

        if (fields.IsSound(Receivers) && fields.Get(Receivers).Any(receiver => receiver is not AlertReceiver.Email))
        {
            fields.Refuse(Receivers, "the clouds' own stores tell by mail, since all else would need its secret in the stack's state: write { service: email, address: ... }, which PagerDuty, Opsgenie and Slack have addresses for, or mode: create");
        }

        foreach (var key in new Key[] { RemoteWrite, Heartbeat }.Where(fields.Has))
        {
            fields.Refuse(key, key == RemoteWrite ? "the managed store is where series go: write mode: create, or leave it out" : "alarms of the cloud tell when alerts or machines fall silent: leave it out");
        }
    }

    /// <summary>Monitors that are there already say where; made ones have addresses of their own, and machines send to a managed store by themselves.</summary>
    private static void CheckFrom(Fields fields, ImmutableArray<string> from)
    {
        if (fields.Get(Mode) == MonitoringMode.Managed && !from.IsEmpty)
        {
            fields.Refuse(From, "machines send to the managed store by themselves, and nobody reads them: leave it out");
        }
        else if (fields.Get(Mode) == MonitoringMode.Create && !from.IsEmpty)
        {
            fields.Refuse(From, "monitors that are made read machines from their own addresses: leave it out");
        }
        else if (fields.Get(Mode) == MonitoringMode.Existing && from.IsEmpty)
        {
            fields.Refuse(Mode, "existing needs from: the private networks that your monitors are in");
        }
        else if (from.Length > MonitoringPlan.MostNetworks)
        {
            fields.Refuse(From, FormattableString.Invariant($"at most {MonitoringPlan.MostNetworks} networks: a security group has sixty rules, and each takes three"));
        }
    }
}
