using GpuInfra.Offline.Costs;

namespace GpuInfra.Offline.Tests.Costs;

/// <summary>A held commitment lowers what the machines that it covers cost, in the plan and in the resources alike.</summary>
public sealed class CommitmentCostTests : IDisposable
{
    private readonly Sandbox _sandbox = new();

    [Fact]
    public async Task A_commitment_shows_on_the_groups_it_covers_and_nowhere_else()
    {
        var before = await Prod.Record;
        var pool = before.Fleet.Pools.First(pool => pool.Id.Contains("gcp-us-central1-reserved", StringComparison.Ordinal));
        Directory.CreateDirectory(_sandbox.Stacks("approvals"));
        File.WriteAllText(_sandbox.Stacks("approvals/cud-1.yaml"), "version: 1\noffering: cud-1\npriceCap: $1M\napprovedBy: cfo@example.com\napprovedOn: 2026-11-01\nexpires: 2026-12-31\n");
        _sandbox.Change("prod.plan.yaml", "\nbudget:", $$"""

            commitments:
              - { name: cud-1, cloud: gcp, region: us-central1, instanceType: {{pool.InstanceType}}, count: 1, term: 1yr, percentOff: 37%, until: 2027-11, approval: cud-1.yaml }

            budget:
            """);
        var after = await FleetPreview.RunAsync(PlanSource.OfStack(ProjectDirectory.At(_sandbox.Root)!, "prod"));

        Assert.True(after.Passed, string.Join('\n', after.Checks));
        var saved = decimal.Round(0.37m * 730 * pool.Hourly.Amount / pool.Instances.Desired, 2);
        Plant.Near(before.Fleet.Cost.Monthly.Amount - saved, after.Fleet.Cost.Monthly.Amount, 0.02m);
        Assert.Equal(after.Fleet.Cost.Monthly, after.Costs.Machines);
        var line = Assert.Single(
            after.Costs.Resources.SelectMany(resource => resource.Lines), line => line.Sku == "commitment cud-1");
        Assert.Equal(730m, line.Quantity);
        Plant.Near(-saved, line.Monthly.Amount, 0.02m);
    }

    [Fact]
    public async Task Negotiated_prices_are_what_registered_machines_cost_too()
    {
        _sandbox.Change(
            "prod.plan.yaml", "\nbudget:", "\nprices: { discounts: [{ cloud: aws, family: p5, percent: 10%, until: 2027-11 }] }\n\nbudget:");
        var after = await FleetPreview.RunAsync(PlanSource.OfStack(ProjectDirectory.At(_sandbox.Root)!, "prod"));
        Assert.True(after.Passed, string.Join('\n', after.Checks));
        Assert.Equal(after.Fleet.Cost.Monthly, after.Costs.Machines);
        Assert.True(after.Fleet.Cost.Monthly.CompareTo((await Prod.Record).Fleet.Cost.Monthly) < 0);
    }

    public void Dispose() => _sandbox.Dispose();
}
