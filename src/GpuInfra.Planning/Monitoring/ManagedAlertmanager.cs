using System.Collections.Immutable;
using System.Text.Json;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Monitoring;

/// <summary>Who is told of an alert, as Amazon Managed Prometheus reads it: a topic of Amazon SNS for each urgency, and nothing else.</summary>
public static class ManagedAlertmanager
{
    /// <summary>SNS cuts a subject after a hundred characters, and refuses control characters in it.</summary>
    private const string Subject = "{{ .CommonLabels.severity }}: {{ .CommonLabels.alertname }} {{ .CommonLabels.stack }}";

    private const string Lines = "{{ range .Alerts }}{{ .Status }}: {{ .Annotations.summary }} {{ .Annotations.runbook_url }}\n{{ end }}";

    /// <summary>The definition of the alert manager. The text is JSON, which is YAML too.</summary>
    /// <param name="region">The topics' region.</param>
    /// <param name="topics">ARNs of topics by urgency; none where nobody is told of it.</param>
    public static string Definition(string region, ImmutableSortedDictionary<AlertUrgency, string> topics) => JsonText.Of(json =>
    {
        json.WriteStartObject();
        json.WriteString("alertmanager_config", Config(region, topics));
        json.WriteEndObject();
    });

    /// <summary>What the definition says to Alertmanager itself.</summary>
    public static string Config(string region, ImmutableSortedDictionary<AlertUrgency, string> topics) => JsonText.Of(json =>
    {
        json.WriteStartObject();
        AlertmanagerConfig.WriteRouting(json, topics.Keys.Select(AlertmanagerConfig.To));
        json.WriteObjects<(string Name, string? Topic)>("receivers", [(AlertmanagerConfig.Nobody, null), .. topics.Select(topic => (JsonText.Word(topic.Key), (string?)topic.Value))], receiver =>
        {
            json.WriteString("name", receiver.Name);
            if (receiver.Topic is { } topic)
            {
                json.WriteObjects<string>("sns_configs", [topic], arn => Write(json, region, arn));
            }
        });
        json.WriteEndObject();
    });

    private static void Write(Utf8JsonWriter json, string region, string topic)
    {
        json.WriteString("topic_arn", topic);
        json.WriteStartObject("sigv4");
        json.WriteString("region", region);
        json.WriteEndObject();
        json.WriteString("subject", Subject);
        json.WriteString("message", Lines);
        json.WriteBoolean("send_resolved", true);
    }
}
