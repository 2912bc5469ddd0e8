using static GpuInfra.Infra.Amazon.PolicyDocument;

namespace GpuInfra.Infra.Amazon;

/// <summary>
/// What Karpenter may do, after its own "Getting started" policy (v1.14, read 2026-11-29), without what it does not need here: it makes no instance profiles and asks for
/// no prices.
/// </summary>
internal static class AmazonKarpenterPolicies
{
    /// <summary>Lets EventBridge of this account send.</summary>
    public static string Queue(string queueArn, string account) => Of(
        With(
            With(Allow("Notices", ["sqs:SendMessage"], queueArn), "Principal", new { Service = "events.amazonaws.com" }),
            "Condition", Condition("StringEquals", "aws:SourceAccount", account)),
        With(
            With(
                new Dictionary<string, object> { ["Sid"] = "TlsOnly", ["Effect"] = "Deny", ["Action"] = "sqs:*", ["Resource"] = queueArn },
                "Principal", Anyone),
            "Condition", Condition("Bool", "aws:SecureTransport", "false")));

    /// <summary>What the controller may do: start machines that it marks, take away those that bear its mark, and look.</summary>
    public static string Controller(RegionFleet region, string cluster, string queueArn, string nodeRoleArn)
    {
        var (asked, marked) = (
            new Dictionary<string, Dictionary<string, string>>
            {
                ["StringEquals"] = new() { [$"aws:RequestTag/kubernetes.io/cluster/{cluster}"] = "owned", ["aws:RequestTag/eks:eks-cluster-name"] = cluster },
                ["StringLike"] = new() { ["aws:RequestTag/karpenter.sh/nodepool"] = "*" },
            },
            new Dictionary<string, Dictionary<string, string>>
            {
                ["StringEquals"] = new() { [$"aws:ResourceTag/kubernetes.io/cluster/{cluster}"] = "owned" },
                ["StringLike"] = new() { ["aws:ResourceTag/karpenter.sh/nodepool"] = "*" },
            });
        return Of(
            Allow("StartFrom", ["ec2:RunInstances", "ec2:CreateFleet"], Ec2("image/*", own: false), Ec2("snapshot/*", own: false), Ec2("security-group/*"), Ec2("subnet/*")),
            With(Allow("StartFromTemplates", ["ec2:RunInstances", "ec2:CreateFleet"], Ec2("launch-template/*")), "Condition", marked),
            With(
                Allow("Start", ["ec2:RunInstances", "ec2:CreateFleet", "ec2:CreateLaunchTemplate"],
                    Ec2("fleet/*"), Ec2("instance/*"), Ec2("volume/*"), Ec2("network-interface/*"), Ec2("launch-template/*"), Ec2("spot-instances-request/*")),
                "Condition", asked),
            With(
                Allow("MarkAtStart", ["ec2:CreateTags"],
                    Ec2("fleet/*"), Ec2("instance/*"), Ec2("volume/*"), Ec2("network-interface/*"), Ec2("launch-template/*"), Ec2("spot-instances-request/*")),
                "Condition", new Dictionary<string, Dictionary<string, object>>
                {
                    ["StringEquals"] = new()
                    {
                        [$"aws:RequestTag/kubernetes.io/cluster/{cluster}"] = "owned",
                        ["ec2:CreateAction"] = new[] { "RunInstances", "CreateFleet", "CreateLaunchTemplate" },
                    },
                }),
            With(Allow("NameOwn", ["ec2:CreateTags"], Ec2("instance/*")), "Condition", marked),
            With(Allow("TakeOwnAway", ["ec2:TerminateInstances", "ec2:DeleteLaunchTemplate"], Ec2("instance/*"), Ec2("launch-template/*")), "Condition", marked),
            With(
                Allow("Look",
                    [
                        "ec2:DescribeCapacityReservations", "ec2:DescribeImages", "ec2:DescribeInstances", "ec2:DescribeInstanceStatus", "ec2:DescribeInstanceTypeOfferings",
                        "ec2:DescribeInstanceTypes", "ec2:DescribeLaunchTemplates", "ec2:DescribePlacementGroups", "ec2:DescribeSecurityGroups", "ec2:DescribeSpotPriceHistory", "ec2:DescribeSubnets",
                    ],
                    "*"),
                "Condition", Condition("StringEquals", "aws:RequestedRegion", region.Region)),
            Allow("Images", ["ssm:GetParameter"], $"arn:aws:ssm:{region.Region}::parameter/aws/service/*"),
            Allow("Notices", ["sqs:DeleteMessage", "sqs:GetQueueUrl", "sqs:ReceiveMessage"], queueArn),
            With(Allow("GiveNodesTheirRole", ["iam:PassRole"], nodeRoleArn), "Condition", Condition("StringEquals", "iam:PassedToService", "ec2.amazonaws.com")),
            Allow("Profile", ["iam:GetInstanceProfile"], $"arn:aws:iam::{region.Account}:instance-profile/{cluster}-nodes-*"),
            Allow("Cluster", ["eks:DescribeCluster"], $"arn:aws:eks:{region.Region}:{region.Account}:cluster/{cluster}"));

        string Ec2(string what, bool own = true) => $"arn:aws:ec2:{region.Region}:{(own ? region.Account : "")}:{what}";
    }
}
