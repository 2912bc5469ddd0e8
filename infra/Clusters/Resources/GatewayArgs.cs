using Pulumi;
using Pulumi.Kubernetes.ApiExtensions;

namespace GpuInfra.Infra.Clusters.Resources;

/// <summary>A way into the cluster (gateway.networking.k8s.io/v1).</summary>
internal sealed class GatewayArgs() : CustomResourceArgs("gateway.networking.k8s.io/v1", "Gateway")
{
    [Input("spec", required: true)]
    public Input<GatewaySpecArgs>? Spec { get; set; }
}

internal sealed class GatewaySpecArgs : ResourceArgs
{
    [Input("gatewayClassName", required: true)]
    public Input<string>? GatewayClassName { get; set; }

    [Input("infrastructure")]
    public Input<GatewayInfrastructureArgs>? Infrastructure { get; set; }

    [Input("listeners", required: true)]
    public InputList<ListenerArgs>? Listeners { get; set; }
}

/// <summary>What is written on everything that is made for it.</summary>
internal sealed class GatewayInfrastructureArgs : ResourceArgs
{
    [Input("annotations")]
    public InputMap<string>? Annotations { get; set; }

    [Input("labels")]
    public InputMap<string>? Labels { get; set; }
}

internal sealed class ListenerArgs : ResourceArgs
{
    [Input("name", required: true)]
    public Input<string>? Name { get; set; }

    [Input("port", required: true)]
    public Input<int>? Port { get; set; }

    [Input("protocol", required: true)]
    public Input<string>? Protocol { get; set; }

    [Input("hostname")]
    public Input<string>? Hostname { get; set; }

    [Input("tls")]
    public Input<ListenerTlsArgs>? Tls { get; set; }

    [Input("allowedRoutes")]
    public Input<AllowedRoutesArgs>? AllowedRoutes { get; set; }
}

internal sealed class ListenerTlsArgs : ResourceArgs
{
    [Input("mode")]
    public Input<string>? Mode { get; set; }

    [Input("certificateRefs")]
    public InputList<NamedReferenceArgs>? CertificateRefs { get; set; }
}

internal sealed class AllowedRoutesArgs : ResourceArgs
{
    [Input("namespaces")]
    public Input<RouteNamespacesArgs>? Namespaces { get; set; }
}

internal sealed class RouteNamespacesArgs : ResourceArgs
{
    [Input("from")]
    public Input<string>? From { get; set; }
}

/// <summary>An object of the same namespace; a Secret where no kind is given.</summary>
internal sealed class NamedReferenceArgs : ResourceArgs
{
    [Input("name", required: true)]
    public Input<string>? Name { get; set; }
}
