using Pulumi;
using Pulumi.Kubernetes.ApiExtensions;

namespace GpuInfra.Infra.Clusters.Resources;

/// <summary>Who makes gateways of a class (gateway.networking.k8s.io/v1).</summary>
internal sealed class GatewayClassArgs() : CustomResourceArgs("gateway.networking.k8s.io/v1", "GatewayClass")
{
    [Input("spec", required: true)]
    public Input<GatewayClassSpecArgs>? Spec { get; set; }
}

internal sealed class GatewayClassSpecArgs : ResourceArgs
{
    [Input("controllerName", required: true)]
    public Input<string>? ControllerName { get; set; }

    [Input("parametersRef")]
    public Input<ParametersReferenceArgs>? ParametersRef { get; set; }
}

internal sealed class ParametersReferenceArgs : ResourceArgs
{
    [Input("group", required: true)]
    public Input<string>? Group { get; set; }

    [Input("kind", required: true)]
    public Input<string>? Kind { get; set; }

    [Input("name", required: true)]
    public Input<string>? Name { get; set; }

    [Input("namespace")]
    public Input<string>? Namespace { get; set; }
}
