using Pulumi;
using Pulumi.Kubernetes.ApiExtensions;

namespace GpuInfra.Infra.Clusters.Resources;

/// <summary>How Envoy Gateway runs its proxies (gateway.envoyproxy.io/v1alpha1, Envoy Gateway 1.8).</summary>
internal sealed class EnvoyProxyArgs() : CustomResourceArgs("gateway.envoyproxy.io/v1alpha1", "EnvoyProxy")
{
    [Input("spec", required: true)]
    public Input<EnvoyProxySpecArgs>? Spec { get; set; }
}

internal sealed class EnvoyProxySpecArgs : ResourceArgs
{
    [Input("provider")]
    public Input<EnvoyProxyProviderArgs>? Provider { get; set; }
}

internal sealed class EnvoyProxyProviderArgs : ResourceArgs
{
    [Input("type", required: true)]
    public Input<string>? Type { get; set; }

    [Input("kubernetes")]
    public Input<EnvoyProxyKubernetesArgs>? Kubernetes { get; set; }
}

internal sealed class EnvoyProxyKubernetesArgs : ResourceArgs
{
    [Input("envoyDeployment")]
    public Input<EnvoyDeploymentArgs>? EnvoyDeployment { get; set; }

    [Input("envoyPDB")]
    public Input<EnvoyDisruptionArgs>? EnvoyPdb { get; set; }

    [Input("envoyService")]
    public Input<EnvoyServiceArgs>? EnvoyService { get; set; }
}

internal sealed class EnvoyDeploymentArgs : ResourceArgs
{
    [Input("replicas")]
    public Input<int>? Replicas { get; set; }

    [Input("container")]
    public Input<EnvoyContainerArgs>? Container { get; set; }

    [Input("pod")]
    public Input<EnvoyPodArgs>? Pod { get; set; }
}

internal sealed class EnvoyContainerArgs : ResourceArgs
{
    [Input("image")]
    public Input<string>? Image { get; set; }

    [Input("resources")]
    public Input<Pulumi.Kubernetes.Types.Inputs.Core.V1.ResourceRequirementsArgs>? Resources { get; set; }
}

internal sealed class EnvoyPodArgs : ResourceArgs
{
    [Input("topologySpreadConstraints")]
    public InputList<Pulumi.Kubernetes.Types.Inputs.Core.V1.TopologySpreadConstraintArgs>? TopologySpreadConstraints { get; set; }
}

internal sealed class EnvoyDisruptionArgs : ResourceArgs
{
    [Input("minAvailable")]
    public Input<int>? MinAvailable { get; set; }
}

internal sealed class EnvoyServiceArgs : ResourceArgs
{
    [Input("type")]
    public Input<string>? Type { get; set; }

    /// <summary><c>Local</c> keeps the address of who asks.</summary>
    [Input("externalTrafficPolicy")]
    public Input<string>? ExternalTrafficPolicy { get; set; }

    [Input("loadBalancerSourceRanges")]
    public InputList<string>? LoadBalancerSourceRanges { get; set; }
}
