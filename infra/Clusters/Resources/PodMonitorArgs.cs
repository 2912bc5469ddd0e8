using Pulumi;
using Pulumi.Kubernetes.ApiExtensions;
using Pulumi.Kubernetes.Types.Inputs.Meta.V1;

namespace GpuInfra.Infra.Clusters.Resources;

/// <summary>Pods that Prometheus reads (monitoring.coreos.com/v1).</summary>
internal sealed class PodMonitorArgs() : CustomResourceArgs("monitoring.coreos.com/v1", "PodMonitor")
{
    [Input("spec", required: true)]
    public Input<PodMonitorSpecArgs>? Spec { get; set; }
}

internal sealed class PodMonitorSpecArgs : ResourceArgs
{
    [Input("selector", required: true)]
    public Input<LabelSelectorArgs>? Selector { get; set; }

    [Input("namespaceSelector")]
    public Input<NamespaceSelectorArgs>? NamespaceSelector { get; set; }

    [Input("attachMetadata")]
    public Input<AttachMetadataArgs>? AttachMetadata { get; set; }

    [Input("podMetricsEndpoints")]
    public InputList<PodMetricsEndpointArgs>? PodMetricsEndpoints { get; set; }
}

internal sealed class NamespaceSelectorArgs : ResourceArgs
{
    [Input("matchNames")]
    public InputList<string>? MatchNames { get; set; }
}

internal sealed class AttachMetadataArgs : ResourceArgs
{
    /// <summary>Whether labels of the pod's node can be used.</summary>
    [Input("node")]
    public Input<bool>? Node { get; set; }
}

internal sealed class PodMetricsEndpointArgs : ResourceArgs
{
    /// <summary>The port's name.</summary>
    [Input("port")]
    public Input<string>? Port { get; set; }

    [Input("path")]
    public Input<string>? Path { get; set; }

    [Input("interval")]
    public Input<string>? Interval { get; set; }

    [Input("relabelings")]
    public InputList<RelabelingArgs>? Relabelings { get; set; }
}

/// <summary>How labels of a target come about.</summary>
internal sealed class RelabelingArgs : ResourceArgs
{
    [Input("sourceLabels")]
    public InputList<string>? SourceLabels { get; set; }

    [Input("regex")]
    public Input<string>? Regex { get; set; }

    [Input("targetLabel")]
    public Input<string>? TargetLabel { get; set; }

    [Input("replacement")]
    public Input<string>? Replacement { get; set; }

    [Input("action")]
    public Input<string>? Action { get; set; }
}
