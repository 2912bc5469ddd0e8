using GpuInfra.Infra.Common;
using Pulumi;
using Pulumi.Gcp.Monitoring;
using Pulumi.Gcp.Monitoring.Inputs;

namespace GpuInfra.Infra.Google;

/// <summary>Who watches the watchdog, and how its notices reach people: by mail to the owners. Each names its section of the runbook.</summary>
internal static class GoogleWatchdogAlarms
{
    public static void Add(string name, RegionFleet region, Output<string> function, Output<string> deadLetters, Resource parent)
    {
        var labels = region.Tags.Shared.Labels;
        var child = new CustomResourceOptions { Parent = parent };
        var channels = region.Tags.Owners(region.Pools.Select(pool => pool.Pool)).Select(owner => (Input<string>)new NotificationChannel(
            $"{name}-{owner}",
            new NotificationChannelArgs { Type = "email", DisplayName = owner, Labels = { ["email_address"] = owner }, UserLabels = labels },
            child).Name).ToArray();
        var mine = $"region=\"{region.Region}\",stack=\"{TagSet.Label(region.Settings.Stack)}\"";

        // The watchdog itself counts the runs that ended well.
        Alarm("silent", "No run of the watchdog has ended well for two periods", Query(FormattableString.Invariant(
            $"absent_over_time(custom_googleapis_com:gpuinfra_watchdog_runs{{{mine}}}[{2 * WatchdogSource.PeriodMinutes}m])")));
        Alarm("dead-letters", "A start of the watchdog was given up", Query(Output.Format(
            $"max_over_time(pubsub_googleapis_com:subscription_num_undelivered_messages{{subscription_id=\"{deadLetters}\"}}[15m]) > 0")));
        Alarm(
            "notices",
            "The watchdog has something to say",
            new AlertPolicyConditionArgs
            {
                DisplayName = "notices",
                ConditionMatchedLog = new AlertPolicyConditionConditionMatchedLogArgs
                {
                    Filter = Output.Format(
                        $"resource.type=\"cloud_run_revision\" AND resource.labels.service_name=\"{function}\" AND jsonPayload.event=\"notice\""),
                    LabelExtractors = { ["text"] = "EXTRACT(jsonPayload.text)" },
                },
            },
            new AlertPolicyAlertStrategyArgs
            {
                AutoClose = "1800s",
                NotificationRateLimit = new AlertPolicyAlertStrategyNotificationRateLimitArgs { Period = "300s" },
            });

        void Alarm(string id, string says, AlertPolicyConditionArgs condition, AlertPolicyAlertStrategyArgs? strategy = null)
        {
            var args = new AlertPolicyArgs
            {
                DisplayName = $"{name}: {says}",
                Combiner = "OR",
                Severity = "WARNING",
                Conditions = { condition },
                NotificationChannels = channels,
                Documentation = new AlertPolicyDocumentationArgs
                {
                    Content = $"{says}. Runbook: docs/runbooks/watchdog.md#{id}",
                    MimeType = "text/markdown",
                },
                UserLabels = labels,
            };
            if (strategy is not null)
            {
                args.AlertStrategy = strategy;
            }

            _ = new AlertPolicy(Names.Fit($"{name}-{id}", Names.GoogleAutoName), args, child);
        }
    }

    /// <summary>A metric is not there before its first figure, and Google refuses a policy on it unless told not to look.</summary>
    private static AlertPolicyConditionArgs Query(Input<string> query) => new()
    {
        DisplayName = "query",
        ConditionPrometheusQueryLanguage = new AlertPolicyConditionConditionPrometheusQueryLanguageArgs
        {
            Query = query,
            Duration = "0s",
            EvaluationInterval = "300s",
            DisableMetricValidation = true,
        },
    };
}
