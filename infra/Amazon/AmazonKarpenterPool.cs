using System.Globalization;
using GpuInfra.Infra.Clusters;
using GpuInfra.Infra.Clusters.Resources;
using GpuInfra.Infra.Common;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using Pulumi;
using Pulumi.Kubernetes.Types.Inputs.Meta.V1;
using CustomResource = Pulumi.Kubernetes.ApiExtensions.CustomResource;

namespace GpuInfra.Infra.Amazon;

/// <summary>
/// Karpenter's share of a pool: its machine types, which all hold the same replica, by the hour or on spot, and for spot that may be stood in for the same types on demand,
/// which are tried only when spot has none. Nodes come for pods, so a pool has never more than its Deployment and its limit.
/// </summary>
internal static class AmazonKarpenterPool
{
    /// <summary>How long a node without pods stays, in case some come back: its weights are still there.</summary>
    private const string Idle = "10m";

    /// <summary>Which is tried first.</summary>
    private const int First = 50;

    private const int StandIn = 10;

    /// <summary>Adds it.</summary>
    /// <param name="plan">A pool that is not reserved.</param>
    /// <param name="place">The cluster.</param>
    /// <param name="karpenter">Who starts the machines.</param>
    /// <param name="tags">Tags of the machines.</param>
    /// <param name="parent">Whose it is.</param>
    public static void Add(PoolPlan plan, AmazonNodePlace place, AmazonKarpenter karpenter, TagSet tags, Resource parent)
    {
        var pool = plan.Pool;
        var region = place.Region;
        var options = new CustomResourceOptions { Parent = parent, Provider = place.Cluster.Provider, DependsOn = { karpenter.Chart } }.Formerly(pool);
        var spec = new EC2NodeClassSpecArgs
        {
            AmiSelectorTerms = { new ImageTermArgs { Alias = $"al2023@v{region.Settings.Cluster.Aws.NodeRelease!.Split('-')[1]}" } }, // Of it Karpenter takes the image with the NVIDIA driver where a type has such GPUs.
            InstanceProfile = karpenter.Profile.Name,
            SubnetSelectorTerms = pool.Zones.Select(zone => new IdTermArgs { Id = place.Ground.Subnets[zone.Zone].Id }).ToList(),
            SecurityGroupSelectorTerms = { new IdTermArgs { Id = place.Ground.Security.Machines } },
            MetadataOptions = new MetadataOptionsArgs { HttpEndpoint = "enabled", HttpTokens = "required", HttpPutResponseHopLimit = 1 },
            BlockDeviceMappings =
            {
                new BlockDeviceArgs
                {
                    DeviceName = AmazonNodeTemplate.RootDevice,
                    RootVolume = true,
                    Ebs = new BlockDeviceVolumeArgs
                    {
                        VolumeType = "gp3",
                        VolumeSize = FormattableString.Invariant($"{AmazonNodeTemplate.RootGib(plan)}Gi"),
                        Encrypted = true,
                        KmsKeyID = place.Ground.Key.Arn,
                        DeleteOnTermination = true,
                    },
                },
            },
            InstanceStorePolicy = "RAID0",
            AssociatePublicIPAddress = false,
            Tags = tags.Named(pool.Id),
        };
        _ = new CustomResource($"{pool.Id}-class", new EC2NodeClassArgs { Metadata = new ObjectMetaArgs { Name = pool.Id }, Spec = spec }, options);
        Nodes(pool.Id, pool.Tier == Tier.Spot ? "spot" : "on-demand", First);
        if (plan.FallsBack)
        {
            Nodes($"{pool.Id}-fallback", "on-demand", StandIn);
        }

        void Nodes(string name, string capacity, int weight) => _ = new CustomResource(name, new NodePoolArgs
        {
            Metadata = new ObjectMetaArgs { Name = name },
            Spec = new NodePoolSpecArgs
            {
                Weight = weight,
                Limits = { ["nvidia.com/gpu"] = GpuLimit(pool).ToString(CultureInfo.InvariantCulture) },
                Disruption = new DisruptionArgs
                {
                    ConsolidationPolicy = "WhenEmpty", // A replica that moves loads its weights again for minutes.
                    ConsolidateAfter = Idle,
                    Budgets = { new DisruptionBudgetArgs { Nodes = region.IsFrozen ? "0" : "1" } },
                },
                Template = new NodeTemplateArgs
                {
                    Metadata = new NodeMetadataArgs { Labels = ClusterLabels.OfNode(pool) },
                    Spec = new NodeTemplateSpecArgs
                    {
                        NodeClassRef = new NodeClassRefArgs { Group = "karpenter.k8s.aws", Kind = "EC2NodeClass", Name = pool.Id },
                        Requirements =
                        {
                            Among("node.kubernetes.io/instance-type", [.. pool.Ladder.Select(rung => rung.InstanceType)]),
                            Among("karpenter.sh/capacity-type", capacity),
                            Among("topology.k8s.aws/zone-id", [.. pool.Zones.Select(zone => zone.Zone)]),
                        },
                        Taints = { new NodeTaintArgs { Key = "nvidia.com/gpu", Value = "true", Effect = "NoSchedule" } },
                        ExpireAfter = "Never",
                        TerminationGracePeriod = "30m",
                    },
                },
            },
        }, options);
    }

    /// <summary>GPUs of as many machines as the pool's replicas need on the rung that takes the most of them.</summary>
    private static int GpuLimit(Pool pool) => pool.Ladder.Max(rung =>
        ((pool.Instances.Max * pool.ReplicasPerInstance) + rung.ReplicasPerInstance - 1) / rung.ReplicasPerInstance * (Catalog.Embedded.FindMachine(pool.Cloud, rung.InstanceType)?.Gpus ?? pool.GpusPerInstance));

    private static RequirementArgs Among(string key, params string[] values) => new() { Key = key, Operator = "In", Values = values };
}
