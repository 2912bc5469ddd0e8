using GpuInfra.Infra.Clusters;
using Pulumi;
using Pulumi.Aws.CloudWatch;
using Pulumi.Aws.Eks;
using Pulumi.Aws.Eks.Inputs;
using Pulumi.Aws.Iam;
using Kubernetes = Pulumi.Kubernetes;

namespace GpuInfra.Infra.Amazon;

/// <summary>
/// An EKS cluster. Its API answers in the network only; its secrets are encrypted by the region's key, all its logs are kept, and nobody administers it
/// but the roles that the configuration names: not even who made it.
/// </summary>
internal sealed class AmazonCluster : ComponentResource
{
    /// <summary>Days that audit and other logs of the API are kept.</summary>
    private const int LogDays = 90;


    /// <summary>All there are.</summary>
    private static readonly string[] Logs = ["api", "audit", "authenticator", "controllerManager", "scheduler"];

    public AmazonCluster(RegionFleet region, AmazonGround ground, ComponentResourceOptions options)
        : base("gpuinfra:amazon:Cluster", region.Name, options)
    {
        var child = new CustomResourceOptions { Parent = this };
        Name = NameOf(region);
        var logs = new LogGroup($"{Name}-cluster", new LogGroupArgs
        {
            Name = LogGroupOf(region), // EKS writes to the group of this name, and makes it without a key or an end where there is none.
            RetentionInDays = LogDays,
            KmsKeyId = ground.Key.Arn,
            Tags = region.Tags.Shared.Tags,
        }, child);
        var role = new Role($"{Name}-cluster", new RoleArgs { AssumeRolePolicy = AmazonClusterPolicies.ClusterTrust, Tags = region.Tags.Shared.Tags }, child);
        var right = new RolePolicyAttachment($"{Name}-cluster", new RolePolicyAttachmentArgs
        {
            Role = role.Name,
            PolicyArn = "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy",
        }, child);
        var cluster = new Cluster(Name, new ClusterArgs
        {
            Name = Name,
            RoleArn = role.Arn,
            Version = region.Settings.Cluster.Version!,
            VpcConfig = new ClusterVpcConfigArgs
            {
                SubnetIds = ground.Subnets.Values.Select(subnet => subnet.Id).ToList(),
                SecurityGroupIds = { ground.Security.Api! },
                EndpointPrivateAccess = true,
                EndpointPublicAccess = false,
            },
            AccessConfig = new ClusterAccessConfigArgs { AuthenticationMode = "API", BootstrapClusterCreatorAdminPermissions = false },
            EncryptionConfig = new ClusterEncryptionConfigArgs
            {
                Provider = new ClusterEncryptionConfigProviderArgs { KeyArn = ground.Key.Arn },
                Resources = { "secrets" },
            },
            EnabledClusterLogTypes = Logs,
            BootstrapSelfManagedAddons = false,
            UpgradePolicy = new ClusterUpgradePolicyArgs { SupportType = "STANDARD" }, // Extended support costs six times as much.
            DeletionProtection = region.Protect,
            Tags = region.Tags.Shared.Tags,
        }, new CustomResourceOptions { Parent = this, Protect = region.Protect, DependsOn = { logs, right } });
        Let(region, cluster);

        Made = cluster;
        Provider = new Kubernetes.Provider(region.Name, new Kubernetes.ProviderArgs
        {
            KubeConfig = Output.Tuple(cluster.Name, cluster.Endpoint, cluster.CertificateAuthority.Apply(authority => authority.Data!))
                .Apply(of => KubeConfig.Of(of.Item1, of.Item2, of.Item3, "aws", ["eks", "get-token", "--region", region.Region, "--cluster-name", of.Item1, "--output", "json"])),
            EnableServerSideApply = true,
            EnableConfigMapMutable = true,
        }, child);
        RegisterOutputs();
    }

    /// <summary>Its name: one that is known before it is made, since its logs are called by it.</summary>
    public string Name { get; }

    /// <summary>The cluster.</summary>
    public Cluster Made { get; }

    /// <summary>Who talks to it.</summary>
    public Kubernetes.Provider Provider { get; }

    /// <summary>The name of a region's cluster.</summary>
    public static string NameOf(RegionFleet region) => $"gpuinfra-{region.Settings.Stack.ToLowerInvariant()}-{region.Region}";

    /// <summary>The log group of a region's cluster.</summary>
    public static string LogGroupOf(RegionFleet region) => $"/aws/eks/{NameOf(region)}/cluster";

    /// <summary>Roles that administer it, which is all that may enter.</summary>
    private void Let(RegionFleet region, Cluster cluster)
    {
        foreach (var administrator in region.Settings.Cluster.Aws.Administrators)
        {
            var name = $"{Name}-{administrator[(administrator.LastIndexOf('/') + 1)..]}";
            var entry = new AccessEntry(name, new AccessEntryArgs
            {
                ClusterName = cluster.Name,
                PrincipalArn = administrator,
                Type = "STANDARD",
                Tags = region.Tags.Shared.Tags,
            }, new CustomResourceOptions { Parent = this });
            _ = new AccessPolicyAssociation(name, new AccessPolicyAssociationArgs
            {
                ClusterName = cluster.Name,
                PrincipalArn = administrator,
                PolicyArn = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
                AccessScope = new AccessPolicyAssociationAccessScopeArgs { Type = "cluster" },
            }, new CustomResourceOptions { Parent = this, DependsOn = { entry } });
        }
    }
}
