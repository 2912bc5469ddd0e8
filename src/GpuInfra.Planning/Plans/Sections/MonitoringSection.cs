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
            new("create", MonitoringMode.Existing, "monitors are not made yet: run a Prometheus of your own and write existing"),
            new("managed", MonitoringMode.Existing, "the clouds' managed Prometheus is not set up yet: run one of your own and write existing")),
        "Who runs the monitors: existing says that you have a Prometheus, which finds the machines by their tags.");

    private static readonly Key<ImmutableArray<string>> From = Key.RequiredList(
        "from",
        new ListValue<string>(Names.PrivateNetwork),
        "Private networks that the monitors are in, as [10.20.0.0/24]: exporters may be read from there, and from nowhere else.");

    private static readonly Key<ImmutableArray<AlertReceiver>> Receivers = Key.Optional(
        "receivers", new ListValue<AlertReceiver>(ReceiverSection.Value), "Who is told of alerts. Left out, nobody.", []);

    private static readonly Key<AlertReceiver.Webhook?> Heartbeat = Key.Optional(
        "heartbeat", ReceiverSection.Heartbeat, "What raises the alarm when it is no longer told that alerts arrive: a dead man's switch. Left out, nothing does.");

    public static readonly PlanValue<MonitoringPlan> Value = new Section<MonitoringPlan>([Mode, From, Receivers, Heartbeat], fields =>
    {
        if (fields.IsSound(From) && fields.Get(From).Length > MonitoringPlan.MostNetworks)
        {
            fields.Refuse(From, FormattableString.Invariant($"at most {MonitoringPlan.MostNetworks} networks: a security group has sixty rules, and each takes three"));
        }

        var receivers = fields.Get(Receivers);
        if (fields.IsSound(Receivers) && !receivers.IsEmpty && !receivers.Any(receiver => receiver.Urgencies.Contains(AlertUrgency.Page)))
        {
            fields.Refuse(Receivers, "nobody is told of pages: give one of them for: [page]");
        }

        return new MonitoringPlan
        {
            Mode = fields.Get(Mode),
            From = fields.Get(From) is { IsDefault: false } from ? [.. from.Order(StringComparer.Ordinal)] : [],
            Receivers = receivers,
            Heartbeat = fields.Get(Heartbeat),
        };
    });
}
