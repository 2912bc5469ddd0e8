using Pulumi;
using Pulumi.Kubernetes.ApiExtensions;

namespace GpuInfra.Infra.Clusters.Resources;

/// <summary>Rules that the operator gives to Prometheus (monitoring.coreos.com/v1).</summary>
internal sealed class PrometheusRuleArgs() : CustomResourceArgs("monitoring.coreos.com/v1", "PrometheusRule")
{
    [Input("spec", required: true)]
    public Input<PrometheusRuleSpecArgs>? Spec { get; set; }
}

internal sealed class PrometheusRuleSpecArgs : ResourceArgs
{
    [Input("groups")]
    public InputList<RuleGroupArgs>? Groups { get; set; }
}

internal sealed class RuleGroupArgs : ResourceArgs
{
    [Input("name", required: true)]
    public Input<string>? Name { get; set; }

    [Input("rules")]
    public InputList<RuleArgs>? Rules { get; set; }
}

/// <summary>An alert, or a series that is recorded: one of the two names is given.</summary>
internal sealed class RuleArgs : ResourceArgs
{
    [Input("alert")]
    public Input<string>? Alert { get; set; }

    [Input("record")]
    public Input<string>? Record { get; set; }

    [Input("expr", required: true)]
    public Input<string>? Expr { get; set; }

    [Input("for")]
    public Input<string>? For { get; set; }

    [Input("labels")]
    public InputMap<string>? Labels { get; set; }

    [Input("annotations")]
    public InputMap<string>? Annotations { get; set; }
}
