using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Finance.Actuals;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Finance.Actuals;

public class BilledMonthTests
{
    private static readonly CapacityPlan Plan = A.Plan() with
    {
        Teams = [A.Team with { Name = "code" }, A.Team],
        Workloads = [A.Workload("chat", scale: 4), A.Workload("copilot", scale: 2) with { Team = A.Team with { Name = "code" } }],
    };

    private static readonly FleetPlan Fleet = Planner.Plan(Plan, "prod", A.Catalog);
    private static readonly Pool Machines = Fleet.Pools.Single();
    private static readonly ImmutableSortedDictionary<string, double> Unseen = ImmutableSortedDictionary<string, double>.Empty;

    /// <summary>A month's hours of the pool's machines, and its price of an hour.</summary>
    private static readonly (decimal Hours, decimal Rate) Planned = (Machines.Instances.Desired * Hours, Machines.Monthly.Amount / (Machines.Instances.Desired * UsdPerHour.HoursPerMonth));

    private static int Hours => DateTime.DaysInMonth(Plan.AsOf.Year, Plan.AsOf.Number) * 24;

    [Fact]
    public void A_bill_as_planned_leaves_no_gap()
    {
        var month = Of(Rows().Machine(Machines.Id, "assistant", "shared", Planned.Hours, Planned.Hours * Planned.Rate));
        Assert.Equal(0, month.Gap.Amount);
        Assert.All(GapParts.All, part => Assert.Equal(0, month[part].Amount));
        Assert.Equal(month.Planned.Amount, new Usd(Planned.Hours * Planned.Rate).ToCents().Amount);
    }

    [Fact]
    public void More_demand_more_hours_than_it_needs_and_a_higher_price_each_have_their_part()
    {
        var rows = Rows().Machine(Machines.Id, "assistant", "shared", Planned.Hours * 1.5m, Planned.Hours * 1.5m * (Planned.Rate + 0.1m));
        var known = Of(rows, Unseen.Add("assistant", 1.2));
        Near(0.2m * Planned.Hours * Planned.Rate, known[GapPart.Demand]);
        Near(0.3m * Planned.Hours * Planned.Rate, known[GapPart.Utilization]);
        Near(1.5m * Planned.Hours * 0.1m, known[GapPart.Price]);
        Assert.Equal(0, known[GapPart.DemandOrUtilization].Amount);

        var unknown = Of(rows);
        Assert.Empty(unknown.Demand);
        Near(0.5m * Planned.Hours * Planned.Rate, unknown[GapPart.DemandOrUtilization]);
        Assert.Equal(0, unknown[GapPart.Demand].Amount);
        Assert.Contains("\"demandUsd\": null", BilledMonthJson.ToJson(Fleet, unknown, []), StringComparison.Ordinal);
    }

    [Fact]
    public void What_spot_machines_cost_at_the_standard_price_is_fallback()
    {
        var spot = Machines with { Tier = Tier.Spot };
        var parts = GapParts.None();
        var bill = new BillLine();
        bill.Add(ChargeKind.Machine, 60, 60, 30, isStandard: false);
        bill.Add(ChargeKind.Machine, 90, 90, 10, isStandard: true);
        var hours = spot.Instances.Desired * spot.HoursPerMonth;
        PoolGap.Add(parts, PoolBill.Of(spot, hours, 1, bill), null);
        Assert.Equal([90 - 10m, 60 - 30m, 40 - hours], [parts[(int)GapPart.Fallback], parts[(int)GapPart.Price], parts[(int)GapPart.DemandOrUtilization]]);
        Assert.Equal(150 - hours, parts.Sum());

        var held = GapParts.None();
        PoolGap.Add(held, PoolBill.Of(Machines, hours, 1, bill), null);
        Assert.Equal(0, held[(int)GapPart.Fallback]);
    }

    [Fact]
    public void Unused_commitments_and_what_no_pool_stands_for_are_told()
    {
        var month = Of(Rows().Machine(Machines.Id, "assistant", "shared", Planned.Hours, Planned.Hours * Planned.Rate)
            .Row(50, ("CommitmentDiscountStatus", "Unused"))
            .Row(20, ("ServiceName", "Amazon Elastic Block Store"), ("Tags", """{"serving":"assistant"}"""))
            .Machine("a-pool-of-yesterday", "other", "support", 5, 10)
            .Row(1000, ("ChargeCategory", "Tax")));
        Assert.Equal((80m, 50m, 30m), (month.Gap.Amount, month[GapPart.Idle].Amount, month[GapPart.Unplanned].Amount));
        Assert.Equal(20, month.Servings.Single(serving => serving.Serving == "assistant")[GapPart.Unplanned].Amount);
    }

