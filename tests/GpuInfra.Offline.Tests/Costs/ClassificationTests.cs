using System.Collections.Immutable;
using GpuInfra.Offline.Costs;
using GpuInfra.Offline.Tests.Clusters;
using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Offline.Tests.Costs;

/// <summary>Nothing that is registered is left out of the cost, and every sum is the same sum.</summary>
public class ClassificationTests
{
    public static TheoryData<string> Stacks => ["dev", "staging", "prod"];

    [Theory]
    [MemberData(nameof(Stacks))]
    public async Task Every_type_that_the_program_registers_has_an_entry(string stack)
    {
        var record = await Prod.RunAsync(stack);
        Assert.Empty(record.Managed.Select(resource => resource.Type).Except(PricingTable.Rules.Keys));
        Assert.Empty(record.Costs.Unpriced.Where(part => part.Reason == PricingTable.Unclassified));
    }

    [Fact]
    public async Task Every_entry_is_of_a_type_that_some_stack_registers() => Assert.Empty(PricingTable.Rules.Keys
        .Except((await AccountTests.Asking).Managed.Concat((await Spanning.Machines).Managed).Concat((await Spanning.Clusters).Managed).Concat((await WatchdogTests.BothClouds).Managed).Concat((await JobsTests.Queued).Managed).Concat((await ScalingTests.Waiting).Managed).Concat((await HaltTests.Halting).Managed)
            .Concat((await StorageTests.Shared).Managed).Concat((await StorageTests.Linked).Managed).Concat((await RecoveryTests.StandingBy).Managed).Concat((await MonitoringTests.Managed).Managed).Concat((await Kube.Queued).Managed).Concat((await Kube.Stored).Managed).Concat((await ClusterFilesTests.Shared).Managed).Concat((await Kube.Record).Managed).Concat((await FutureReservationTests.Drafted).Managed).Concat((await ClusterCanaryTests.Stopping).Managed).Select(resource => resource.Type)));

    [Fact]
    public async Task Every_type_of_a_stack_with_watchdogs_on_both_clouds_has_an_entry() => Assert.Empty(
        (await WatchdogTests.BothClouds).Managed.Select(resource => resource.Type).Except(PricingTable.Rules.Keys));

    [Fact]
    public async Task Every_type_of_a_stack_that_shares_files_and_has_regions_that_stand_by_has_an_entry() => Assert.Empty(
        (await StorageTests.Shared).Managed.Concat((await StorageTests.Linked).Managed).Concat((await RecoveryTests.StandingBy).Managed).Select(resource => resource.Type).Except(PricingTable.Rules.Keys));

    [Fact]
    public async Task Every_type_of_a_stack_with_queues_on_both_clouds_has_an_entry() => Assert.Empty(
        (await JobsTests.Queued).Managed.Select(resource => resource.Type).Except(PricingTable.Rules.Keys));

    [Fact]
    public async Task Every_type_of_a_stack_whose_replicas_span_machines_has_an_entry() => Assert.Empty(
        (await Spanning.Machines).Managed.Concat((await Spanning.Clusters).Managed).Select(resource => resource.Type).Except(PricingTable.Rules.Keys));

    [Fact]
    public async Task Every_type_of_clusters_has_an_entry() => Assert.Empty((await Kube.Queued).Managed.Concat((await Kube.Record).Managed).Concat((await Kube.Stored).Managed).Concat((await ClusterCanaryTests.Stopping).Managed).Select(resource => resource.Type).Except(PricingTable.Rules.Keys));

    [Fact]
    public async Task A_type_that_nobody_classified_is_unpriced_and_says_so()
    {
        var record = await Prod.Record;
        var planted = record.Resolved.Resources.First(resource => resource.Type == "aws:ec2/vpc:Vpc") with
        {
            Urn = "urn:planted",
            Type = "aws:glacier/vault:Vault",
        };
        var run = record.Resolved with { Resources = record.Resolved.Resources.Add(planted) };
        var costs = CostEstimate.Of(record.Fleet, run, Catalog.Embedded);
        Assert.Contains(new UnpricedCost("aws:glacier/vault:Vault", PricingTable.Unclassified, 1), costs.Unpriced);
        Assert.Equal(record.Costs.Monthly, costs.Monthly);
    }

    [Theory]
    [MemberData(nameof(Stacks))]
    public async Task Every_resource_is_priced_or_unpriced_or_free_for_a_reason(string stack)
    {
        var record = await Prod.RunAsync(stack);
        Assert.Equal(record.Managed.Select(resource => resource.Urn), record.Costs.Resources.Select(resource => resource.Urn));
        Assert.All(record.Costs.Resources, resource => Assert.Equal(
            resource.FreeBecause is { Length: > 0 }, resource.Lines.IsEmpty && resource.Unpriced.IsEmpty));
        Assert.All(record.Costs.Resources.SelectMany(resource => resource.Lines), line => Assert.True(
            line is { Source.Length: > 0, Formula.Length: > 0, Unit.Length: > 0, Quantity: > 0 }, line.ToString()));
    }

    [Theory]
    [MemberData(nameof(Stacks))]
    public async Task Every_split_adds_up_to_the_cent(string stack)
    {
        var record = await Prod.RunAsync(stack);
        var (costs, total) = (record.Costs, record.Costs.Monthly.Amount);
        Assert.Equal(total, costs.ByKind.Sum(kind => kind.Monthly.Amount));
        Assert.Equal(total, costs.Resources.Sum(resource => resource.Monthly.Amount));
        Assert.Equal(total, costs.Machines.Amount + costs.Other.Amount);
        Assert.Equal(record.Fleet.Cost.Monthly, costs.Machines);
        Assert.All(
            costs.Resources.SelectMany(resource => resource.Lines), line => Assert.Equal(line.Monthly.ToCents(), line.Monthly));
    }
}
