using GpuInfra.Offline.Policies;
using Pulumi.Offline;
using static GpuInfra.Offline.Tests.Prod;

namespace GpuInfra.Offline.Tests.Policies;

/// <summary>Budgets of production whose plan says whom clouds tell, each way of losing one planted.</summary>
public class BudgetRulesTests
{
    private const string Amazon = "aws:budgets/budget:Budget", Google = "gcp:billing/budget:Budget";

    public static TheoryData<string, Func<PreviewRecord, PreviewRecord>> Violations => new()
    {
        { "no cloud watches it", record => record.Without(Amazon) },
        { "no cloud watches it", record => record.Without(Google) },
        { "and the plan says", record => record.With(Amazon, "", Text("999999.00"), "limitAmount") },
        { "and the plan says", record => record.With(Amazon, "", Text("ANNUALLY"), "timeUnit") },
        { "is not told by the time", record => record.With(Amazon, "", null, "notifications") },
        { "and the plan says", record => record.With(Google, "", Text("1"), "amount", "specifiedAmount", "units") },
        { "nobody is told", record => record.With(Google, "", List(Map(("thresholdPercent", new PropertyValue.Number(1.2)))), "thresholdRules") },
        { "it tells 0 of", record => record.With(Google, "", null, "allUpdatesRule", "monitoringNotificationChannels") },
    };

    [Fact]
    public async Task Every_budget_is_looked_at_once() =>
        Assert.Equal((await AccountTests.Asking).Managed.Count(resource => resource.Type is Amazon or Google), BudgetRules.BudgetAlerts.Examine(new Evidence(await AccountTests.Asking)).Count());

    [Theory]
    [MemberData(nameof(Violations))]
    public async Task A_budget_that_tells_nobody_in_time_is_caught(string says, Func<PreviewRecord, PreviewRecord> plant)
    {
        var record = await AccountTests.Asking;
        Assert.Empty(BudgetRules.BudgetAlerts.Find(record));
        Assert.Contains(BudgetRules.BudgetAlerts.Find(plant(record)), finding => finding.Detail.Contains(says, StringComparison.Ordinal));
    }
}
