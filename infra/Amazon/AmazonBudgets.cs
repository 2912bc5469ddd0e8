using System.Globalization;
using System.Text.Json;
using GpuInfra.Planning.Finance;
using Pulumi;
using Pulumi.Aws.Budgets;
using Pulumi.Aws.Budgets.Inputs;
using Pulumi.Aws.CostExplorer;
using Pulumi.Aws.CostExplorer.Inputs;

namespace GpuInfra.Infra.Amazon;

/// <summary>
/// Budgets of what the stack and its teams spend on AWS, and a watch for days that cost more than they used to. They see what carries the stack's
/// tags once the payer has activated those as cost allocation tags. They tell people, and what halts pools.
/// </summary>
internal static class AmazonBudgets
{
    /// <summary>An anomaly is told when it has cost this share of the month's budget.</summary>
    private const decimal AnomalyShare = 0.05m;

    public static void Add(CloudAccount account, Resource parent)
    {
        foreach (var budget in account.Budgets)
        {
            var made = new Budget(budget.Name, new BudgetArgs
            {
                BudgetType = "COST",
                TimeUnit = budget.IsDaily ? "DAILY" : "MONTHLY",
                LimitAmount = budget.Monthly.Amount.ToString("F2", CultureInfo.InvariantCulture),
                LimitUnit = "USD",
                CostFilters = Filters(account, budget),

                // Credits would hide what is used, and a payment for a year would be one month's alarm.
                CostTypes = new BudgetCostTypesArgs { IncludeCredit = false, IncludeRefund = false, IncludeUpfront = false },
                Notifications = Notifications(account, budget),
                Tags = account.Tags.Shared.Tags,
            }, account.Last(parent));
            if (budget.IsOfStack)
            {
                AmazonLaunchDenial.Add(account, budget, made, parent);
            }
        }

        if (account.Budgets.FirstOrDefault(budget => budget.IsOfStack) is { } whole)
        {
            Watch(account, whole, parent);
        }
    }

    /// <summary>
    /// The stack by the tag that names it. Values of one filter are alternatives, so a team or serving is told apart from its namesake in other accounts by the
    /// account, and not from other stacks of this one.
    /// </summary>
    private static InputList<BudgetCostFilterArgs> Filters(CloudAccount account, CloudBudget budget)
    {
        return budget.IsOfStack
            ? [Filter("TagKeyValue", Tag("managed-by", account.Tags.Shared.Tags[account.Tags.KeyOf("managed-by")]))]
            : [Filter("TagKeyValue", budget.Team is null ? Tag("serving", budget.Serving!) : Tag("team", budget.Team)), Filter("LinkedAccount", account.Account)];

        string Tag(string key, string value) => $"user:{account.Tags.KeyOf(key)}${value}";

        static BudgetCostFilterArgs Filter(string name, string value) => new() { Name = name, Values = { value } };
    }

    private static InputList<BudgetNotificationArgs> Notifications(CloudAccount account, CloudBudget budget)
    {
        var halt = account.HaltAt is null ? null : account.Regions.OfType<AmazonRegion>().Select(region => region.Halt).OfType<AmazonHalt>().FirstOrDefault()?.Spent;
        var shares = halt is null ? account.AlertAt.AsEnumerable() : account.AlertAt.Append(account.HaltAt!.Value).Distinct().Order();
        var spent = shares.Select(share => Notification("ACTUAL", Math.Round(share.Percent, 3), share == account.HaltAt ? halt : null));
        return (budget.IsDaily ? spent : spent.Append(Notification("FORECASTED", 100))).ToArray(); // A day has no forecast.

        BudgetNotificationArgs Notification(string type, double percent, Output<string>? told = null)
        {
            var args = new BudgetNotificationArgs
            {
                NotificationType = type,
                ComparisonOperator = "GREATER_THAN",
                Threshold = percent,
                ThresholdType = "PERCENTAGE",
                SubscriberEmailAddresses = budget.Email.ToArray(),
            };
            if (told is not null)
            {
                args.SubscriberSnsTopicArns = new InputList<string> { told };
            }

            return args;
        }
    }

    /// <summary>An account has one monitor of all its services and many of tags: this is one of those.</summary>
    private static void Watch(CloudAccount account, CloudBudget whole, Resource parent)
    {
        const string name = "aws-anomalies";
        var key = account.Tags.KeyOf("managed-by");
        var monitor = new AnomalyMonitor(name, new AnomalyMonitorArgs
        {
            MonitorType = "CUSTOM",

            // The provider compares with all that AWS answers, absent parts too, and replaces the monitor where one differs.
            MonitorSpecification = JsonSerializer.Serialize(new Dictionary<string, object?>
            {
                ["And"] = null,
                ["CostCategories"] = null,
                ["Dimensions"] = null,
                ["Not"] = null,
                ["Or"] = null,
                ["Tags"] = new { Key = key, MatchOptions = (string[]?)null, Values = new[] { account.Tags.Shared.Tags[key] } },
            }),
            Tags = account.Tags.Shared.Tags,
        }, account.Last(parent));
        _ = new AnomalySubscription(name, new AnomalySubscriptionArgs
        {
            Frequency = "DAILY",
            MonitorArnLists = { monitor.Arn },
            Subscribers = whole.Email.Select(address => new AnomalySubscriptionSubscriberArgs { Type = "EMAIL", Address = address }).ToArray(),
            ThresholdExpression = new AnomalySubscriptionThresholdExpressionArgs
            {
                Dimension = new AnomalySubscriptionThresholdExpressionDimensionArgs
                {
                    Key = "ANOMALY_TOTAL_IMPACT_ABSOLUTE",
                    MatchOptions = { "GREATER_THAN_OR_EQUAL" },
                    Values = { Math.Ceiling(whole.Monthly.Amount * AnomalyShare).ToString("F0", CultureInfo.InvariantCulture) },
                },
            },
            Tags = account.Tags.Shared.Tags,
        }, account.Last(parent));
    }
}
