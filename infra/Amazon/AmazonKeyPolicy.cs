using GpuInfra.Planning.Fleets;

namespace GpuInfra.Infra.Amazon;

/// <summary>Who may do what with a region's key. In a key's policy the resource "*" is this key.</summary>
internal static class AmazonKeyPolicy
{
    private const string ThisKey = "*";

    /// <summary>What its keepers need, without the use of it.</summary>
    private static readonly string[] Keeping =
    [
        "kms:CancelKeyDeletion", "kms:CreateAlias", "kms:DeleteAlias", "kms:DescribeKey", "kms:DisableKey", "kms:EnableKey",
        "kms:EnableKeyRotation", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListGrants", "kms:ListResourceTags",
        "kms:PutKeyPolicy", "kms:RevokeGrant", "kms:ScheduleKeyDeletion", "kms:TagResource", "kms:UntagResource", "kms:UpdateAlias",
        "kms:UpdateKeyDescription",
    ];

    private static readonly string[] Using =
    [
        "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptFrom",
        "kms:ReEncryptTo",
    ];

    /// <summary>The policy: everybody whose things it encrypts, and of the region only who is there.</summary>
    /// <param name="fleet">The region.</param>
    /// <param name="logGroups">Names of the log groups it encrypts; * stands for any characters.</param>
    public static string Of(RegionFleet fleet, string logGroups)
    {
        var (account, region) = (fleet.Account, fleet.Region);
        return PolicyDocument.Of(
        [
            Allow("Keep", Keeping, Account(account)),
            PolicyDocument.With(
                Allow("WeightsByRoles", ["kms:Decrypt", "kms:GenerateDataKey"], Account(account)),
                "Condition", PolicyDocument.Condition("StringEquals", "kms:ViaService", $"s3.{region}.amazonaws.com")),
            ForGroups(Allow("Disks", Using, PolicyDocument.Anyone), account),
            ForGroups(Allow("DisksOfMachines", ["kms:CreateGrant"], PolicyDocument.Anyone), account, ("Bool", "kms:GrantIsForAWSResource", "true")),
            PolicyDocument.With(
                Allow("Logs", Using, new { Service = $"logs.{region}.amazonaws.com" }),
                "Condition",
                PolicyDocument.Condition(
                    "ArnLike", "kms:EncryptionContext:aws:logs:arn", $"arn:aws:logs:{region}:{account}:log-group:{logGroups}")),
            .. fleet.IsCluster ? Clusters(account, region, AmazonCluster.LogGroupOf(fleet)) : [],
            .. fleet.Watchdog is not null ? AmazonWatchdogPolicies.OfKey(account, region) : [],
            .. fleet.HasKeeper ? [AmazonScalingAlarms.OfKey(account, region), AmazonKeeperPolicies.OfKey(account, region)] : Array.Empty<Dictionary<string, object>>(),
            .. fleet.Pools.Any(pool => pool.Pool.Tier == Tier.Reserved) ? [AmazonReservationAlarms.OfKey(account, region)] : Array.Empty<Dictionary<string, object>>(),
            .. fleet.Halt is not null ? AmazonHaltPolicies.OfKey(account, region) : [],
            .. fleet.ManagedRules is not null ? AmazonMetricsPolicies.OfKey(account, region) : [],
            .. fleet.QueuedServings.IsEmpty ? [] : AmazonQueues.OfKey(account, region),
            .. fleet.Monitors.IsEmpty ? [] : Monitors(account, region),
            .. fleet.Receives
                ? [PolicyDocument.With(Allow("CopiesByRoles", ["kms:Encrypt"], Account(account)), "Condition", PolicyDocument.Condition("StringEquals", "kms:ViaService", $"s3.{region}.amazonaws.com"))]
                : Array.Empty<Dictionary<string, object>>(),
            .. fleet.Receives || fleet.CopiedTo is not null ? [AmazonCopyAlarms.OfKey(account, region)] : Array.Empty<Dictionary<string, object>>(),
            .. AmazonFiles.OfKey(fleet),
        ]);
    }

