using System.Text.Json;
using GpuInfra.Infra.Clusters;
using Pulumi;
using Pulumi.Aws.CloudWatch;
using Pulumi.Aws.Iam;
using Pulumi.Aws.Sqs;
using Pulumi.Kubernetes.Helm.V3;
using Pulumi.Kubernetes.Types.Inputs.Helm.V3;

namespace GpuInfra.Infra.Amazon;

/// <summary>
/// Karpenter: it starts machines for pods that wait and takes them away when none are left, and hears of those that AWS is about to take. Its nodes have a role
/// that is there already, so that it makes none, and it may touch only machines that it has marked as its own.
/// </summary>
internal sealed class AmazonKarpenter : ComponentResource
{
    /// <summary>The release of the chart, its definitions and its controller.</summary>
    public const string Version = "1.14.1";

    private const string Space = "kube-system";
    private const string Account = "karpenter";

    /// <summary>Events that say that a machine goes: their source and kind.</summary>
    private static readonly (string Name, string Source, string Kind)[] Notices =
    [
        ("interruption", "aws.ec2", "EC2 Spot Instance Interruption Warning"),
        ("rebalance", "aws.ec2", "EC2 Instance Rebalance Recommendation"),
        ("state", "aws.ec2", "EC2 Instance State-change Notification"),
        ("health", "aws.health", "AWS Health Event"),
    ];

    public AmazonKarpenter(AmazonNodePlace place, AmazonRegistry images, Role nodes, IReadOnlyCollection<Resource> after, ComponentResourceOptions options)
        : base("gpuinfra:amazon:Karpenter", place.Region.Name, options)
    {
        var (region, cluster) = (place.Region, place.Cluster);
        var child = new CustomResourceOptions { Parent = this };
        var tags = region.Tags.Shared.Tags;
        var name = $"{cluster.Name}-karpenter";
        var queue = new Queue(name, new QueueArgs { MessageRetentionSeconds = 300, SqsManagedSseEnabled = true, Tags = tags }, child); // EventBridge needs no key of ours for it, and nothing of it is ours.
        _ = new QueuePolicy(name, new QueuePolicyArgs { QueueUrl = queue.Url, Policy = queue.Arn.Apply(arn => AmazonKarpenterPolicies.Queue(arn, region.Account)) }, child);
        foreach (var (notice, source, kind) in Notices)
        {
            var rule = new EventRule($"{name}-{notice}", new EventRuleArgs
            {
                Description = kind,
                EventPattern = JsonSerializer.Serialize(new Dictionary<string, string[]> { ["source"] = [source], ["detail-type"] = [kind] }),
                Tags = tags,
            }, child);
            _ = new EventTarget($"{name}-{notice}", new EventTargetArgs { Rule = rule.Name, Arn = queue.Arn }, child);
        }

        Profile = new InstanceProfile($"{cluster.Name}-nodes", new InstanceProfileArgs { Role = nodes.Name, Tags = tags }, child);
        var right = AmazonPodRole.Give(region, cluster.Name, Space, Account, Output.Tuple(queue.Arn, nodes.Arn)
            .Apply(arns => AmazonKarpenterPolicies.Controller(region, cluster.Name, arns.Item1, arns.Item2)), new CustomResourceOptions { Parent = this, DependsOn = { cluster.Made } });
        var waits = new CustomResourceOptions { Parent = this, Provider = cluster.Provider, DependsOn = { right } };
        waits.DependsOn.AddRange(after.ToArray());
        var (repository, digest) = images.Karpenter;
        Chart = new Release($"{region.Name}-karpenter", new ReleaseArgs
        {
            Name = Account,
            Namespace = Space,
            Chart = "oci://public.ecr.aws/karpenter/karpenter",
            Version = Version,
            Values = new InputMap<object>
            {
                ["replicas"] = 2,
                ["serviceAccount"] = Map(("name", Account)),
                ["nodeSelector"] = Map((ClusterNames.RoleLabel, SystemNodes.Role)),
                ["settings"] = queue.Name.Apply(interruptions => Map(
                    ("clusterName", cluster.Name),
                    ("interruptionQueue", interruptions),
                    ("isolatedVPC", region.Existing is null), // Without a way out AWS's prices are not to be had; those that it knows do.
                    ("featureGates", Map(("reservedCapacity", false))))), // What is reserved has groups of its own.
                ["controller"] = Map(
                    ("image", Map(("repository", repository), ("tag", Version), ("digest", digest))),
                    ("resources", Map(("requests", Map(("cpu", "500m"), ("memory", "1Gi"))), ("limits", Map(("memory", "1Gi")))))),
            },
        }, waits);
        RegisterOutputs();
    }

    /// <summary>The profile of its nodes.</summary>
    public InstanceProfile Profile { get; }

    /// <summary>What brings its kinds of objects: they are made after it.</summary>
    public Release Chart { get; }

    private static Dictionary<string, object> Map(params (string Key, object Value)[] members) => members.ToDictionary(member => member.Key, member => member.Value);
}
