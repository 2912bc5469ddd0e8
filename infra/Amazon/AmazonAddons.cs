using System.Text.Json;
using GpuInfra.Infra.Common;
using Pulumi;
using Pulumi.Aws.Eks;
using Pulumi.Aws.Eks.Inputs;
using Pulumi.Aws.Iam;

namespace GpuInfra.Infra.Amazon;

/// <summary>EKS's own add-ons, each at the version that the configuration pins, and the roles of those that call AWS.</summary>
internal static class AmazonAddons
{
    /// <summary>What nodes need before they are ready: it is there before any starts.</summary>
    public static readonly string[] BeforeNodes = ["vpc-cni", "kube-proxy", "eks-pod-identity-agent"];

    /// <summary>What runs on nodes: it is ready only once some are there.</summary>
    private static readonly string[] OnNodes = ["coredns", "aws-ebs-csi-driver", "eks-node-monitoring-agent", "metrics-server"];

    /// <summary>What mounts EFS, where pods share some. It needs no rights: nothing of it makes file systems.</summary>
    public const string Files = "aws-efs-csi-driver";

    /// <summary>Those that call AWS, with the service account that they do it as and AWS's policy for it.</summary>
    private static readonly Dictionary<string, (string Account, string Policy)> Callers = new()
    {
        ["vpc-cni"] = ("aws-node", "AmazonEKS_CNI_Policy"),
        ["aws-ebs-csi-driver"] = ("ebs-csi-controller-sa", "service-role/AmazonEBSCSIDriverPolicy"),
    };

    /// <summary>Settings that differ from an add-on's own: policies of the network are kept, and nothing that can run elsewhere waits for a GPU's node.</summary>
    private static readonly Dictionary<string, object> Values = new()
    {
        ["vpc-cni"] = new { enableNetworkPolicy = "true", env = new { ENABLE_PREFIX_DELEGATION = "true" } },
    };

    /// <summary>All of them.</summary>
    public static IEnumerable<string> All(bool hasFiles) => BeforeNodes.Concat(AfterNodes(hasFiles));

    /// <summary>What runs on nodes of a region.</summary>
    public static IEnumerable<string> AfterNodes(bool hasFiles) => hasFiles ? [.. OnNodes, Files] : OnNodes;

    /// <summary>Makes some of them.</summary>
    /// <param name="names">Which.</param>
    /// <param name="region">The region.</param>
    /// <param name="ground">The region's key.</param>
    /// <param name="cluster">The cluster.</param>
    /// <param name="options">Whose they are, and what they wait for.</param>
    public static IReadOnlyList<Addon> Add(IEnumerable<string> names, RegionFleet region, AmazonGround ground, AmazonCluster cluster, CustomResourceOptions options) =>
        [.. names.Select(name => Add(name, region, ground, cluster, options))];

    private static Addon Add(string name, RegionFleet region, AmazonGround ground, AmazonCluster cluster, CustomResourceOptions options)
    {
        var args = new AddonArgs
        {
            ClusterName = cluster.Made.Name,
            AddonName = name,
            AddonVersion = region.Settings.Cluster.Aws.Addons.Version(name),
            ResolveConflictsOnCreate = "OVERWRITE",
            ResolveConflictsOnUpdate = "OVERWRITE",
            Tags = region.Tags.Shared.Tags,
        };
        if (Values.TryGetValue(name, out var values))
        {
            args.ConfigurationValues = JsonSerializer.Serialize(values);
        }

        if (Callers.TryGetValue(name, out var caller))
        {
            var role = AmazonPodRole.Of(region, cluster.Name, name, options);
            _ = new RolePolicyAttachment($"{cluster.Name}-{name}", new RolePolicyAttachmentArgs
            {
                Role = role.Name,
                PolicyArn = $"arn:aws:iam::aws:policy/{caller.Policy}",
            }, options);
            if (name == "aws-ebs-csi-driver")
            {
                _ = new RolePolicy($"{cluster.Name}-{name}", new RolePolicyArgs { Role = role.Name, Policy = ground.Key.Arn.Apply(key => AmazonClusterPolicies.Disks(region, key)) }, options);
            }

            args.PodIdentityAssociations.Add(new AddonPodIdentityAssociationArgs { ServiceAccount = caller.Account, RoleArn = role.Arn });
        }

        return new Addon($"{cluster.Name}-{name}", args, options);
    }

    private static string Version(this IReadOnlyDictionary<string, string>? addons, string name) => addons![name];
}
