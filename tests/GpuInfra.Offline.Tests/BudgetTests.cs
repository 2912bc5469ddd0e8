using GpuInfra.Offline.Costs;
using GpuInfra.Offline.Policies;
using Pulumi.Offline;

namespace GpuInfra.Offline.Tests;

/// <summary>What production asks of its accounts, once its plan and configuration say whom to tell.</summary>
public class BudgetTests
{
    private static readonly Lazy<Task<PreviewRecord>> Record = new(RunAsync);

    /// <summary>The production stack with budgets of its own and of a team's.</summary>
    public static Task<PreviewRecord> Watched => Record.Value;

    [Fact]
    public async Task Every_policy_and_every_schema_is_kept()
    {
        var record = await Watched;
        Assert.All(record.Checks, check => Assert.True(check.Status == CheckStatus.Pass, $"{check.Id} {check.Subject}: {check.Detail}"));
        Assert.DoesNotContain(record.Costs.Unpriced, part => part.Reason == PricingTable.Unclassified);
        Assert.Equal((await Prod.Record).Costs.Monthly, record.Costs.Monthly);
    }

    [Fact]
    public async Task Budgets_change_nothing_of_the_fleet()
    {
        var (plain, record) = (await Prod.Record, await Watched);
        Assert.Equal(Texts(plain), Texts(record).Intersect(Texts(plain)));
        Assert.NotEmpty(Asked(record));
        Assert.All(Texts(record).Except(Texts(plain)), text => Assert.Contains(Asked(record), resource => text.StartsWith(resource.Urn, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_is_asked_of_an_account_waits_for_all_machines_so_that_no_refusal_keeps_them_from_starting()
    {
        var record = await Watched;
        var groups = record.Managed.Where(resource => ResourceTypes.Groups.Contains(resource.Type)).Select(resource => resource.Urn).ToList();
        Assert.NotEmpty(groups);
        Assert.All(Asked(record), resource => Assert.Empty(groups.Except(resource.Dependencies)));
        Assert.All(record.Managed.Except(Asked(record)), resource => Assert.Empty(resource.Dependencies.Intersect(Asked(record).Select(asked => asked.Urn))));
    }

    private static List<ResourceRecord> Asked(PreviewRecord record) =>
        [.. record.Managed.Where(resource => resource.Urn.Contains("Account$", StringComparison.Ordinal))];

    private static IEnumerable<string> Texts(PreviewRecord record) => record.Managed.Select(resource => $"{resource.Urn} {RecordJson.ToText(resource.Inputs)}");

    private static async Task<PreviewRecord> RunAsync()
    {
        using var sandbox = new Sandbox();
        sandbox.Change("prod.plan.yaml", "haltAt: 100% }", "haltAt: 100%, alerts: { email: [platform-lead@example.com] } }");
        sandbox.Change("prod.plan.yaml", "costCenter: cc-4300 }", "costCenter: cc-4300, monthly: $50k }");
        File.AppendAllText(sandbox.Stacks("Pulumi.prod.yaml"), "  gpuinfra:billingAccount: 012345-6789AB-CDEF01\n");
        return await FleetPreview.RunAsync(PlanSource.OfStack(ProjectDirectory.At(sandbox.Root)!, "prod"));
    }
}
