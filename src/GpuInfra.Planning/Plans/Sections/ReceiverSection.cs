using System.Collections.Immutable;
using GpuInfra.Planning.Plans.Reading;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary>An item of <c>monitoring.receivers</c>, and <c>monitoring.heartbeat</c>.</summary>
internal static class ReceiverSection
{
    private enum Kind
    {
        PagerDuty,
        Opsgenie,
        Slack,
        Webhook,
        Email,
    }

    private static readonly Key<Kind> Service = Key.Required(
        "service",
        new ChoiceValue<Kind>(new("pagerDuty", Kind.PagerDuty), new("opsgenie", Kind.Opsgenie), new("slack", Kind.Slack), new("webhook", Kind.Webhook), new("email", Kind.Email)),
        "What takes the alerts: pagerDuty, opsgenie, slack or webhook; with mode managed email.");

    private static readonly Key<ImmutableArray<AlertUrgency>> Urgencies = Key.Optional(
        "for",
        new ListValue<AlertUrgency>(new ChoiceValue<AlertUrgency>(new("page", AlertUrgency.Page), new("ticket", AlertUrgency.Ticket))),
        "The urgencies that it is told of.",
        [AlertUrgency.Page, AlertUrgency.Ticket]);

    private static readonly Key<string?> Secret = Key.Optional(
        "secret",
        Names.Secret,
        "Name of the secret that tells it: PagerDuty's routing key, Opsgenie's API key, the address of Slack's webhook, a webhook's bearer token. It is never in a plan.");

    private static readonly Key<string?> Channel = Key.Optional("channel", Names.SlackChannel, "The channel of Slack, as \"#gpu-alerts\".");

    private static readonly Key<string?> Url = Key.Optional("url", Names.WebAddress, "A webhook's address, without a secret in it.");

    private static readonly Key<string?> Address = Key.Optional("address", Names.Mail, "A mail address, with mode managed.");

    private static readonly Key<string?> HeartbeatUrl = Key.Optional("url", Names.WebAddress, "What is called every minute as long as alerts arrive, without a secret in it.");

    private static readonly Key<string?> HeartbeatUrlSecret = Key.Optional(
        "urlSecret", Names.Secret, "In the place of url: name of the secret that holds the address, where knowing it is all that it takes to call it.");

    private static readonly Key<string?> HeartbeatSecret = Key.Optional("secret", Names.Secret, "Name of the secret that is sent as a bearer token. Left out, none is.");

    /// <summary>A receiver.</summary>
    public static readonly PlanValue<AlertReceiver> Value = new Section<AlertReceiver>([Service, Urgencies, Secret, Channel, Url, Address], fields =>
    {
        var urgencies = fields.Get(Urgencies) is { IsDefaultOrEmpty: false } told ? told.Order().ToImmutableArray() : [AlertUrgency.Page];
        var (kind, secret, channel, url) = (fields.Get(Service), fields.Get(Secret), fields.Get(Channel), fields.Get(Url));
        if (fields.IsSound(Service))
        {
            Check(fields, kind);
        }

        return kind switch
        {
            Kind.PagerDuty => new AlertReceiver.PagerDuty(secret ?? "", urgencies),
            Kind.Opsgenie => new AlertReceiver.Opsgenie(secret ?? "", urgencies),
            Kind.Slack => new AlertReceiver.Slack(secret ?? "", channel ?? "", urgencies),
            Kind.Email => new AlertReceiver.Email(fields.Get(Address) ?? "", urgencies),
            _ => new AlertReceiver.Webhook(url ?? "", secret, urgencies),
        };
    });

    /// <summary>The heartbeat, which is told that alerts arrive.</summary>
    public static readonly PlanValue<AlertReceiver.Webhook> Heartbeat = new Section<AlertReceiver.Webhook>([HeartbeatUrl, HeartbeatUrlSecret, HeartbeatSecret], fields =>
    {
        var (url, urlSecret) = (fields.Get(HeartbeatUrl), fields.Get(HeartbeatUrlSecret));
        if (fields.IsSound(HeartbeatUrl) && fields.IsSound(HeartbeatUrlSecret) && url is null == urlSecret is null)
        {
            fields.Refuse(HeartbeatUrl, "write its address, or in urlSecret the name of the secret that holds it");
        }

        return new AlertReceiver.Webhook(url, fields.Get(HeartbeatSecret), [AlertUrgency.Page]) { UrlSecret = urlSecret };
    });

    /// <summary>Each service needs its own of the keys, and no other's.</summary>
    private static void Check(Fields fields, Kind kind)
    {
        Needs(Secret, kind is not (Kind.Webhook or Kind.Email), isTaken: kind != Kind.Email);
        Needs(Address, kind == Kind.Email, isTaken: kind == Kind.Email);
        Needs(Channel, kind == Kind.Slack, isTaken: kind == Kind.Slack);
        Needs(Url, kind == Kind.Webhook, isTaken: kind == Kind.Webhook);

        void Needs(Key<string?> key, bool isNeeded, bool isTaken)
        {
            if (!fields.IsSound(key))
            {
                return;
            }

            var isThere = fields.Get(key) is not null;
            if (isNeeded && !isThere)
            {
                fields.Refuse(Service, $"{JsonText.Word(kind)} needs {(key == Address ? "an" : "a")} {key.Name}");
            }
            else if (isThere && !isTaken)
            {
                fields.Refuse(key, $"{JsonText.Word(kind)} has no {key.Name}");
            }
        }
    }
}
