using GpuInfra.Infra.Common;
using GpuInfra.Planning.Plans;
using static GpuInfra.Infra.Amazon.PolicyDocument;

namespace GpuInfra.Infra.Amazon;

/// <summary>
/// What the budget halt may do. Its code halts only groups that the plan names; here AWS refuses all others as well. It may neither resume nor raise: a size above what a group
/// has is not in its code, and what it stopped is people's to start. A dry run has no right to act at all. In production it may stop launches and change no size.
/// </summary>
internal static class AmazonHaltPolicies
{
    /// <summary>Services by which the halt comes to the region's key.</summary>
    private static readonly string[] KeyUsers = ["lambda", "sns", "sqs"];

    private static readonly string[] Hold = ["autoscaling:SuspendProcesses"];

    private static readonly string[] Resize = ["autoscaling:UpdateAutoScalingGroup"];

    /// <summary>What the function may do.</summary>
    public static string Function(RegionFleet region, string killSwitch, string topic, string deadLetters, string key, string logGroup)
    {
        var isProduction = region.Environment == DeploymentEnvironment.Prod;
        List<Dictionary<string, object>> statements =
        [
            Allow("Look", ["autoscaling:DescribeAutoScalingGroups"], "*"),
            Allow("ReadBudgets", ["budgets:ListTagsForResource", "budgets:ViewBudget"], $"arn:aws:budgets::{region.Account}:budget/*"),
            Allow("ReadSwitch", ["ssm:GetParameter"], killSwitch),
            Allow("Tell", ["sns:Publish"], topic),
            Allow("KeepDeadLetters", ["sqs:SendMessage"], deadLetters),
            With(Allow("UseKey", ["kms:Decrypt", "kms:GenerateDataKey"], key), "Condition", Through(region.Region)),
            Allow("WriteLogs", ["logs:CreateLogStream", "logs:PutLogEvents"], $"{logGroup}:*"),
            Never(region, "NeverReserved", Tag(region, "tier"), "reserved"),
            .. isProduction ? [] : new[] { Never(region, "NeverProduction", Tag(region, "environment"), "prod") },
        ];
        if (region.Halt!.Acts)
        {
            statements.Add(Mine(region, Allow("Hold", Hold, Groups(region))));
            if (!isProduction)
            {
                statements.Add(Mine(region, Allow("Resize", Resize, Groups(region))));
            }
        }

        return Of([.. statements]);
    }

    /// <summary>Lets budgets of the account tell the topic.</summary>
    public static string Spent(RegionFleet region, string topic) => Of(
        With(
            With(Allow("BudgetsTell", ["sns:Publish"], topic), "Principal", new { Service = "budgets.amazonaws.com" }),
            "Condition",
            OfBudgets(region.Account)));

    /// <summary>Statements of the key's policy: for the account's roles through the halt's services, for budgets that tell, and for alarms that speak.</summary>
    public static IEnumerable<Dictionary<string, object>> OfKey(string account, string region) =>
    [
        With(
            With(
                Allow("HaltByRoles", ["kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"], "*"),
                "Principal",
                new { AWS = $"arn:aws:iam::{account}:root" }),
            "Condition",
            Through(region)),
        With(
            With(Allow("BudgetsSpeak", ["kms:Decrypt", "kms:GenerateDataKey"], "*"), "Principal", new { Service = "budgets.amazonaws.com" }),
            "Condition",
            OfBudgets(account)),
        AmazonKeyPolicy.AlarmsSpeak("HaltAlarmsSpeak", account, region, "halt"),
    ];

    private static Dictionary<string, Dictionary<string, string>> OfBudgets(string account) => new()
    {
        ["StringEquals"] = new() { ["aws:SourceAccount"] = account },
        ["ArnLike"] = new() { ["aws:SourceArn"] = $"arn:aws:budgets::{account}:*" },
    };

    /// <summary>Groups in the stack's regions; budgets know none.</summary>
    private static string[] Groups(RegionFleet region) =>
        [.. region.Halt!.Regions.Select(of => $"arn:aws:autoscaling:{of}:{region.Account}:autoScalingGroup:*:autoScalingGroupName/*")];

    /// <summary>Only this stack's own, that say that they may be halted.</summary>
    private static Dictionary<string, object> Mine(RegionFleet region, Dictionary<string, object> statement)
    {
        var shared = region.Tags.Shared.Tags;
        return With(statement, "Condition", new Dictionary<string, Dictionary<string, string>>
        {
            ["StringEquals"] = new()
            {
                [Tag(region, HaltSource.Sign)] = "enabled",
                [Tag(region, "environment")] = shared[region.Tags.KeyOf("environment")],
                [Tag(region, "managed-by")] = shared[region.Tags.KeyOf("managed-by")],
            },
        });
    }

    private static Dictionary<string, object> Never(RegionFleet region, string id, string tag, string value) => With(
        With(Allow(id, [.. Hold, .. Resize, "autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"], "*"), "Effect", "Deny"),
        "Condition",
        Condition("StringEquals", tag, value));

    private static string Tag(RegionFleet region, string key) => $"aws:ResourceTag/{region.Tags.KeyOf(key)}";

    private static Dictionary<string, Dictionary<string, string[]>> Through(string region) =>
        new() { ["StringEquals"] = new() { ["kms:ViaService"] = [.. KeyUsers.Select(service => $"{service}.{region}.amazonaws.com")] } };
}
