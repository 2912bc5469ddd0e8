using Pulumi;
using Pulumi.Aws.Eks;
using Pulumi.Aws.Iam;

namespace GpuInfra.Infra.Amazon;

/// <summary>Roles of pods, which they have through EKS Pod Identity: none takes its node's, and none has a key.</summary>
internal static class AmazonPodRole
{
    /// <summary>A role that pods of the cluster may have.</summary>
    /// <param name="region">The region.</param>
    /// <param name="cluster">The cluster's name.</param>
    /// <param name="use">What for.</param>
    /// <param name="options">Whose it is.</param>
    public static Role Of(RegionFleet region, string cluster, string use, CustomResourceOptions options) => new($"{cluster}-{use}", new RoleArgs
    {
        AssumeRolePolicy = AmazonClusterPolicies.PodTrust(region.Account, region.Region, cluster),
        Tags = region.Tags.Shared.Tags,
    }, options);

    /// <summary>A role with a policy of its own, for a service account.</summary>
    /// <param name="region">The region.</param>
    /// <param name="cluster">The cluster's name.</param>
    /// <param name="space">The account's namespace.</param>
    /// <param name="account">The account.</param>
    /// <param name="policy">What it may.</param>
    /// <param name="options">Whose it is; after the cluster, where that is made.</param>
    public static PodIdentityAssociation Give(RegionFleet region, string cluster, string space, string account, Output<string> policy, CustomResourceOptions options)
    {
        var name = $"{cluster}-{space}-{account}";
        var role = Of(region, cluster, $"{space}-{account}", options);
        var right = new RolePolicy(name, new RolePolicyArgs { Role = role.Name, Policy = policy }, options);
        return new PodIdentityAssociation(name, new PodIdentityAssociationArgs
        {
            ClusterName = cluster,
            Namespace = space,
            ServiceAccount = account,
            RoleArn = Output.Tuple(role.Arn, right.Id).Apply(both => both.Item1),
            Tags = region.Tags.Shared.Tags,
        }, options);
    }
}
