using Pulumi;
using Pulumi.Kubernetes.ApiExtensions;

namespace GpuInfra.Infra.Clusters.Resources;

/// <summary>A Secret that External Secrets keeps as a cloud's store has it (external-secrets.io/v1).</summary>
internal sealed class ExternalSecretArgs() : CustomResourceArgs("external-secrets.io/v1", "ExternalSecret")
{
    [Input("spec", required: true)]
    public Input<ExternalSecretSpecArgs>? Spec { get; set; }
}

internal sealed class ExternalSecretSpecArgs : ResourceArgs
{
    [Input("refreshPolicy")]
    public Input<string>? RefreshPolicy { get; set; }

    [Input("refreshInterval")]
    public Input<string>? RefreshInterval { get; set; }

    [Input("secretStoreRef")]
    public Input<SecretStoreReferenceArgs>? SecretStoreRef { get; set; }

    [Input("target")]
    public Input<ExternalSecretTargetArgs>? Target { get; set; }

    [Input("data")]
    public InputList<ExternalSecretDataArgs>? Data { get; set; }

    [Input("dataFrom")]
    public InputList<ExternalSecretSourceArgs>? DataFrom { get; set; }
}

internal sealed class SecretStoreReferenceArgs : ResourceArgs
{
    [Input("kind")]
    public Input<string>? Kind { get; set; }

    [Input("name")]
    public Input<string>? Name { get; set; }
}

internal sealed class ExternalSecretTargetArgs : ResourceArgs
{
    [Input("name")]
    public Input<string>? Name { get; set; }

    [Input("template")]
    public Input<ExternalSecretTemplateArgs>? Template { get; set; }
}

/// <summary>What the Secret holds, in Go's templates over the names of <c>data</c>.</summary>
internal sealed class ExternalSecretTemplateArgs : ResourceArgs
{
    [Input("engineVersion")]
    public Input<string>? EngineVersion { get; set; }

    [Input("type")]
    public Input<string>? Type { get; set; }

    [Input("data")]
    public InputMap<string>? Data { get; set; }
}

internal sealed class ExternalSecretDataArgs : ResourceArgs
{
    [Input("secretKey", required: true)]
    public Input<string>? SecretKey { get; set; }

    [Input("remoteRef", required: true)]
    public Input<RemoteSecretArgs>? RemoteRef { get; set; }
}

internal sealed class RemoteSecretArgs : ResourceArgs
{
    [Input("key", required: true)]
    public Input<string>? Key { get; set; }
}

internal sealed class ExternalSecretSourceArgs : ResourceArgs
{
    [Input("sourceRef")]
    public Input<SecretSourceArgs>? SourceRef { get; set; }
}

internal sealed class SecretSourceArgs : ResourceArgs
{
    [Input("generatorRef")]
    public Input<GeneratorReferenceArgs>? GeneratorRef { get; set; }
}

internal sealed class GeneratorReferenceArgs : ResourceArgs
{
    [Input("apiVersion")]
    public Input<string>? ApiVersion { get; set; }

    [Input("kind", required: true)]
    public Input<string>? Kind { get; set; }

    [Input("name", required: true)]
    public Input<string>? Name { get; set; }
}
