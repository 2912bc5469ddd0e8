using System.Collections.Immutable;
using System.Text.Json;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Monitoring;

/// <summary>
/// Who is told of an alert, as Alertmanager (0.25 or later) reads it. What it takes to tell somebody is read from files, one for each secret and called like it,
/// which whoever runs Alertmanager fills from the clouds' secret stores: no secret is in this text.
/// </summary>
public static class AlertmanagerConfig
{
    /// <summary>Where the files of secrets are expected.</summary>
    public const string Secrets = "/etc/alertmanager/secrets";

    /// <summary>The receiver that tells nobody.</summary>
    internal const string Nobody = "nobody";

    private const string Pulse = "heartbeat";
    private const string Lines = "{{ range .Alerts }}{{ .Annotations.summary }} {{ .Annotations.runbook_url }}\n{{ end }}";

    /// <summary>The configuration. The text is JSON, which is YAML too.</summary>
    /// <param name="monitoring">What the plan says.</param>
    /// <param name="secrets">Where the files of secrets are. Default: <see cref="Secrets"/>.</param>
    public static string Of(MonitoringPlan monitoring, string secrets = Secrets)
    {
        var told = Enum.GetValues<AlertUrgency>().Where(urgency => monitoring.Receivers.Any(receiver => receiver.Urgencies.Contains(urgency))).ToImmutableArray();
        return JsonText.Of(WriteAll);

        string File(string secret) => $"{secrets}/{secret}";

        void WriteAll(Utf8JsonWriter json)
        {
            json.WriteStartObject();
            WriteRouting(json, Routes(monitoring, told));
            json.WriteObjects("receivers", Receivers(monitoring, told), receiver =>
            {
                json.WriteString("name", receiver.Name);
                Write<AlertReceiver.PagerDuty>(json, "pagerduty_configs", receiver, to =>
                {
                    json.WriteString("routing_key_file", File(to.Secret));
                    json.WriteString("severity", receiver.Name == Word(AlertUrgency.Page) ? "critical" : "warning");
                    json.WriteStartObject("details");
                    json.WriteString("alerts", Lines);
                    json.WriteEndObject();
                });
                Write<AlertReceiver.Opsgenie>(json, "opsgenie_configs", receiver, to =>
                {
                    json.WriteString("api_key_file", File(to.Secret));
                    json.WriteString("priority", receiver.Name == Word(AlertUrgency.Page) ? "P1" : "P3");
                    json.WriteString("description", Lines);
                });
                Write<AlertReceiver.Slack>(json, "slack_configs", receiver, to =>
                {
                    json.WriteString("api_url_file", File(to.Secret));
                    json.WriteString("channel", to.Channel);
                    json.WriteBoolean("send_resolved", true);
                    json.WriteString("text", Lines);
                });
                Write<AlertReceiver.Webhook>(json, "webhook_configs", receiver, to =>
                {
                    json.WriteString(to.UrlSecret is null ? "url" : "url_file", to.UrlSecret is { } address ? File(address) : to.Url);
                    if (receiver.Name == Pulse)
                    {
                        json.WriteBoolean("send_resolved", false);
                    }

                    if (to.Secret is { } secret)
                    {
                        json.WriteStartObject("http_config");
                        json.WriteStartObject("authorization");
                        json.WriteString("credentials_file", File(secret));
                        json.WriteEndObject();
                        json.WriteEndObject();
                    }
                });
            });
            json.WriteEndObject();
        }
    }

    /// <summary>Writes who is told first, how often again, and of what not.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="routes">Routes below the one that tells nobody.</param>
    internal static void WriteRouting(Utf8JsonWriter json, IEnumerable<Action<Utf8JsonWriter>> routes)
    {
        json.WriteStartObject("route");
        json.WriteString("receiver", Nobody);
        json.WriteStrings("group_by", ["alertname", "stack", "serving", "pool"]);
        json.WriteString("group_wait", "30s");
        json.WriteString("group_interval", "5m");
        json.WriteString("repeat_interval", "4h");
        json.WriteObjects("routes", routes, route => route(json));
        json.WriteEndObject();

        // Whoever is called for a page needs no ticket for the same.
        json.WriteObjects<string>("inhibit_rules", ["page"], page =>
        {
            json.WriteStrings("source_matchers", [$"severity=\"{page}\""]);
            json.WriteStrings("target_matchers", ["severity=\"ticket\""]);
            json.WriteStrings("equal", ["alertname", "stack", "serving", "pool"]);
        });
    }

    /// <summary>The route of alerts of an urgency, to the receiver that is called like it.</summary>
    internal static Action<Utf8JsonWriter> To(AlertUrgency urgency) => json =>
    {
        json.WriteStrings("matchers", [$"severity=\"{Word(urgency)}\""]);
        json.WriteString("receiver", Word(urgency));
    };

    private static IEnumerable<Action<Utf8JsonWriter>> Routes(MonitoringPlan monitoring, ImmutableArray<AlertUrgency> told)
    {
        yield return json =>
        {
            json.WriteStrings("matchers", ["alertname=\"DeadMansSwitch\""]);
            json.WriteString("receiver", monitoring.Heartbeat is null ? Nobody : Pulse);
            json.WriteString("group_wait", "0s");
            json.WriteString("group_interval", "1m");
            json.WriteString("repeat_interval", "1m");
        };
        foreach (var urgency in told)
        {
            yield return To(urgency);
        }
    }

    private static IEnumerable<(string Name, ImmutableArray<AlertReceiver> To)> Receivers(MonitoringPlan monitoring, ImmutableArray<AlertUrgency> told)
    {
        yield return (Nobody, []);
        if (monitoring.Heartbeat is { } heartbeat)
        {
            yield return (Pulse, [heartbeat]);
        }

        foreach (var urgency in told)
        {
            yield return (Word(urgency), [.. monitoring.Receivers.Where(receiver => receiver.Urgencies.Contains(urgency))]);
        }
    }

    private static void Write<T>(Utf8JsonWriter json, string name, (string Name, ImmutableArray<AlertReceiver> To) receiver, Action<T> write)
        where T : AlertReceiver
    {
        var some = receiver.To.OfType<T>().ToImmutableArray();
        if (!some.IsEmpty)
        {
            json.WriteObjects(name, some, write);
        }
    }

    private static string Word(AlertUrgency urgency) => JsonText.Word(urgency);
}
