using Pulumi;
using Pulumi.Kubernetes.Rbac.V1;
using Pulumi.Kubernetes.Types.Inputs.Rbac.V1;

namespace GpuInfra.Infra.Clusters;

/// <summary>Lets monitors of Google's build agree who of them sends: they may make leases in their namespace and change their own.</summary>
internal static class SenderLease
{
    /// <summary>Makes it.</summary>
    /// <param name="region">What names of resources begin with.</param>
    /// <param name="options">Whose it is; after the namespace.</param>
    public static RoleBinding Allow(string region, CustomResourceOptions options) => ClusterRight.Give(
        $"{region}-{SenderValues.Lease}", SenderValues.Lease, ClusterNames.Monitoring, SenderValues.Account,
        [
            May(["create"]), // Of what is not there yet no name can be asked.
            May(["get", "update"], SenderValues.Lease),
        ],
        options);

    private static PolicyRuleArgs May(string[] verbs, params string[] names)
    {
        var rule = new PolicyRuleArgs { ApiGroups = { "coordination.k8s.io" }, Resources = { "leases" }, Verbs = verbs };
        foreach (var name in names)
        {
            rule.ResourceNames.Add(name);
        }

        return rule;
    }
}
