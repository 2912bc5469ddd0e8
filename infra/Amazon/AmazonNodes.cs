using System.Globalization;
using GpuInfra.Infra.Clusters;
using GpuInfra.Infra.Common;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using Pulumi;
using Pulumi.Aws.Eks;
using Pulumi.Aws.Eks.Inputs;
using Pulumi.Aws.Iam;
using LaunchTemplate = Pulumi.Aws.Ec2.LaunchTemplate;

namespace GpuInfra.Infra.Amazon;

/// <summary>
/// The nodes of a cluster: a few without GPUs for what must run first, a group of fixed size on each reservation, and Karpenter for what is bought by the hour.
/// Its add-ons are made in the order in which they can become ready.
/// </summary>
internal sealed class AmazonNodes : ComponentResource
{
    /// <summary>Amazon Linux 2023 with the NVIDIA driver and container toolkit; the plain one has neither, and a plug-in that finds no GPU (awslabs/amazon-eks-ami issue 1817).</summary>
    public const string GpuImage = "AL2023_x86_64_NVIDIA";

    private const string PlainImage = "AL2023_x86_64_STANDARD";

    private static readonly string[] Rights = ["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly"];

    public AmazonNodes(RegionFleet region, AmazonGround ground, AmazonCluster cluster, AmazonRegistry images, ComponentResourceOptions options)
        : base("gpuinfra:amazon:Nodes", region.Name, options)
    {
        var child = new CustomResourceOptions { Parent = this };
        var role = new Role($"{cluster.Name}-nodes", new RoleArgs { AssumeRolePolicy = AmazonPolicies.MachineTrust, Tags = region.Tags.Shared.Tags }, child);
        var first = Rights.Select(policy => (Resource)new RolePolicyAttachment($"{cluster.Name}-nodes-{policy}", new RolePolicyAttachmentArgs
        {
            Role = role.Name,
            PolicyArn = $"arn:aws:iam::aws:policy/{policy}",
        }, child)).ToList();
        first.Add(new RolePolicy($"{cluster.Name}-nodes", new RolePolicyArgs { Role = role.Name, Policy = PolicyDocument.Of(AmazonPolicies.SessionManager) }, child));
        first.AddRange(AmazonAddons.Add(AmazonAddons.BeforeNodes, region, ground, cluster, child));
        var place = new AmazonNodePlace(region, ground, cluster, role.Arn, first);
        var system = System(place);
        var ready = new CustomResourceOptions { Parent = this, DependsOn = { system } };
        var later = AmazonAddons.Add(AmazonAddons.AfterNodes(!region.Files.IsEmpty), region, ground, cluster, ready);
        var karpenter = region.Pools.All(pool => pool.Pool.Tier == Tier.Reserved)
            ? null
            : new AmazonKarpenter(place, images, role, [system, .. later], new ComponentResourceOptions { Parent = this });
        var pools = region.Pools.Select(pool => (Plan: pool, new AmazonNodePool(pool, place, karpenter, new ComponentResourceOptions { Parent = this }.Formerly(pool.Pool)).Reservations)).ToList();
        var reserved = pools.Where(pool => pool.Reservations.Count > 0).ToList();
        if (reserved.Count > 0)
        {
            _ = new AmazonReservationAlarms(region, ground.Key, reserved, new ComponentResourceOptions { Parent = this });
        }

        RegisterOutputs();
    }

    /// <summary>The image of a pool's nodes, which its GPUs' maker decides.</summary>
    public static string ImageOf(Pool pool) => Catalog.Embedded.FindGpu(pool.Gpu) is { } ? GpuImage : throw new InvalidOperationException($"{pool.Id}: no image of nodes for {pool.Gpu}.");

    /// <summary>Untainted nodes over all zones, for what no GPU's node should run: or that could never go.</summary>
    private NodeGroup System(AmazonNodePlace place)
    {
        const string name = SystemNodes.Role;
        var tags = place.Region.Tags.Shared;
        var template = new LaunchTemplate(
            $"{place.Cluster.Name}-{name}",
            AmazonNodeTemplate.Of($"{place.Cluster.Name}-{name}", place.Ground, tags, AmazonNodeTemplate.SystemGib, userData: ""),
            new CustomResourceOptions { Parent = this });
        var args = place.Group(template, place.Ground.Subnets.Values, new InstanceCounts(SystemNodes.Count, SystemNodes.Count, SystemNodes.Count), tags);
        args.AmiType = PlainImage;
        args.CapacityType = "ON_DEMAND";
        args.InstanceTypes = [SystemNodes.Type(CloudProvider.Aws)];
        args.Labels = new Dictionary<string, string> { [ClusterNames.RoleLabel] = name };
        return new NodeGroup($"{place.Cluster.Name}-{name}", args, new CustomResourceOptions { Parent = this, DependsOn = place.First });
    }
}

/// <summary>What a cluster's groups of nodes share.</summary>
/// <param name="Region">The region.</param>
/// <param name="Ground">Key and network.</param>
/// <param name="Cluster">The cluster.</param>
/// <param name="Role">The role of nodes.</param>
/// <param name="First">What must be there before any node starts.</param>
internal sealed record AmazonNodePlace(RegionFleet Region, AmazonGround Ground, AmazonCluster Cluster, Output<string> Role, List<Resource> First)
{
    /// <summary>A group that EKS manages.</summary>
    public NodeGroupArgs Group(LaunchTemplate template, IEnumerable<AmazonSubnet> subnets, InstanceCounts sizes, TagSet tags) => new()
    {
        ClusterName = Cluster.Made.Name,
        NodeRoleArn = Role,
        SubnetIds = subnets.Select(subnet => subnet.Id).ToList(),
        ReleaseVersion = Region.Settings.Cluster.Aws.NodeRelease!,
        ScalingConfig = new NodeGroupScalingConfigArgs { MinSize = sizes.Min, DesiredSize = sizes.Desired, MaxSize = sizes.Max },
        LaunchTemplate = new NodeGroupLaunchTemplateArgs
        {
            Id = template.Id,
            Version = template.LatestVersion.Apply(version => version.ToString(CultureInfo.InvariantCulture)), // "$Latest" would differ in every plan.
        },
        UpdateConfig = new NodeGroupUpdateConfigArgs { MaxUnavailable = 1 },

        // One at a time: a fleet-wide false alarm must not take all GPUs away at once.
        NodeRepairConfig = new NodeGroupNodeRepairConfigArgs { Enabled = true, MaxParallelNodesRepairedCount = 1 },
        Tags = tags.Tags,
    };
}
