using GpuInfra.Planning.Plans;
using static GpuInfra.Infra.Amazon.PolicyDocument;

namespace GpuInfra.Infra.Amazon;

/// <summary>
/// What the watchdog may do. Its code already leaves production, reservations and protected machines alone; here AWS refuses them as well.
/// A dry run has no right to act at all. It may not tag, so it cannot widen its own reach, and it may not terminate but through a group.
/// </summary>
internal static class AmazonWatchdogPolicies
{
    /// <summary>Services by which the watchdog comes to the region's key.</summary>
    private static readonly string[] KeyUsers = ["dynamodb", "lambda", "sns", "sqs"];

    private static readonly string[] ScaleIn = ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"];

    private static readonly string[] Stop = ["ec2:StopInstances"];

    /// <summary>Lets Lambda take the function's role.</summary>
    public static string FunctionTrust { get; } = Of(Trust("lambda.amazonaws.com"));

    /// <summary>Lets schedules of the account take the schedule's role.</summary>
    public static string ScheduleTrust(string account) =>
        Of(With(Trust("scheduler.amazonaws.com"), "Condition", Condition("StringEquals", "aws:SourceAccount", account)));

    /// <summary>What the function may do.</summary>
    public static string Function(RegionFleet region, Names names)
    {
        List<Dictionary<string, object>> statements =
        [
            Allow(
                "Look",
                ["autoscaling:DescribeAutoScalingGroups", "autoscaling:DescribeInstanceRefreshes", "cloudwatch:GetMetricData", "ec2:DescribeInstances"],
                "*"),
            Allow("Remember", ["dynamodb:GetItem", "dynamodb:PutItem"], names.Table),
            Allow("ReadSwitch", ["ssm:GetParameter"], names.Switch),
            Allow("Tell", ["sns:Publish"], names.Topic),
            Allow("KeepDeadLetters", ["sqs:SendMessage"], names.DeadLetters),
            UseKey(region, names.Key),
            Allow("WriteLogs", ["logs:CreateLogStream", "logs:PutLogEvents"], $"{names.LogGroup}:*"),
            .. Never(region),
        ];
        if (region.Watchdog!.Mode == ShutdownMode.Enforce)
        {
            var place = $"{region.Region}:{region.Account}";
            statements.Add(Mine(region, Allow("ScaleIn", ScaleIn, $"arn:aws:autoscaling:{place}:autoScalingGroup:*:autoScalingGroupName/*")));
            statements.Add(Mine(region, Allow("StopAlone", Stop, $"arn:aws:ec2:{place}:instance/*")));
        }

        return Of([.. statements]);
    }

    /// <summary>What its schedule may do: start it, and keep what could not be started.</summary>
    public static string Schedule(RegionFleet region, string function, string deadLetters, string key) => Of(
        Allow("Start", ["lambda:InvokeFunction"], function),
        Allow("KeepDeadLetters", ["sqs:SendMessage"], deadLetters),
        UseKey(region, key));

    /// <summary>Statements of the key's policy: for the account's roles through the watchdog's services, and for alarms that speak.</summary>
    public static IEnumerable<Dictionary<string, object>> OfKey(string account, string region) =>
    [
        With(
            With(
                Allow(
                    "WatchdogByRoles",
                    [
                        "kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey",
                        "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptFrom", "kms:ReEncryptTo",
                    ],
                    "*"),
                "Principal",
                new { AWS = $"arn:aws:iam::{account}:root" }),
            "Condition",
            Through(region)),
        AmazonKeyPolicy.AlarmsSpeak("AlarmsSpeak", account, region, "watchdog"),
    ];

    private static Dictionary<string, object> Trust(string service) => new()
    {
        ["Effect"] = "Allow",
        ["Principal"] = new { Service = service },
        ["Action"] = "sts:AssumeRole",
    };

    /// <summary>Only this stack's own, that say that they may be shut down.</summary>
    private static Dictionary<string, object> Mine(RegionFleet region, Dictionary<string, object> statement)
    {
        var shared = region.Tags.Shared.Tags;
        return With(statement, "Condition", new Dictionary<string, Dictionary<string, string>>
        {
            ["StringEquals"] = new()
            {
                [Tag(region, "auto-shutdown")] = "enabled",
                [Tag(region, "environment")] = shared[region.Tags.KeyOf("environment")],
                [Tag(region, "managed-by")] = shared[region.Tags.KeyOf("managed-by")],
            },
        });
    }

    /// <summary>Whatever else is allowed. A protected-until tag counts whatever its date: IAM cannot compare dates in tags.</summary>
    private static IEnumerable<Dictionary<string, object>> Never(RegionFleet region) =>
    [
        Deny("NeverProduction", Condition("StringEquals", Tag(region, "environment"), "prod")),
        Deny("NeverReserved", Condition("StringEquals", Tag(region, "tier"), "reserved")),
        Deny("NeverProtected", Condition("Null", Tag(region, "protected-until"), "false")),
        Deny("NeverProtectedByPrefix", Condition("Null", "aws:ResourceTag/gpu:protected-until", "false")),
    ];

    private static Dictionary<string, object> Deny(string id, object condition) =>
        With(With(Allow(id, [.. ScaleIn, .. Stop, "ec2:TerminateInstances"], "*"), "Effect", "Deny"), "Condition", condition);

    private static string Tag(RegionFleet region, string key) => $"aws:ResourceTag/{region.Tags.KeyOf(key)}";

    private static Dictionary<string, object> UseKey(RegionFleet region, string key) =>
        With(Allow("UseKey", ["kms:Decrypt", "kms:GenerateDataKey"], key), "Condition", Through(region.Region));

    private static Dictionary<string, Dictionary<string, string[]>> Through(string region) =>
        new() { ["StringEquals"] = new() { ["kms:ViaService"] = [.. KeyUsers.Select(service => $"{service}.{region}.amazonaws.com")] } };

    /// <summary>The resources that the function's policy names, by ARN.</summary>
    internal sealed record Names(string Table, string Switch, string Topic, string DeadLetters, string Key, string LogGroup);
}
