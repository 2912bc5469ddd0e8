using GpuInfra.Planning.Finance;
using GpuInfra.Planning.Plans;
using Pulumi;
using Pulumi.Aws.Budgets;
using Pulumi.Aws.Budgets.Inputs;
using Pulumi.Aws.Iam;
using static GpuInfra.Infra.Amazon.PolicyDocument;

namespace GpuInfra.Infra.Amazon;

/// <summary>
/// Takes from the plan's named roles the right to start machines once the stack's budget is used up. Budgets attach one policy that denies it, to these roles and no others: the
/// role that they work by can attach nothing else. A dry run asks a person first.
/// </summary>
internal static class AmazonLaunchDenial
{
    private const string Name = "aws-budget-denial";

    /// <summary>What starts machines, or lets a group start them.</summary>
    private static readonly string[] Launching =
    [
        "autoscaling:CreateAutoScalingGroup", "autoscaling:ResumeProcesses", "autoscaling:SetDesiredCapacity", "autoscaling:UpdateAutoScalingGroup", "ec2:CreateFleet",
        "ec2:RequestSpotFleet", "ec2:RequestSpotInstances", "ec2:RunInstances", "ec2:StartInstances",
    ];

    /// <param name="account">The account.</param>
    /// <param name="whole">The stack's budget.</param>
    /// <param name="made">It, as it was made.</param>
    /// <param name="parent">Whose it is.</param>
    public static void Add(CloudAccount account, CloudBudget whole, Pulumi.Aws.Budgets.Budget made, Resource parent)
    {
        if (account.Halt is not { Roles: { IsEmpty: false } roles } halt)
        {
            return;
        }

        var (tags, last) = (account.Tags.Shared.Tags, account.Last(parent));
        var denial = new Policy(Name, new PolicyArgs
        {
            Description = "Denies to start machines; a used-up budget attaches it",
            PolicyDocument = Of(With(Allow("NoLaunches", Launching, "*"), "Effect", "Deny")),
            Tags = tags,
        }, last);
        var role = new Role(Name, new RoleArgs { AssumeRolePolicy = Of(Trust(account.Account)), Tags = tags }, last);
        var attached = new RolePolicy(Name, new RolePolicyArgs { Role = role.Name, Policy = denial.Arn.Apply(arn => Of(Attach(account.Account, roles, arn))) }, last);
        _ = new BudgetAction(Name, new BudgetActionArgs
        {
            BudgetName = made.Name,
            ActionType = "APPLY_IAM_POLICY",
            NotificationType = "ACTUAL",
            ApprovalModel = halt.Mode == ShutdownMode.Enforce ? "AUTOMATIC" : "MANUAL",
            ExecutionRoleArn = Output.Tuple(role.Arn, attached.Id).Apply(both => both.Item1),
            ActionThreshold = new BudgetActionActionThresholdArgs { ActionThresholdType = "PERCENTAGE", ActionThresholdValue = Math.Round(account.HaltAt!.Value.Percent, 3) },
            Definition = new BudgetActionDefinitionArgs
            {
                IamActionDefinition = new BudgetActionDefinitionIamActionDefinitionArgs { PolicyArn = denial.Arn, Roles = roles.ToArray() },
            },
            Subscribers = whole.Email.Select(address => new BudgetActionSubscriberArgs { SubscriptionType = "EMAIL", Address = address }).ToArray(),
            Tags = tags,
        }, last);
    }

    private static Dictionary<string, object> Trust(string account) => new()
    {
        ["Effect"] = "Allow",
        ["Principal"] = new { Service = "budgets.amazonaws.com" },
        ["Action"] = "sts:AssumeRole",
        ["Condition"] = new Dictionary<string, Dictionary<string, string>>
        {
            ["StringEquals"] = new() { ["aws:SourceAccount"] = account },
            ["ArnLike"] = new() { ["aws:SourceArn"] = $"arn:aws:budgets::{account}:budget/*" },
        },
    };

    /// <summary>This one policy, to and from these roles, whatever path they are under.</summary>
    private static Dictionary<string, object> Attach(string account, IEnumerable<string> roles, string policy) => With(
        Allow(
            "AttachTheDenial",
            ["iam:AttachRolePolicy", "iam:DetachRolePolicy"],
            [.. roles.SelectMany(role => new[] { $"arn:aws:iam::{account}:role/{role}", $"arn:aws:iam::{account}:role/*/{role}" })]),
        "Condition",
        Condition("ArnEquals", "iam:PolicyARN", policy));
}
