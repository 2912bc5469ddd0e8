using System.Globalization;
using GpuInfra.Infra.Common;
using GpuInfra.Planning.Finance;
using Pulumi;
using Pulumi.Gcp.Billing;
using Pulumi.Gcp.Billing.Inputs;
using Pulumi.Gcp.Monitoring;
using Pulumi.Gcp.Organizations;
using Pulumi.Gcp.PubSub;

namespace GpuInfra.Infra.Google;

/// <summary>
/// Budgets of what the stack and its teams spend on Google Cloud: told by mail at their shares, and to programs by a topic several times a day
/// whatever is spent, which is how what halts pools hears of them.
/// </summary>
internal static class GoogleBudgets
{
    /// <summary>The account that Cloud Billing publishes from; without its grant a topic stays silent.</summary>
    private const string Publisher = "serviceAccount:billing-budget-alert@system.gserviceaccount.com";

    private const int NanosPerCent = 10_000_000;

    public static void Add(CloudAccount account, Resource parent)
    {
        var labels = account.Tags.Shared.Labels;
        var topic = new Topic("gcp-budget", new TopicArgs { Labels = labels }, account.Last(parent));
        _ = new TopicIAMMember("gcp-budget", new TopicIAMMemberArgs { Topic = topic.Name, Role = "roles/pubsub.publisher", Member = Publisher }, account.Last(parent));
        var channels = account.Budgets.Where(budget => !budget.IsDaily).SelectMany(budget => budget.Email).Distinct().Order(StringComparer.Ordinal).ToDictionary(
            address => address,
            address => (Input<string>)new NotificationChannel(
                $"gcp-budget-{address}",
                new NotificationChannelArgs { Type = "email", DisplayName = address, Labels = { ["email_address"] = address }, UserLabels = labels },
                account.Last(parent)).Name);
        foreach (var budget in account.Budgets)
        {
            _ = new Budget(budget.Name, new BudgetArgs
            {
                BillingAccount = account.Settings.GoogleBillingAccount!,
                DisplayName = HaltSource.DisplayName(account.Settings.Project, account.Settings.Stack, budget),
                Amount = new BudgetAmountArgs { SpecifiedAmount = Amount(budget) },
                BudgetFilter = Filter(account, budget, parent),
                ThresholdRules = Thresholds(account, budget),
                AllUpdatesRule = new BudgetAllUpdatesRuleArgs
                {
                    PubsubTopic = topic.Id,
                    SchemaVersion = "1.0",
                    MonitoringNotificationChannels = budget.IsDaily ? [] : budget.Email.Select(address => channels[address]).ToArray(),
                },
            }, account.Last(parent));
        }

        foreach (var halt in account.Regions.OfType<GoogleRegion>().Select(region => region.Halt).OfType<GoogleHalt>())
        {
            halt.Take("gcp-budget-halt", topic.Id, account.Last(parent));
        }
    }

    /// <summary>A budget of a day is one of a month to Google, of which nobody is told: its messages are what the day is counted from.</summary>
    private static InputList<BudgetThresholdRuleArgs> Thresholds(CloudAccount account, CloudBudget budget) => budget.IsDaily ? [] :
        account.AlertAt.Select(share => new BudgetThresholdRuleArgs { ThresholdPercent = share.Fraction, SpendBasis = "CURRENT_SPEND" })
            .Append(new BudgetThresholdRuleArgs { ThresholdPercent = 1, SpendBasis = "FORECASTED_SPEND" }).ToArray();

    /// <summary>In dollars whatever the account is billed in: Google refuses another currency than its own, and does not take one for the other.</summary>
    private static BudgetAmountSpecifiedAmountArgs Amount(CloudBudget budget)
    {
        var amount = budget.Monthly.Amount * (budget.IsDaily ? HaltSource.DaysOfMonth : 1);
        var whole = decimal.Truncate(amount);
        return new()
        {
            CurrencyCode = "USD",
            Units = whole.ToString("F0", CultureInfo.InvariantCulture),
            Nanos = (int)((amount - whole) * 100) * NanosPerCent,
        };
    }

    /// <summary>The stack by the label that names it. A filter takes one label, so a team or serving is told apart from its namesake in other projects by the project.</summary>
    private static BudgetBudgetFilterArgs Filter(CloudAccount account, CloudBudget budget, Resource parent)
    {
        var key = TagSet.Key(account.Tags.KeyOf("managed-by"));
        return budget.IsOfStack
            ? new() { CalendarPeriod = "MONTH", Labels = { [key] = account.Tags.Shared.Labels[key] } }
            : new()
            {
                CalendarPeriod = "MONTH",
                Labels = { [TagSet.Key(account.Tags.KeyOf(budget.Team is null ? "serving" : "team"))] = TagSet.Label((budget.Team ?? budget.Serving)!) },
                Projects = { GetProject.Invoke(new GetProjectInvokeArgs { ProjectId = account.Account }, new InvokeOptions { Parent = parent }).Apply(project => $"projects/{project.Number}") },
            };
    }
}
