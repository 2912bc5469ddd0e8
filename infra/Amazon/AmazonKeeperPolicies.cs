using static GpuInfra.Infra.Amazon.PolicyDocument;

namespace GpuInfra.Infra.Amazon;

/// <summary>
/// What the keeper may do: look, suspend processes of groups that carry this stack's tags, call machines unhealthy of the pools whose plan says that broken ones are replaced, and
/// tell. IAM knows no condition on which process is suspended; that it is only ever <c>Launch</c> is the code's, and its tests'. It cannot resume or resize anything.
/// </summary>
internal static class AmazonKeeperPolicies
{
    /// <summary>Services by which the keeper comes to the region's key.</summary>
    private static readonly string[] KeyUsers = ["lambda", "sns", "sqs"];

    public static string Function(RegionFleet region, string topic, string deadLetters, string key, string logGroup)
    {
        var shared = region.Tags.Shared.Tags;
        var groups = $"arn:aws:autoscaling:{region.Region}:{region.Account}:autoScalingGroup:*:autoScalingGroupName/*";
        var mine = new Dictionary<string, object>
        {
            [Tag("environment")] = shared[region.Tags.KeyOf("environment")],
            [Tag("managed-by")] = shared[region.Tags.KeyOf("managed-by")],
        };
        string[] replaced = [.. region.Pools.Where(plan => plan.Replaces).Select(plan => plan.Pool.Id)];
        return Of(
        [
            Allow("Look", ["autoscaling:DescribeAutoScalingGroups", "autoscaling:DescribeScalingActivities", "cloudwatch:GetMetricData"], "*"),
            With(Allow("StopLaunches", ["autoscaling:SuspendProcesses"], groups), "Condition", new { StringEquals = mine }),
            .. replaced.Length == 0 ? [] : new[]
            {
                With(
                    Allow("ReplaceBroken", ["autoscaling:SetInstanceHealth"], groups),
                    "Condition",
                    new { StringEquals = new Dictionary<string, object>(mine) { [Tag("pool")] = replaced } }),
            },
            Allow("Tell", ["sns:Publish"], topic),
            Allow("KeepDeadLetters", ["sqs:SendMessage"], deadLetters),
            With(Allow("UseKey", ["kms:Decrypt", "kms:GenerateDataKey"], key), "Condition", Through(region.Region)),
            Allow("WriteLogs", ["logs:CreateLogStream", "logs:PutLogEvents"], $"{logGroup}:*"),
        ]);

        string Tag(string name) => $"aws:ResourceTag/{region.Tags.KeyOf(name)}";
    }

    /// <summary>What its schedule may do: start it.</summary>
    public static string Schedule(string function) => Of(Allow("Start", ["lambda:InvokeFunction"], function));

    /// <summary>A statement of the key's policy: for the account's roles through the keeper's services.</summary>
    public static Dictionary<string, object> OfKey(string account, string region) => With(
        With(
            Allow("KeeperByRoles", ["kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"], "*"),
            "Principal",
            new { AWS = $"arn:aws:iam::{account}:root" }),
        "Condition",
        Through(region));

    private static Dictionary<string, Dictionary<string, string[]>> Through(string region) =>
        new() { ["StringEquals"] = new() { ["kms:ViaService"] = [.. KeyUsers.Select(service => $"{service}.{region}.amazonaws.com")] } };
}
