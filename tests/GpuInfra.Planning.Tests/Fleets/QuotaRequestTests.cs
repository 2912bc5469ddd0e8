using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Plans.Ledgers;

namespace GpuInfra.Planning.Tests.Fleets;

public class QuotaRequestTests
{
    private static readonly CapacityPlan Growing = A.Plan() with { HorizonMonths = 6, Workloads = [A.Workload(scale: 40) with { Growth = Growth.Aggressive }] };

    private static readonly FleetPlan Unlimited = Planner.Plan(Growing, "prod", A.Catalog);

    private static readonly QuotaNeed Need = Unlimited.Quotas.MaxBy(need => need.Most - need.Total)!;

    [Fact]
    public void What_the_horizon_outgrows_is_asked_for_the_account_as_a_whole()
    {
        Assert.True(Need.Most > Need.Total);
        Assert.Equal(
            new QuotaRequest(CloudProvider.Aws, "us-east-1", Need.Code, Need.Most + 4), Assert.Single(QuotaRequest.Of(Fleet(count: Need.Most + 3, others: 4))));
    }

    [Fact]
    public void What_is_not_dealt_out_yet_is_not_asked_for() => Assert.Empty(QuotaRequest.Of(Fleet(count: Need.Most + 4, others: 4)));

    [Fact]
    public void Nothing_is_asked_for_unless_the_plan_says_who_may_be_asked_back() => Assert.Empty(QuotaRequest.Of(Fleet(Need.Most + 3, 4, contact: null)));

    [Fact]
    public void A_quota_that_the_ledger_does_not_list_is_not_asked_for()
    {
        var fleet = Fleet(Need.Most + 3, 4);
        Assert.Empty(QuotaRequest.Of(fleet with { Plan = fleet.Plan with { Ledger = AccountLedger.Empty } }));
    }

    [Fact]
    public void Neither_the_contact_nor_what_other_stacks_have_moves_the_fleet()
    {
        Assert.Equal(Hash(9000, 4, null), Hash(9999, 7, "a@example.com"));

        static string Hash(int count, int others, string? contact) => Planner.Plan(
            Growing with { Ledger = Ledger(8000, count, others), Purchasing = Growing.Purchasing with { QuotaContact = contact } }, "prod", A.Catalog).PlanHash;
    }

    /// <summary>The growing fleet, with room for one less than its largest month needs.</summary>
    private static FleetPlan Fleet(int count, int others, string? contact = "a@example.com")
    {
        var plan = Growing with { Ledger = Ledger(Need.Most - 1, count, others), Purchasing = Growing.Purchasing with { QuotaContact = contact } };
        return Unlimited with { Plan = plan with { Ledger = plan.Ledger.For("prod", plan) } };
    }

    private static AccountLedger Ledger(int given, int count, int others) => new()
    {
        Quotas =
        [
            new Quota(
                new Grant(CloudProvider.Aws, A.Aws().Account, "us-east-1", count, ImmutableSortedDictionary<string, int>.Empty.Add("prod", given).Add("staging", others)),
                Need.Code),
        ],
    };
}