    /// <summary>Monitors are machines of no group: who starts them, and they themselves, use the key through EC2, and through the store of secrets.</summary>
    private static IEnumerable<Dictionary<string, object>> Monitors(string account, string region)
    {
        var disks = PolicyDocument.Condition("StringEquals", "kms:ViaService", $"ec2.{region}.amazonaws.com");
        yield return PolicyDocument.With(Allow("DisksOfMonitors", Using, Account(account)), "Condition", disks);
        yield return PolicyDocument.With(Allow("GrantsOfMonitors", ["kms:CreateGrant"], Account(account)), "Condition", new Dictionary<string, Dictionary<string, string>>(disks)
        {
            ["Bool"] = new() { ["kms:GrantIsForAWSResource"] = "true" },
        });
        yield return PolicyDocument.With(
            Allow("PasswordsByRoles", ["kms:Decrypt", "kms:GenerateDataKey"], Account(account)),
            "Condition", PolicyDocument.Condition("StringEquals", "kms:ViaService", $"secretsmanager.{region}.amazonaws.com"));
    }

    /// <summary>Whoever makes a cluster gives EKS the use of the key for its secrets; what starts nodes and makes disks for pods uses it through EC2; the API's logs go to their own group.</summary>
    private static IEnumerable<Dictionary<string, object>> Clusters(string account, string region, string logs)
    {
        var disks = PolicyDocument.Condition("StringEquals", "kms:ViaService", $"ec2.{region}.amazonaws.com");
        yield return PolicyDocument.With(Allow("DisksOfNodes", Using, Account(account)), "Condition", disks);
        yield return PolicyDocument.With(Allow("GrantsForClusters", ["kms:CreateGrant"], Account(account)), "Condition", PolicyDocument.Condition("Bool", "kms:GrantIsForAWSResource", "true"));
        yield return PolicyDocument.With(
            Allow("LogsOfClusters", Using, new { Service = $"logs.{region}.amazonaws.com" }),
            "Condition",
            PolicyDocument.Condition("ArnEquals", "kms:EncryptionContext:aws:logs:arn", $"arn:aws:logs:{region}:{account}:log-group:{logs}"));
    }

    /// <summary>Lets alarms publish to the topics of a purpose.</summary>
    public static Dictionary<string, object> AlarmsSpeak(string id, string account, string region, string purpose) => PolicyDocument.With(
        Allow(id, ["kms:Decrypt", "kms:GenerateDataKey"], new { Service = "cloudwatch.amazonaws.com" }),
        "Condition",
        PolicyDocument.Condition("ArnLike", "kms:EncryptionContext:aws:sns:topicArn", $"arn:aws:sns:{region}:{account}:gpuinfra-{region}-{purpose}-*"));

    /// <summary>The account itself: its own policies then say which roles.</summary>
    private static object Account(string account) => new { AWS = $"arn:aws:iam::{account}:root" };

    private static Dictionary<string, object> Allow(string id, string[] actions, object principal) =>
        PolicyDocument.With(PolicyDocument.Allow(id, actions, ThisKey), "Principal", principal);

    /// <summary>
    /// Only for the role by which Auto Scaling starts machines. A condition names it, since a principal that does not exist is refused,
    /// and an account gets this role with its first group.
    /// </summary>
    private static Dictionary<string, object> ForGroups(
        Dictionary<string, object> statement, string account, params (string Test, string Key, string Value)[] others)
    {
        var role = $"arn:aws:iam::{account}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling";
        var conditions = PolicyDocument.Condition("ArnEquals", "aws:PrincipalArn", role);
        foreach (var (test, key, value) in others)
        {
            conditions[test] = new() { [key] = value };
        }

        return PolicyDocument.With(statement, "Condition", conditions);
    }
}
