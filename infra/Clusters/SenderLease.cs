using Pulumi;
using Pulumi.Kubernetes.Rbac.V1;
using Pulumi.Kubernetes.Types.Inputs.Meta.V1;
using Pulumi.Kubernetes.Types.Inputs.Rbac.V1;

namespace GpuInfra.Infra.Clusters;

/// <summary>Lets monitors of Google's build agree who of them sends: they may make leases in their namespace and change their own.</summary>
internal static class SenderLease
{
    private const string Api = "rbac.authorization.k8s.io";

    /// <summary>Makes it.</summary>
    /// <param name="region">What names of resources begin with.</param>
    /// <param name="options">Whose it is; after the namespace.</param>
    public static RoleBinding Allow(string region, CustomResourceOptions options)
    {
        var role = new Role($"{region}-{SenderValues.Lease}", new RoleArgs
        {
            Metadata = Named(),
            Rules =
            {
                May(["create"]), // Of what is not there yet no name can be asked.
                May(["get", "update"], SenderValues.Lease),
            },
        }, options);
        return new RoleBinding($"{region}-{SenderValues.Lease}", new RoleBindingArgs
        {
            Metadata = Named(),
            RoleRef = new RoleRefArgs { ApiGroup = Api, Kind = "Role", Name = role.Metadata.Apply(metadata => metadata.Name) },
            Subjects = { new SubjectArgs { Kind = "ServiceAccount", Name = SenderValues.Account, Namespace = ClusterNames.Monitoring } },
        }, options);
    }

    private static ObjectMetaArgs Named() => new() { Name = SenderValues.Lease, Namespace = ClusterNames.Monitoring };

    private static PolicyRuleArgs May(string[] verbs, string? name = null)
    {
        var rule = new PolicyRuleArgs { ApiGroups = { "coordination.k8s.io" }, Resources = { "leases" }, Verbs = verbs };
        if (name is not null)
        {
            rule.ResourceNames.Add(name);
        }

        return rule;
    }
}
