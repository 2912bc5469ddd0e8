using Pulumi;
using Pulumi.Kubernetes.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Meta.V1;

namespace GpuInfra.Infra.Clusters;

/// <summary>Namespaces of what is not an engine, with the level of Pod Security that their pods are held to.</summary>
internal static class ClusterSpace
{
    /// <summary>Pods are without root, rights and the node's files.</summary>
    public const string Restricted = "restricted";

    /// <summary>For exporters alone: the node's figures are read from its files, and GPUs' counters need SYS_ADMIN.</summary>
    public const string Privileged = "privileged";

    /// <summary>Makes one.</summary>
    /// <param name="region">What names of resources begin with.</param>
    /// <param name="name">The namespace.</param>
    /// <param name="level">The level of Pod Security.</param>
    /// <param name="options">Whose it is.</param>
    public static Namespace Make(string region, string name, string level, CustomResourceOptions options) => new($"{region}-{name}", new NamespaceArgs
    {
        Metadata = new ObjectMetaArgs
        {
            Name = name,
            Labels =
            {
                ["pod-security.kubernetes.io/enforce"] = level,
                ["pod-security.kubernetes.io/audit"] = Restricted,
                ["pod-security.kubernetes.io/warn"] = Restricted,
            },
        },
    }, options);
}
