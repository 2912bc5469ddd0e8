using System.Text.RegularExpressions;
using GpuInfra.Infra.Common;
using GpuInfra.Planning.Monitoring;
using GpuInfra.Planning.Plans;
using Pulumi;
using Pulumi.Gcp.Monitoring;
using Pulumi.Gcp.Monitoring.Inputs;

namespace GpuInfra.Infra.Google;

/// <summary>
/// The alerts of Google Cloud Managed Service for Prometheus, whose store every project has: a policy for each, with the plan's figures in its query, and a channel for each mailbox.
/// What nobody is told of opens incidents that the console shows.
/// </summary>
internal static partial class GoogleMetrics
{
    /// <summary>An incident whose series came to an end, as those of a pool that is gone, ends after this time: the shortest that Google takes.</summary>
    private const string AutoClose = "1800s";

    private const string EveryMinute = "60s";

    public static void Add(CloudAccount account, AlertRules alerts, MonitoringPlan monitoring, Resource parent)
    {
        var labels = account.Tags.Shared.Labels;
        var channels = monitoring.Receivers.OfType<AlertReceiver.Email>().Select(receiver => receiver.Address).Distinct().Order(StringComparer.Ordinal).ToDictionary(
            address => address,
            address => (Input<string>)new NotificationChannel(
                $"gcp-alert-{address}",
                new NotificationChannelArgs { Type = "email", DisplayName = address, Labels = { ["email_address"] = address }, UserLabels = labels },
                account.Last(parent)).Name);
        foreach (var group in alerts.Groups)
        {
            foreach (var rule in group.Rules)
            {
                Add(group, rule);
            }
        }

        void Add(AlertGroup group, AlertRule rule)
        {
            var args = new AlertPolicyArgs
            {
                DisplayName = $"{account.Settings.Stack}/{group.Name}/{rule.Name}",
                Combiner = "OR",
                Conditions = { Condition(group, rule) },
                AlertStrategy = new AlertPolicyAlertStrategyArgs { AutoClose = AutoClose },
                NotificationChannels = Told(rule.Severity).Select(address => channels[address]).ToArray(),
                Documentation = new AlertPolicyDocumentationArgs { Content = $"{Text(rule.Summary)}\n\nRunbook: {rule.RunbookAt(monitoring.Runbooks)}", MimeType = "text/markdown" },
                UserLabels = labels,
            };
            if (rule.Severity != AlertSeverity.Info)
            {
                args.Severity = rule.Severity == AlertSeverity.Page ? "CRITICAL" : "WARNING";
            }

            _ = new AlertPolicy($"gcp-alert-{rule.Name}", args, account.Last(parent));
        }

        AlertPolicyConditionArgs Condition(AlertGroup group, AlertRule rule) => new()
        {
            DisplayName = $"{group.Name}/{rule.Name}",
            ConditionPrometheusQueryLanguage = new AlertPolicyConditionConditionPrometheusQueryLanguageArgs
            {
                Query = rule.Expression,
                Duration = FormattableString.Invariant($"{rule.For.TotalSeconds}s"),
                EvaluationInterval = EveryMinute,
                RuleGroup = group.Name,
                AlertRule = rule.Name,
                Labels = { ["severity"] = rule.Severity.Name(), ["stack"] = account.Settings.Stack },

                // A metric is not there before its first figure, and Google refuses a policy on it unless told not to look.
                DisableMetricValidation = true,
            },
        };

        IEnumerable<string> Told(AlertSeverity severity) => severity == AlertSeverity.Info ? [] : monitoring.Receivers.OfType<AlertReceiver.Email>()
            .Where(receiver => receiver.Urgencies.Contains(severity == AlertSeverity.Page ? AlertUrgency.Page : AlertUrgency.Ticket))
            .Select(receiver => receiver.Address).Distinct().Order(StringComparer.Ordinal);
    }

    /// <summary>A summary with what Google fills in: labels, and the figure without a format.</summary>
    private static string Text(string summary) => Value().Replace(Label().Replace(summary, "$${metric_or_resource.label.$1}"), "$${metric.label.value}");

    [GeneratedRegex(@"\{\{ \$labels\.(\w+) \}\}")]
    private static partial Regex Label();

    [GeneratedRegex(@"\{\{ \$value[^}]*\}\}")]
    private static partial Regex Value();
}
