namespace Pulumi.Kubernetes;

/// <summary>Base of all Kubernetes resources.</summary>
public abstract class KubernetesResource : global::Pulumi.CustomResource
{
    internal KubernetesResource(string type, string name, global::Pulumi.ResourceArgs? args, CustomResourceOptions? options = null)
        : base(type, name, args, CustomResourceOptions.Merge(new CustomResourceOptions { Version = Utilities.Version }, options))
    {
    }
}