    [Fact]
    public void Machines_without_hours_are_not_told_apart()
    {
        var month = Of(Rows().Row(100, ("ServiceName", "Amazon Elastic Compute Cloud"), ("ConsumedUnit", "Hours"), ("Tags", $$"""{"pool":"{{Machines.Id}}"}""")));
        Assert.Equal(month.Gap.Amount, month[GapPart.Unsplit].Amount);
    }

    [Fact]
    public void A_month_that_is_not_over_is_held_to_the_part_that_is_billed()
    {
        var rows = new FocusRows().Row(
            100, ("ServiceName", "Amazon Elastic Compute Cloud"), ("ConsumedUnit", "Hours"), ("ConsumedQuantity", "10"), ("ChargePeriodStart", $"{Plan.AsOf}-10T00:00:00Z"), ("ChargePeriodEnd", $"{Plan.AsOf}-10T12:00:00Z"),
            ("Tags", $$"""{"pool":"{{Machines.Id}}"}"""));
        var month = Of(rows);
        Assert.Equal((CloudProvider.Aws, 228), Assert.Single(month.Clouds));
        Near(Machines.Monthly.Amount * 228 / 730, month.Planned);
    }

    [Theory]
    [InlineData(Allocation.GpuTime)]
    [InlineData(Allocation.Spend)]
    [InlineData(Allocation.Evenly)]
    public void Every_cent_is_charged_to_somebody(Allocation allocation)
    {
        var fleet = Fleet with { Plan = Plan with { Allocation = allocation } };
        var random = new Random(7);
        var rows = Rows();
        for (var row = 0; row < 200; row++)
        {
            var team = new[] { "support", "code", "shared", "strangers" }[random.Next(4)];
            rows.Machine(Machines.Id, "assistant", team, 1, random.Next(1, 100_000) / 7919m).Row(random.Next(-900, 1000) / 997m);
        }

        var month = BilledMonth.Of(fleet, Plan.AsOf, Read(rows), Unseen);
        Assert.Equal(new Usd(month.Bill.Effective).ToCents().Amount, month.Teams.Sum(team => team.Charged.Amount));
        Assert.Equal(["code", "strangers", "support"], month.Teams.Select(team => team.Team));
        Assert.Equal(month.Gap.Amount, month.Servings.Sum(serving => serving.Parts.Sum(part => part.Amount)));
        Assert.All(month.Servings, serving => Assert.Equal(serving.Gap.Amount, serving.Parts.Sum(part => part.Amount)));
        Assert.InRange(month.Teams.Single(team => !team.IsPlanned).Shared.Amount, -0.01m, 0.01m);
    }

    [Fact]
    public void The_rule_decides_who_bears_what_is_shared()
    {
        var rows = Rows().Machine(Machines.Id, "assistant", "support", 1, 300).Machine(Machines.Id, "assistant", "code", 1, 100).Row(80);
        Assert.Equal([40m, 40m], Shared(Allocation.Evenly));
        Assert.Equal([20m, 60m], Shared(Allocation.Spend));
        var time = Fleet.Steps[0].ByWorkload.ToDictionary(share => share.Name, share => share.Monthly.Amount);
        Near(80 * time["copilot"] / (time["chat"] + time["copilot"]), new Usd(Shared(Allocation.GpuTime)[0]));

        decimal[] Shared(Allocation allocation) =>
            [.. BilledMonth.Of(Fleet with { Plan = Plan with { Allocation = allocation } }, Plan.AsOf, Read(rows), Unseen).Teams.Select(team => team.Shared.Amount)];
    }

    [Fact]
    public void A_cloud_without_an_export_is_not_compared()
    {
        var month = Of(Rows().Row(1, ("ProviderName", "Google Cloud")));
        Assert.Equal((0m, Fleet.Cost.Monthly.Amount), (month.Planned.Amount, month.NotCompared.Amount));
        Assert.Empty(month.Clouds);
    }

    [Fact]
    public void A_month_beyond_the_horizon_is_refused() => Assert.Contains(
        "not in the plan's horizon", Assert.Throws<PlanException>(() => BilledMonth.Of(Fleet, Plan.Start.Plus(99), new FocusBill(), Unseen)).Message, StringComparison.Ordinal);

    [Fact]
    public void How_cost_is_shared_moves_no_fleet() =>
        Assert.Equal(Fleet.PlanHash, Planner.Plan(Plan with { Allocation = Allocation.Evenly }, "prod", A.Catalog).PlanHash);

    private static FocusRows Rows() => new();

    private static FocusBill Read(FocusRows rows) => FocusReader.Read(new MemoryStream(rows.Bytes), "aws.csv", Plan.AsOf, Plan.Tags);

    private static BilledMonth Of(FocusRows rows, ImmutableSortedDictionary<string, double>? demand = null) => BilledMonth.Of(Fleet, Plan.AsOf, Read(rows), demand ?? Unseen);

    private static void Near(decimal expected, Usd actual) => Assert.InRange(actual.Amount, expected - 0.011m, expected + 0.011m);
}
