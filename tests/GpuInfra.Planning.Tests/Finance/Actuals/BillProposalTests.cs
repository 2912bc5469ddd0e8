using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Drift;
using GpuInfra.Planning.Finance.Actuals;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Finance.Actuals;

public class BillProposalTests
{
    private static readonly CapacityPlan Plan = A.Plan() with { Workloads = [A.Workload("chat", scale: 4)] };
    private static readonly FleetPlan Fleet = Planner.Plan(Plan, "prod", A.Catalog);
    private static readonly Share Tenth = Share.FromPercent(10);

    private static decimal Hours(FleetPlan fleet) => fleet.Pools.Single().Instances.Desired * DateTime.DaysInMonth(Plan.AsOf.Year, Plan.AsOf.Number) * 24;

    private static decimal Rate(FleetPlan fleet) => fleet.Pools.Single().Monthly.Amount / (fleet.Pools.Single().Instances.Desired * UsdPerHour.HoursPerMonth);

    [Fact]
    public void A_bill_as_planned_proposes_nothing() => Assert.Empty(Of(Fleet, 1, 1));

    [Fact]
    public void Cheaper_hours_are_a_discount_on_their_family()
    {
        var proposal = Assert.Single(Of(Fleet, 1, 0.7m));
        var machine = Fleet.Pools.Single();
        Assert.Equal((GapPart.Price, "prices.discounts"), (proposal.Cause, proposal.Change!.Path));
        Assert.Equal($"[{{ cloud: aws, family: {machine.MachineType.Split('.')[0]}, percent: 30%, until: {Fleet.Steps[^1].Month} }}]", proposal.Change.Value);
    }

    [Fact]
    public void A_plan_with_the_discount_that_was_proposed_agrees_with_the_bill()
    {
        var family = Fleet.Pools.Single().MachineType.Split('.')[0];
        var agreed = Planner.Plan(Plan with { Discounts = [new NegotiatedRate(CloudProvider.Aws, family, Share.FromPercent(30), Fleet.Steps[^1].Month, DiscountedRate.OnDemand)] }, "prod", A.Catalog);
        Assert.Equal(Fleet.Pools.Single().Id, agreed.Pools.Single().Id);
        var bill = Read(agreed, new FocusRows().Machine(agreed.Pools.Single().Id, "assistant", "support", Hours(Fleet), Hours(Fleet) * Rate(Fleet) * 0.7m));
        Assert.Empty(BillProposal.Of(agreed, bill, [], [], Tenth));
    }

    [Fact]
    public void A_discount_that_is_in_the_plan_is_reckoned_with_and_changed_in_its_place()
    {
        var family = Fleet.Pools.Single().MachineType.Split('.')[0];
        var agreed = Planner.Plan(Plan with { Discounts = [new NegotiatedRate(CloudProvider.Aws, family, Share.FromPercent(20), Fleet.Steps[^1].Month, DiscountedRate.OnDemand)] }, "prod", A.Catalog);
        // 0.8 of the list was planned; 0.75 of that was billed: 40 % off the list.
        Assert.Equal(new PlanChange("prices.discounts.0.percent", "40%"), Assert.Single(Of(agreed, 1, 0.75m)).Change);
    }

    [Fact]
    public void Dearer_hours_than_the_list_are_told_and_no_key_says_them()
    {
        var proposal = Of(Fleet, 1, 1.3m).First(item => item.Finding.Contains("dearer", StringComparison.Ordinal));
        Assert.Equal(GapPart.Price, proposal.Cause);
        Assert.Null(proposal.Change);
    }

    [Fact]
    public void More_hours_ask_for_metrics_first()
    {
        var proposal = Assert.Single(Of(Fleet, 1.5m, 1));
        Assert.Equal((GapPart.DemandOrUtilization, null), (proposal.Cause, proposal.Change));
        Assert.Contains("--prometheus", proposal.Finding, StringComparison.Ordinal);
    }

    [Fact]
    public void Demand_that_was_seen_is_proposed_as_drift_does()
    {
        var mean = Fleet.Servings.Single().Demand.RequestsPerSecond;
        var seen = DemandDrift.Of(Fleet, [new ObservedServing("assistant", 1, mean * 1.5, null, null, null)], Tenth);
        var proposals = BillProposal.Of(Fleet, Month(Fleet, 1.5m, 1), seen, [], Tenth);
        Assert.Equal(seen.Single().Changes, proposals.Where(proposal => proposal.Cause == GapPart.Demand).Select(proposal => proposal.Change!));
        Assert.Contains(proposals, proposal => proposal.Change == new PlanChange("workloads.chat.demand.scale", "6"));
    }

    [Fact]
    public void What_lies_within_the_tolerance_is_left_alone()
    {
        Assert.Empty(Of(Fleet, 1, 0.95m));
        Assert.Single(BillProposal.Of(Fleet, Month(Fleet, 1, 0.95m), [], [], Share.FromPercent(2)), proposal => proposal.Change is not null);
    }

    private static ImmutableArray<BillProposal> Of(FleetPlan fleet, decimal hours, decimal price) => BillProposal.Of(fleet, Month(fleet, hours, price), [], [], Tenth);

    private static BilledMonth Month(FleetPlan fleet, decimal hours, decimal price) =>
        Read(fleet, new FocusRows().Machine(fleet.Pools.Single().Id, "assistant", "support", Hours(fleet) * hours, Hours(fleet) * hours * Rate(fleet) * price));

    private static BilledMonth Read(FleetPlan fleet, FocusRows rows) =>
        BilledMonth.Of(fleet, Plan.AsOf, FocusReader.Read(new MemoryStream(rows.Bytes), "aws.csv", Plan.AsOf, Plan.Tags), ImmutableSortedDictionary<string, double>.Empty);
}
