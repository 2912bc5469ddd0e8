using Pulumi;
using Pulumi.Kubernetes.ApiExtensions;

namespace GpuInfra.Infra.Clusters.Resources;

/// <summary>Passwords that External Secrets makes up (generators.external-secrets.io/v1alpha1).</summary>
internal sealed class PasswordArgs() : CustomResourceArgs("generators.external-secrets.io/v1alpha1", "Password")
{
    [Input("spec", required: true)]
    public Input<PasswordSpecArgs>? Spec { get; set; }
}

internal sealed class PasswordSpecArgs : ResourceArgs
{
    [Input("length", required: true)]
    public Input<int>? Length { get; set; }

    [Input("digits")]
    public Input<int>? Digits { get; set; }

    [Input("symbols")]
    public Input<int>? Symbols { get; set; }

    [Input("noUpper", required: true)]
    public Input<bool>? NoUpper { get; set; }

    [Input("allowRepeat", required: true)]
    public Input<bool>? AllowRepeat { get; set; }
}
