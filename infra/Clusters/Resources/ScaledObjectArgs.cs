using Pulumi;
using Pulumi.Kubernetes.ApiExtensions;
using Pulumi.Kubernetes.Types.Inputs.Autoscaling.V2;

namespace GpuInfra.Infra.Clusters.Resources;

/// <summary>How KEDA scales a workload (keda.sh/v1alpha1, KEDA 2.20).</summary>
internal sealed class ScaledObjectArgs() : CustomResourceArgs("keda.sh/v1alpha1", "ScaledObject")
{
    [Input("spec", required: true)]
    public Input<ScaledObjectSpecArgs>? Spec { get; set; }
}

internal sealed class ScaledObjectSpecArgs : ResourceArgs
{
    [Input("scaleTargetRef", required: true)]
    public Input<ScaleTargetArgs>? ScaleTargetRef { get; set; }

    /// <summary>Replicas at least; 0 only where a trigger that does not come from the replicas wakes them.</summary>
    [Input("minReplicaCount")]
    public Input<int>? MinReplicaCount { get; set; }

    /// <summary>Replicas at most.</summary>
    [Input("maxReplicaCount")]
    public Input<int>? MaxReplicaCount { get; set; }

    /// <summary>Seconds between two looks.</summary>
    [Input("pollingInterval")]
    public Input<int>? PollingInterval { get; set; }

    /// <summary>Seconds without any active trigger before the last replica goes.</summary>
    [Input("cooldownPeriod")]
    public Input<int>? CooldownPeriod { get; set; }

    /// <summary>The same after it was made.</summary>
    [Input("initialCooldownPeriod")]
    public Input<int>? InitialCooldownPeriod { get; set; }

    [Input("fallback")]
    public Input<ScalingFallbackArgs>? Fallback { get; set; }

    [Input("advanced")]
    public Input<ScalingAdvancedArgs>? Advanced { get; set; }

    [Input("triggers", required: true)]
    public InputList<ScaleTriggerArgs>? Triggers { get; set; }
}

internal sealed class ScaleTargetArgs : ResourceArgs
{
    [Input("apiVersion")]
    public Input<string>? ApiVersion { get; set; }

    [Input("kind")]
    public Input<string>? Kind { get; set; }

    [Input("name", required: true)]
    public Input<string>? Name { get; set; }
}

/// <summary>What happens while a trigger cannot be read.</summary>
internal sealed class ScalingFallbackArgs : ResourceArgs
{
    /// <summary>Looks in a row that fail before it begins.</summary>
    [Input("failureThreshold", required: true)]
    public Input<int>? FailureThreshold { get; set; }

    /// <summary>Replicas meanwhile.</summary>
    [Input("replicas", required: true)]
    public Input<int>? Replicas { get; set; }
}

internal sealed class ScalingAdvancedArgs : ResourceArgs
{
    [Input("horizontalPodAutoscalerConfig")]
    public Input<ScalingBehaviorArgs>? HorizontalPodAutoscalerConfig { get; set; }
}

internal sealed class ScalingBehaviorArgs : ResourceArgs
{
    [Input("behavior")]
    public Input<HorizontalPodAutoscalerBehaviorArgs>? Behavior { get; set; }
}

/// <summary>A signal. All of its metadata are texts.</summary>
internal sealed class ScaleTriggerArgs : ResourceArgs
{
    [Input("name")]
    public Input<string>? Name { get; set; }

    [Input("type", required: true)]
    public Input<string>? Type { get; set; }

    [Input("metricType")]
    public Input<string>? MetricType { get; set; }

    [Input("metadata", required: true)]
    public InputMap<string>? Metadata { get; set; }
}
