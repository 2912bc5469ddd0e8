using GpuInfra.Offline.Costs;
using GpuInfra.Offline.Policies;
using Pulumi.Offline;

namespace GpuInfra.Offline.Tests;

/// <summary>What production asks of its accounts, once its plan and configuration say whom to tell and its horizon outgrows its quotas.</summary>
public class AccountTests
{
    private static readonly Lazy<Task<PreviewRecord>> Record = new(RunAsync);

    /// <summary>The production stack with budgets of its own and of a team's, and too small quotas.</summary>
    public static Task<PreviewRecord> Asking => Record.Value;

    [Fact]
    public async Task Every_policy_and_every_schema_is_kept()
    {
        var record = await Asking;
        Assert.All(record.Checks, check => Assert.True(check.Status == CheckStatus.Pass, $"{check.Id} {check.Subject}: {check.Detail}"));
        Assert.DoesNotContain(record.Costs.Unpriced, part => part.Reason == PricingTable.Unclassified);
        Assert.Equal((await Prod.Record).Costs.Monthly, record.Costs.Monthly);
    }

    [Fact]
    public async Task Budgets_and_quotas_change_nothing_of_the_fleet()
    {
        var (plain, record) = (await Prod.Record, await Asking);
        Assert.Equal(Texts(plain), Texts(record).Intersect(Texts(plain)));
        Assert.NotEmpty(Asked(record));
        Assert.All(Texts(record).Except(Texts(plain)), text => Assert.Contains(Asked(record), resource => text.StartsWith(resource.Urn, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_is_asked_of_an_account_waits_for_all_machines_so_that_no_refusal_keeps_them_from_starting()
    {
        var record = await Asking;
        var groups = record.Managed.Where(resource => ResourceTypes.Groups.Contains(resource.Type)).Select(resource => resource.Urn).ToList();
        Assert.NotEmpty(groups);
        Assert.All(Asked(record), resource => Assert.Empty(groups.Except(resource.Dependencies)));
        Assert.All(record.Managed.Except(Asked(record)), resource => Assert.Empty(resource.Dependencies.Intersect(Asked(record).Select(asked => asked.Urn))));
    }

    [Fact]
    public async Task Quotas_are_asked_for_where_no_fleet_of_the_horizon_does_with_them_and_never_for_less_than_the_account_has()
    {
        var record = await Asking;
        Assert.Equal(
            [("L-417A185B", "3584"), ("L-DB2E81BA", "24")],
            record.Managed.Where(resource => resource.Type == "aws:servicequotas/serviceQuota:ServiceQuota")
                .Select(resource => (resource.Inputs.TextAt("quotaCode")!, RecordJson.ToText(resource.Inputs.At("value")!).Trim())).Order());
        Assert.Equal("484", Assert.Single(record.Managed, resource => resource.Type.StartsWith("gcp:cloudquota/", StringComparison.Ordinal)).Inputs.TextAt("quotaConfig", "preferredValue"));
        Assert.All(record.Managed.Where(resource => resource.Name.Contains("-quota-", StringComparison.Ordinal)), resource => Assert.True(resource.Options.RetainOnDelete));
    }

    /// <summary>Just enough for December, in the one ledger of two stacks; nothing of what another fleet could run on.</summary>
    private static IEnumerable<string> Quotas =>
    [
        Amazon("L-417A185B", 2400), Amazon("L-DB2E81BA", 16), Amazon("L-1945791B", 0), Amazon("L-2C3B7624", 0), Amazon("L-6B0D517C", 0),
        "{ cloud: gcp, account: acme-gpu-prod, region: us-central1, quota: NVIDIA_A100_GPUS, limit: 400, assign: { prod: 280, staging: 100 } }",
        Google("NVIDIA_T4_GPUS", 5), .. new[] { "H100", "H100_MEGA", "H200", "B200", "A100_80GB", "L4" }.Select(gpu => Google($"NVIDIA_{gpu}_GPUS", 0)),
    ];

    private static string Amazon(string code, int limit) =>
        $"{{ cloud: aws, account: \"333344445555\", region: us-east-1, quota: {code}, limit: {limit}, assign: {{ prod: {limit} }} }}";

    private static string Google(string code, int limit) =>
        $"{{ cloud: gcp, account: acme-gpu-prod, region: us-central1, quota: {code}, limit: {limit}, assign: {{ prod: {limit} }} }}";

    private static List<ResourceRecord> Asked(PreviewRecord record) =>
        [.. record.Managed.Where(resource => resource.Urn.Contains("Account$", StringComparison.Ordinal))];

    private static IEnumerable<string> Texts(PreviewRecord record) => record.Managed.Select(resource => $"{resource.Urn} {RecordJson.ToText(resource.Inputs)}");

    private static async Task<PreviewRecord> RunAsync()
    {
        using var sandbox = new Sandbox();
        sandbox.Change("prod.plan.yaml", "haltAt: 100% }", "haltAt: 100%, alerts: { email: [platform-lead@example.com] } }");
        sandbox.Change("prod.plan.yaml", "costCenter: cc-4300 }", "costCenter: cc-4300, monthly: $50k }");
        sandbox.Change("prod.plan.yaml", "fallback: onDemand }", "fallback: onDemand }\n  quotaRequests: { contact: platform-lead@example.com }");
        File.WriteAllText(sandbox.Stacks("reservations.yaml"), "version: 1\nquotas:\n" + string.Concat(Quotas.Select(quota => $"  - {quota}\n")));
        File.AppendAllText(sandbox.Stacks("Pulumi.prod.yaml"), "  gpuinfra:billingAccount: 012345-6789AB-CDEF01\n");
        return await FleetPreview.RunAsync(PlanSource.OfStack(ProjectDirectory.At(sandbox.Root)!, "prod"));
    }
}
