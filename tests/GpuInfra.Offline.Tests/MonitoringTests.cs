using GpuInfra.Offline.Policies;
using Pulumi.Offline;

namespace GpuInfra.Offline.Tests;

/// <summary>Production that a Prometheus of the organisation watches, followed into the record.</summary>
public class MonitoringTests
{
    private static readonly Lazy<Task<PreviewRecord>> Lazy = new(RunAsync);

    [Fact]
    public async Task Every_policy_holds_and_the_fleet_is_the_same()
    {
        var (record, prod) = (await Lazy.Value, await Prod.Record);
        Assert.DoesNotContain(record.Checks, check => check.Status == CheckStatus.Fail);
        Assert.Equal(prod.Fleet.PlanHash, record.Fleet.PlanHash);
    }

    [Fact]
    public async Task It_costs_nothing_but_what_is_read_from_buckets_which_is_listed_as_unpriced() =>
        Assert.Equal((await Prod.Record).Costs.Monthly, (await Lazy.Value).Costs.Monthly);

    [Fact]
    public async Task Each_region_has_its_files_and_machines_of_every_pool_fetch_them()
    {
        var record = await Lazy.Value;
        var files = record.Managed.Where(resource => resource.Name.Contains("-monitoring-", StringComparison.Ordinal)).ToList();
        Assert.Equal(3 * record.Fleet.Provisioned.Select(pool => (pool.Cloud, pool.Region)).Distinct().Count(), files.Count);
        var plain = (await Prod.Record).Managed.Select(resource => resource.Urn).ToHashSet();
        Assert.All(record.Managed.Where(resource => !plain.Contains(resource.Urn)), resource => Assert.Contains("monitor", resource.Name, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nothing_of_it_is_registered_without_the_key() =>
        Assert.DoesNotContain((await Prod.Record).Managed, resource => resource.Name.Contains("monitor", StringComparison.Ordinal));

    private static async Task<PreviewRecord> RunAsync()
    {
        using var sandbox = new Sandbox();
        await File.AppendAllTextAsync(sandbox.Stacks("prod.plan.yaml"), "\nmonitoring: { mode: existing, from: [10.200.0.0/24] }\n");
        return await FleetPreview.RunAsync(PlanSource.OfStack(ProjectDirectory.At(sandbox.Root)!, "prod"));
    }
}
