using Pulumi;
using Pulumi.Kubernetes.ApiExtensions;

namespace GpuInfra.Infra.Clusters.Resources;

/// <summary>A cloud's secret store, as External Secrets reads it for one namespace (external-secrets.io/v1).</summary>
internal sealed class SecretStoreArgs() : CustomResourceArgs("external-secrets.io/v1", "SecretStore")
{
    [Input("spec", required: true)]
    public Input<SecretStoreSpecArgs>? Spec { get; set; }
}

internal sealed class SecretStoreSpecArgs : ResourceArgs
{
    [Input("provider", required: true)]
    public Input<SecretStoreProviderArgs>? Provider { get; set; }
}

/// <summary>One of them; the operator's own identity reads.</summary>
internal sealed class SecretStoreProviderArgs : ResourceArgs
{
    [Input("aws")]
    public Input<AmazonSecretStoreArgs>? Aws { get; set; }

    [Input("gcpsm")]
    public Input<GoogleSecretStoreArgs>? Gcpsm { get; set; }
}

internal sealed class AmazonSecretStoreArgs : ResourceArgs
{
    [Input("service", required: true)]
    public Input<string>? Service { get; set; }

    [Input("region", required: true)]
    public Input<string>? Region { get; set; }
}

internal sealed class GoogleSecretStoreArgs : ResourceArgs
{
    [Input("projectID")]
    public Input<string>? ProjectId { get; set; }
}
