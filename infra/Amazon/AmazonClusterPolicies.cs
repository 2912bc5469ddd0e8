using GpuInfra.Infra.Common;
using static GpuInfra.Infra.Amazon.PolicyDocument;

namespace GpuInfra.Infra.Amazon;

/// <summary>Policy documents of a cluster: whose roles there are, and what pods may do.</summary>
internal static class AmazonClusterPolicies
{
    /// <summary>Lets EKS run the cluster.</summary>
    public static string ClusterTrust { get; } = Of(new Dictionary<string, object>
    {
        ["Effect"] = "Allow",
        ["Principal"] = new { Service = "eks.amazonaws.com" },
        ["Action"] = "sts:AssumeRole",
    });

    /// <summary>Lets pods of this cluster's service accounts have a role, through EKS Pod Identity.</summary>
    public static string PodTrust(string account, string region, string cluster) => Of(new Dictionary<string, object>
    {
        ["Effect"] = "Allow",
        ["Principal"] = new { Service = "pods.eks.amazonaws.com" },
        ["Action"] = new[] { "sts:AssumeRole", "sts:TagSession" },
        ["Condition"] = new Dictionary<string, Dictionary<string, string>>
        {
            ["StringEquals"] = new() { ["aws:SourceAccount"] = account },
            ["ArnEquals"] = new() { ["aws:SourceArn"] = $"arn:aws:eks:{region}:{account}:cluster/{cluster}" },
        },
    });

    /// <summary>What fetches weights may do: read them.</summary>
    public static string Weights(RegionFleet region, string bucketArn, string keyArn) => Of(AmazonPolicies.ReadWeights(region, bucketArn, keyArn));

    /// <summary>What takes jobs may do: read weights, and its queues and the files of jobs.</summary>
    public static string Runner(RegionFleet region, string bucketArn, string keyArn, System.Collections.Immutable.ImmutableArray<string> queueArns) =>
        Of([.. AmazonPolicies.ReadWeights(region, bucketArn, keyArn), .. AmazonPolicies.Jobs(region, bucketArn, keyArn, queueArns)]);

    /// <summary>What makes disks for pods may do with the key, through EC2 alone.</summary>
    public static string Disks(RegionFleet region, string keyArn)
    {
        var through = Condition("StringEquals", "kms:ViaService", $"ec2.{region.Region}.amazonaws.com");
        return Of(
            With(Allow("UseKey", ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKeyWithoutPlaintext"], keyArn), "Condition", through),
            With(Allow("GrantKey", ["kms:CreateGrant"], keyArn), "Condition", new Dictionary<string, Dictionary<string, string>>(through)
            {
                ["Bool"] = new() { ["kms:GrantIsForAWSResource"] = "true" },
            }));
    }
}
