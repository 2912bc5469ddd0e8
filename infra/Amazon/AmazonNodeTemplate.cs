using System.Text;
using GpuInfra.Infra.Clusters;
using GpuInfra.Infra.Common;
using Pulumi;
using Pulumi.Aws.Ec2.Inputs;
using LaunchTemplate = Pulumi.Aws.Ec2.LaunchTemplate;
using LaunchTemplateArgs = Pulumi.Aws.Ec2.LaunchTemplateArgs;

namespace GpuInfra.Infra.Amazon;

/// <summary>How nodes of a cluster start, in the form that EKS takes: it adds the image, the role, and what joins them to the cluster.</summary>
internal static class AmazonNodeTemplate
{
    /// <summary>The device of Amazon Linux's root disk.</summary>
    public const string RootDevice = "/dev/xvda";

    /// <summary>GiB of the root disk of a node without weights: the system, images and logs.</summary>
    public const int SystemGib = 100;

    private static readonly string[] TaggedWithNodes = ["instance", "volume", "network-interface"];

    /// <summary>The template of a group of nodes.</summary>
    /// <param name="name">The group's name.</param>
    /// <param name="ground">Key and network.</param>
    /// <param name="tags">The tags of what starts.</param>
    /// <param name="gib">The root disk's size.</param>
    /// <param name="userData">What nodes are told besides what EKS tells them; empty where nothing is.</param>
    public static LaunchTemplateArgs Of(string name, AmazonGround ground, TagSet tags, int gib, string userData) => new()
    {
        EbsOptimized = "true",
        UpdateDefaultVersion = true,
        MetadataOptions = new LaunchTemplateMetadataOptionsArgs
        {
            HttpEndpoint = "enabled",
            HttpTokens = "required",
            HttpPutResponseHopLimit = 1, // Pods are one hop away, and have roles of their own.
            InstanceMetadataTags = "disabled",
        },
        BlockDeviceMappings =
        {
            new LaunchTemplateBlockDeviceMappingArgs
            {
                DeviceName = RootDevice,
                Ebs = new LaunchTemplateBlockDeviceMappingEbsArgs
                {
                    VolumeType = "gp3",
                    VolumeSize = gib,
                    Encrypted = "true",
                    KmsKeyId = ground.Key.Arn,
                    DeleteOnTermination = "true",
                },
            },
        },
        NetworkInterfaces =
        {
            new LaunchTemplateNetworkInterfaceArgs
            {
                DeviceIndex = 0,
                AssociatePublicIpAddress = "false",
                DeleteOnTermination = "true",
                SecurityGroups = { ground.Security.Machines },
            },
        },
        TagSpecifications = TaggedWithNodes.Select(type => new LaunchTemplateTagSpecificationArgs { ResourceType = type, Tags = tags.Named(name) }).ToList(),
        UserData = userData is "" ? "" : Convert.ToBase64String(Encoding.UTF8.GetBytes(userData)),
        Tags = tags.Tags,
    };

    /// <summary>GiB of the root disk of a pool's nodes: without disks of their own they keep weights there.</summary>
    public static int RootGib(PoolPlan plan) => SystemGib + (plan.Pool.LocalNvme.TotalBytes > 0 ? 0 : EnginePod.DiskGib(plan));

    /// <summary>What a pool's nodes are told: to keep pods' files on their own disks, and to cut their GPUs before they join.</summary>
    public static string UserData(PoolPlan plan)
    {
        var parts = new StringBuilder("MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"gpuinfra\"\n");
        if (plan.Pool.Engine.Cut is { Profile: { } profile } cut)
        {
            Add("text/x-shellscript; charset=\"us-ascii\"", FormattableString.Invariant($"""
                #!/usr/bin/env bash
                set -euo pipefail
                export HOME=/root
                CLOUD=aws
                REPLICAS_PER_GPU='{cut.PerGpu}'
                MIG_PROFILE={Bootstrap.Quote(profile)}
                log() (echo "gpuinfra: $*")
                {Bootstrap.CutsGpus}cut_gpus

                """));
        }

        Add("application/node.eks.aws", """
            apiVersion: node.eks.aws/v1alpha1
            kind: NodeConfig
            spec:
              instance:
                localStorage:
                  strategy: RAID0

            """);
        return parts.Append("--gpuinfra--\n").ToString();

        void Add(string type, string text) => parts.Append("\n--gpuinfra\nContent-Type: ").Append(type).Append("\n\n").Append(text);
    }
}
