using Pulumi;
using Pulumi.Kubernetes.Rbac.V1;
using Pulumi.Kubernetes.Types.Inputs.Meta.V1;
using Pulumi.Kubernetes.Types.Inputs.Rbac.V1;

namespace GpuInfra.Infra.Clusters;

/// <summary>What a monitors' account may do in its cluster: a Role in one namespace, and that it has it.</summary>
internal static class ClusterRight
{
    private const string Api = "rbac.authorization.k8s.io";

    /// <summary>Gives it.</summary>
    /// <param name="resource">What both are called in the program.</param>
    /// <param name="name">What both are called in the cluster.</param>
    /// <param name="space">The namespace that it holds in.</param>
    /// <param name="account">The account, in <see cref="ClusterNames.Monitoring"/>.</param>
    /// <param name="rules">What it may do.</param>
    /// <param name="options">Whose they are; after the namespaces.</param>
    public static RoleBinding Give(string resource, string name, string space, string account, PolicyRuleArgs[] rules, CustomResourceOptions options)
    {
        var role = new Role(resource, new RoleArgs { Metadata = Named(), Rules = rules }, options);
        return new RoleBinding(resource, new RoleBindingArgs
        {
            Metadata = Named(),
            RoleRef = new RoleRefArgs { ApiGroup = Api, Kind = "Role", Name = role.Metadata.Apply(metadata => metadata.Name) },
            Subjects = { new SubjectArgs { Kind = "ServiceAccount", Name = account, Namespace = ClusterNames.Monitoring } },
        }, options);

        ObjectMetaArgs Named() => new() { Name = name, Namespace = space };
    }
}
