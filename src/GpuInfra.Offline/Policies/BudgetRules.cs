using System.Globalization;
using GpuInfra.Infra.Common;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Finance;
using GpuInfra.Planning.Units;
using Pulumi.Offline;

namespace GpuInfra.Offline.Policies;

/// <summary>A budget that nobody is told of is a figure in a file.</summary>
internal static class BudgetRules
{
    private const string Amazon = "aws:budgets/budget:Budget";
    private const string Google = "gcp:billing/budget:Budget";

    /// <summary>What is forecast or spent by then is told in time.</summary>
    private const decimal UsedUp = 1;

    public static Policy<Evidence> BudgetAlerts { get; } = new(
        "budget-alerts",
        "each cloud watches its part of every budget with alerts, and tells somebody by the time it is used up",
        "AWS: a monthly Budget in USD of the cloud's part (a daily one of what a team may spend on a day), with a notification at 100 % or less to the plan's addresses; Google Cloud: a billing Budget of the month with a "
        + "threshold rule of 1 or less and a notification channel for each address.",
        evidence => CloudBudget.Of(evidence.Fleet).Where(budget => evidence.Fleet.Plan.IsInScope(budget.Cloud)).Select(budget =>
        {
            var type = budget.Cloud == CloudProvider.Aws ? Amazon : Google;
            var made = evidence.Resources.FirstOrDefault(resource => resource.ReadId is null && resource.Type == type && resource.Name == budget.Name);
            return new Look(made?.Urn ?? budget.Name, [.. made is null ? ["the plan has it, and no cloud watches it"] : type == Amazon ? OfAmazon(made.Inputs, budget) : OfGoogle(made.Inputs, budget)]);
        }));

    private static IEnumerable<string> OfAmazon(PropertyValue made, CloudBudget budget)
    {
        if (made.TextAt("timeUnit") != (budget.IsDaily ? "DAILY" : "MONTHLY") || made.TextAt("limitUnit") != "USD" || made.NumberAt("limitAmount") != budget.Monthly.Amount)
        {
            yield return $"it is {made.TextAt("limitAmount") ?? "nothing"} {made.TextAt("limitUnit")} {made.TextAt("timeUnit")}, and the plan says {budget.Monthly} a {(budget.IsDaily ? "day" : "month")}";
        }

        var told = made.ListAt("notifications").Where(notification => notification.TextAt("comparisonOperator") == "GREATER_THAN"
            && notification.TextAt("thresholdType") == "PERCENTAGE" && notification.NumberAt("threshold") <= 100 * UsedUp)
            .SelectMany(notification => notification.ListAt("subscriberEmailAddresses")).Select(address => address.TextAt()).ToHashSet();
        foreach (var address in budget.Email.Where(address => !told.Contains(address)))
        {
            yield return $"{address} is not told by the time it is used up";
        }
    }

    private static IEnumerable<string> OfGoogle(PropertyValue made, CloudBudget budget)
    {
        var amount = made.At("amount", "specifiedAmount");
        var planned = new Usd(budget.Monthly.Amount * (budget.IsDaily ? HaltSource.DaysOfMonth : 1)); // A month of such days: its messages are what a day is counted from.
        var dollars = amount.NumberAt("units") + ((amount.NumberAt("nanos") ?? 0) / 1_000_000_000m);
        if (made.TextAt("budgetFilter", "calendarPeriod") != "MONTH" || amount.TextAt("currencyCode") != "USD" || dollars != planned.Amount)
        {
            yield return $"it is {dollars?.ToString(CultureInfo.InvariantCulture) ?? "nothing"} {amount.TextAt("currencyCode")} a {made.TextAt("budgetFilter", "calendarPeriod")}, and the plan says {planned} a month";
        }

        if (budget.IsDaily)
        {
            yield break;
        }

        if (!made.ListAt("thresholdRules").Any(rule => rule.NumberAt("thresholdPercent") <= UsedUp))
        {
            yield return "nobody is told by the time it is used up";
        }

        var channels = made.ListAt("allUpdatesRule", "monitoringNotificationChannels").Count();
        if (channels < budget.Email.Length)
        {
            yield return $"it tells {channels} of {budget.Email.Length} addresses";
        }
    }
}
