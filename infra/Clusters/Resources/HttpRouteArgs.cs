using Pulumi;
using Pulumi.Kubernetes.ApiExtensions;

namespace GpuInfra.Infra.Clusters.Resources;

/// <summary>Where requests of a gateway go (gateway.networking.k8s.io/v1).</summary>
internal sealed class HttpRouteArgs() : CustomResourceArgs("gateway.networking.k8s.io/v1", "HTTPRoute")
{
    [Input("spec", required: true)]
    public Input<HttpRouteSpecArgs>? Spec { get; set; }
}

internal sealed class HttpRouteSpecArgs : ResourceArgs
{
    [Input("parentRefs")]
    public InputList<NamedReferenceArgs>? ParentRefs { get; set; }

    [Input("hostnames")]
    public InputList<string>? Hostnames { get; set; }

    [Input("rules")]
    public InputList<HttpRouteRuleArgs>? Rules { get; set; }
}

internal sealed class HttpRouteRuleArgs : ResourceArgs
{
    [Input("matches")]
    public InputList<HttpRouteMatchArgs>? Matches { get; set; }

    [Input("filters")]
    public InputList<HttpRouteFilterArgs>? Filters { get; set; }

    [Input("backendRefs")]
    public InputList<BackendReferenceArgs>? BackendRefs { get; set; }

    [Input("timeouts")]
    public Input<HttpRouteTimeoutsArgs>? Timeouts { get; set; }
}

internal sealed class HttpRouteMatchArgs : ResourceArgs
{
    [Input("path")]
    public Input<HttpPathMatchArgs>? Path { get; set; }

    [Input("method")]
    public Input<string>? Method { get; set; }
}

internal sealed class HttpPathMatchArgs : ResourceArgs
{
    [Input("type")]
    public Input<string>? Type { get; set; }

    [Input("value")]
    public Input<string>? Value { get; set; }
}

internal sealed class HttpRouteFilterArgs : ResourceArgs
{
    [Input("type", required: true)]
    public Input<string>? Type { get; set; }

    [Input("requestMirror")]
    public Input<RequestMirrorArgs>? RequestMirror { get; set; }
}

/// <summary>A copy of requests, whose answers nobody waits for.</summary>
internal sealed class RequestMirrorArgs : ResourceArgs
{
    [Input("backendRef", required: true)]
    public Input<BackendReferenceArgs>? BackendRef { get; set; }
}

/// <summary>A Service of the same namespace.</summary>
internal sealed class BackendReferenceArgs : ResourceArgs
{
    [Input("name", required: true)]
    public Input<string>? Name { get; set; }

    [Input("port")]
    public Input<int>? Port { get; set; }
}

internal sealed class HttpRouteTimeoutsArgs : ResourceArgs
{
    /// <summary>The longest answer; <c>0s</c> for any length.</summary>
    [Input("request")]
    public Input<string>? Request { get; set; }
}
