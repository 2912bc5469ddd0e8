using GpuInfra.Infra.Common;
using GpuInfra.Planning.Fleets;
using Pulumi;
using Pulumi.Gcp.Monitoring;
using Pulumi.Gcp.Monitoring.Inputs;

namespace GpuInfra.Infra.Google;

/// <summary>Alerts of one function, which reach the owners of pools by mail. Each names its section of a runbook.</summary>
internal sealed class GoogleAlarms
{
    private readonly (string Name, string Runbook) _of;
    private readonly System.Collections.Immutable.ImmutableDictionary<string, string> _labels;
    private readonly CustomResourceOptions _child;
    private readonly Input<string>[] _channels;

    /// <param name="name">What their names begin with.</param>
    /// <param name="region">The region.</param>
    /// <param name="runbook">A file of <c>docs/runbooks/</c>, without its ending.</param>
    /// <param name="pools">The pools whose owners hear of it.</param>
    /// <param name="parent">Whose they are.</param>
    public GoogleAlarms(string name, RegionFleet region, string runbook, IEnumerable<Pool> pools, Resource parent)
    {
        (_of, _labels, _child) = ((name, runbook), region.Tags.Shared.Labels, new CustomResourceOptions { Parent = parent });
        _channels = [.. region.Tags.Owners(pools).Select(owner => (Input<string>)new NotificationChannel(
            $"{name}-{owner}",
            new NotificationChannelArgs { Type = "email", DisplayName = owner, Labels = { ["email_address"] = owner }, UserLabels = _labels },
            _child).Name)];
    }

    /// <summary>An alert on a query of figures.</summary>
    /// <param name="id">The runbook's section.</param>
    /// <param name="says">What is the matter.</param>
    /// <param name="query">A query of Prometheus that gives something only where it is.</param>
    /// <param name="minutes">How long it must be so.</param>
    /// <param name="of">Of what it is, where there are several of the kind.</param>
    public void OnFigures(string id, string says, Input<string> query, int minutes = 0, string? of = null) => Add((id, of), says, new AlertPolicyConditionArgs
    {
        DisplayName = "query",
        ConditionPrometheusQueryLanguage = new AlertPolicyConditionConditionPrometheusQueryLanguageArgs
        {
            Query = query,
            Duration = FormattableString.Invariant($"{minutes * 60}s"),
            EvaluationInterval = "300s",

            // A metric is not there before its first figure, and Google refuses a policy on it unless told not to look.
            DisableMetricValidation = true,
        },
    });

    /// <summary>An alert on each notice in a function's log.</summary>
    public void OnNotices(string id, string says, Output<string> function) => Add(
        (id, null),
        says,
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

    private void Add((string Section, string? Of) id, string says, AlertPolicyConditionArgs condition, AlertPolicyAlertStrategyArgs? strategy = null)
    {
        var args = new AlertPolicyArgs
        {
            DisplayName = $"{_of.Name}: {says}",
            Combiner = "OR",
            Severity = "WARNING",
            Conditions = { condition },
            NotificationChannels = _channels,
            Documentation = new AlertPolicyDocumentationArgs
            {
                Content = $"{says}. Runbook: docs/runbooks/{_of.Runbook}.md#{id.Section}",
                MimeType = "text/markdown",
            },
            UserLabels = _labels,
        };
        if (strategy is not null)
        {
            args.AlertStrategy = strategy;
        }

        _ = new AlertPolicy(Names.Fit(id.Of is null ? $"{_of.Name}-{id.Section}" : $"{id.Of}-{id.Section}", Names.GoogleAutoName), args, _child);
    }
}
