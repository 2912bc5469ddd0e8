using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Finance;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Finance;

public class RentTermTests
{
    private static readonly Lazy<FleetPlan> Fleet = new(() => Planner.Plan(A.Plan(), "prod", A.Catalog));

    /// <summary>One machine type on demand around the clock.</summary>
    private static readonly Lazy<FleetPlan> Plain = new(() =>
        Planner.Plan(A.Plan() with { Shutdown = null, Purchasing = A.Plan().Purchasing with { SpotFor = [], ReserveUpToPercentile = null } }, "prod", A.Catalog));

    [Fact]
    public void The_plan_stands_between_the_status_quo_and_its_terms()
    {
        var terms = Of(Fleet.Value);
        Assert.Equal(["status quo", "as planned", .. Fleet.Value.Cost.IfCommitted.Select(saving => saving.Term == CommitmentTerm.OneYear ? "one-year terms" : "three-year terms")], terms.Select(term => term.Name));
        Assert.Equal(Fleet.Value.Cost.Monthly, terms[1].Monthly);
        Assert.Equal(36 * Fleet.Value.Cost.Monthly.Amount, terms[1].ThreeYears!.Value.Amount, 1);
    }

    [Fact]
    public void A_plan_of_one_machine_type_on_demand_around_the_clock_is_the_status_quo() =>
        Assert.Equal(Plain.Value.Cost.Monthly, Of(Plain.Value)[0].Monthly);

    [Fact]
    public void A_discount_that_was_agreed_is_what_the_plan_saves_of_the_status_quo()
    {
        var family = Fleet.Value.Pools.Single().MachineType.Split('.')[0];
        var agreed = Planner.Plan(A.Plan() with { Discounts = [new NegotiatedRate(CloudProvider.Aws, family, Share.FromPercent(20), new Month(2027, 12), DiscountedRate.OnDemand)] }, "prod", A.Catalog);
        var terms = Of(agreed);
        Assert.Equal((double)agreed.Cost.Monthly.Amount / 0.8, (double)terms[0].Monthly!.Value.Amount, 0.5);
        Assert.True(terms[0].ThreeYears!.Value.CompareTo(terms[1].ThreeYears!.Value) > 0);
    }

    [Fact]
    public void A_term_owes_what_it_binds_for_its_months_and_saves_the_rest()
    {
        var fleet = Planner.Plan(PlanFile.Load(Path.Combine(Repository.Root, "stacks", "prod.plan.yaml"), A.Catalog), "prod", A.Catalog);
        Assert.NotEmpty(fleet.Cost.IfCommitted);
        foreach (var (saving, term) in fleet.Cost.IfCommitted.Zip(Of(fleet).Skip(2)))
        {
            Assert.Equal(saving.Bound.Amount * (saving.Term == CommitmentTerm.OneYear ? 12 : 36), term.Owed.Amount);
            Assert.Equal(fleet.Cost.Monthly - saving.Monthly, term.Monthly);
            Assert.InRange(saving.Bound.Amount + saving.Monthly.Amount, 1, fleet.Cost.Monthly.Amount); // Spot is bound by no term.
        }
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(4, 1)]
    [InlineData(16, 2)]
    [InlineData(99, 2)]
    [InlineData(100, 3)]
    [InlineData(5000, 4)]
    public void A_number_of_GPUs_has_its_reference_tier(int gpus, int tier) => Assert.Equal(tier, ReferenceTier.Of(gpus).Number);

    [Fact]
    public void Every_reference_tier_has_a_source_and_a_date() =>
        Assert.All(ReferenceTier.All, tier => Assert.True(tier is { Source.Length: > 0, People.Length: > 0, PerGpuMonth.Amount: > 0 } && tier.AsOf > new DateOnly(2026, 1, 1)));

    private static System.Collections.Immutable.ImmutableArray<RentTerm> Of(FleetPlan fleet) => RentTerm.Of(fleet, A.Catalog, TotalCost.Of(fleet, A.Catalog, Assumptions.Default));
}
