using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Locks;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Plans.Ledgers;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Fleets;

public class QuotaNeedsTests
{
    private const string Premium = "L-417A185B";

    private static readonly FleetPlan Prod = Planner.Plan(A.ProdPlan(), "prod", A.Catalog);

    [Fact]
    public void Every_machine_counts_against_exactly_one_quota_in_its_clouds_unit()
    {
        foreach (var cloud in Prod.Pools.GroupBy(pool => pool.Cloud))
        {
            var units = cloud.Sum(pool => pool.Instances.Desired * (cloud.Key == CloudProvider.Aws ? VCpus(pool) : pool.GpusPerInstance));
            Assert.Equal(units, Prod.Quotas.Where(need => need.Cloud == cloud.Key).Sum(need => need.Running));
        }
    }

    [Fact]
    public void Spot_machines_are_counted_apart_and_fall_back_on_the_on_demand_quota()
    {
        var plan = A.ProdPlan();
        var fallback = Planner.Plan(plan with { Purchasing = plan.Purchasing with { SpotFallback = SpotFallback.OnDemand } }, "prod", A.Catalog);
        Assert.Contains(Prod.Quotas, need => need.IsSpot && need.Running > 0);
        Assert.All(Prod.Quotas, need => Assert.Equal(0, need.Failover));
        Assert.Equal(
            fallback.Quotas.Where(need => need.IsSpot).Sum(need => need.Running),
            fallback.Quotas.Where(need => !need.IsSpot).Sum(need => need.Failover));
    }

    [Fact]
    public void Only_on_demand_pools_start_successors_beside_their_machines()
    {
        var fleet = Planner.Plan(A.Plan() with { Clouds = [A.Gcp(100)] }, "prod", A.Catalog);
        var pool = Assert.Single(fleet.Pools);
        var need = Assert.Single(fleet.Quotas);
        Assert.Equal((pool.Zones.Length * pool.GpusPerInstance, pool.Instances.Desired * pool.GpusPerInstance), (need.Surge, need.Running));

        var aws = Planner.Plan(A.Plan(), "prod", A.Catalog);
        var one = Assert.Single(aws.Pools);
        Assert.Equal((int)Math.Ceiling(one.Instances.Desired * 0.1) * VCpus(one), Assert.Single(aws.Quotas).Surge);
    }

    [Fact]
    public void A_quota_that_the_cheapest_fleet_outgrows_is_kept_by_the_next_best()
    {
        var (free, need) = Alone();
        Assert.Equal(free.Cost.Monthly, Planner.Plan(With(need, need.Total), "prod", A.Catalog).Cost.Monthly);

        var fleet = Planner.Plan(With(need, need.Total - 1), "prod", A.Catalog);
        Assert.All(fleet.Quotas, kept => Assert.True(kept.Fits));
        Assert.True(fleet.Cost.Monthly.CompareTo(free.Cost.Monthly) > 0);
    }

    [Fact]
    public void What_updates_start_beside_a_fleet_counts_when_it_is_chosen()
    {
        var plan = A.Plan() with { Purchasing = new(50, ReserveTerm.None, [], SpotFallback.None) };
        var need = Planner.Plan(plan, "prod", A.Catalog).Quotas.Single();
        Assert.True(need.Surge > 0);
        foreach (var (limit, same) in new[] { (need.Total, true), (need.Total - 1, false) })
        {
            var fleet = Planner.Plan(plan with { Ledger = With(need, limit).Ledger }, "prod", A.Catalog);
            Assert.Equal(same, fleet.Quotas.Any(other => (other.Code, other.Total) == (need.Code, need.Total)));
        }
    }

    [Fact]
    public void On_demand_machines_that_would_stand_in_for_spot_count_when_it_is_chosen()
    {
        var plan = A.ProdPlan() with { Purchasing = new(null, ReserveTerm.None, [ServingKind.Embedding], SpotFallback.OnDemand), Draining = [] };
        var free = Planner.Plan(plan, "prod", A.Catalog);
        var spot = free.Quotas.First(need => need.Failover > 0);
        var fleet = Planner.Plan(plan with { Ledger = new() { Quotas = [new Quota(Grant(spot.Total - 1) with { Cloud = spot.Cloud, Account = AccountOf(spot.Cloud), Region = spot.Region }, spot.Code)] } }, "prod", A.Catalog);
        Assert.All(fleet.Quotas, kept => Assert.True(kept.Fits));
        Assert.True(fleet.Objective > free.Objective);
    }

    [Fact]
    public void A_fleet_that_no_quota_allows_is_refused_with_the_quotas_and_the_request()
    {
        var none = A.Plan() with { Ledger = new() { Quotas = [.. Codes().Select(code => new Quota(Grant(0), code))] } };
        var message = Assert.Throws<PlanException>(() => Planner.Plan(none, "prod", A.Catalog)).Message;
        Assert.Contains("cannot be kept together: 100 % of a peak of", message, StringComparison.Ordinal);
        Assert.Contains($"the quota {Premium} in us-east-1 of 0 vCPUs", message, StringComparison.Ordinal);
        var (_, need) = Alone();
        Assert.Matches($@"Any one of these would do: .*the quota {need.Code} in us-east-1 of \d+ vCPUs \(ask for \d+ more: aws service-quotas", message);
    }

    [Fact]
    public void A_lock_that_no_longer_fits_its_quota_is_refused_too()
    {
        var plan = A.Plan();
        var need = Assert.Single(Planner.Plan(plan, "prod", A.Catalog).Quotas);
        var small = With(need, need.Total - 1);
        var reviewed = FleetLock.Of(Planner.Plan(plan, "prod", A.Catalog)) with { PlanHash = PlanFingerprint.Of(small with { Ledger = small.Ledger.For("prod", small) }, A.Catalog.Hash) };
        Assert.Contains("are assigned", Assert.Throws<PlanException>(() => LockedFleet.Of(reviewed, "lock", small, "prod", A.Catalog)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_later_month_that_outgrows_it_is_a_warning()
    {
        var growing = A.Plan() with { HorizonMonths = 6, Workloads = [A.Workload(scale: 40) with { Growth = Growth.Aggressive }] };
        var need = Planner.Plan(growing, "prod", A.Catalog).Quotas[0];
        var ledger = new AccountLedger { Quotas = [.. Codes().Select(code => new Quota(Grant(code == need.Code ? need.Total : 0), code))] };
        var fleet = Planner.Plan(growing with { Ledger = ledger }, "prod", A.Catalog);
        Assert.True(need.Most > need.Total);
        Assert.Contains(fleet.Warnings, warning => warning.StartsWith($"quota {need.Code} in us-east-1: {need.MostIn} needs {need.Most} vCPUs", StringComparison.Ordinal));
    }

    [Fact]
    public void What_other_stacks_were_given_neither_counts_nor_changes_the_hash()
    {
        var need = Assert.Single(Planner.Plan(A.Plan(), "prod", A.Catalog).Quotas);
        var plan = With(need, need.Total);
        var shared = plan with
        {
            Ledger = plan.Ledger with
            {
                Quotas = [plan.Ledger.Quotas[0] with { Grant = plan.Ledger.Quotas[0].Grant with { Count = 9999, Assigned = plan.Ledger.Quotas[0].Grant.Assigned.Add("staging", 5) } }],
            },
        };
        var (alone, together) = (Planner.Plan(plan, "prod", A.Catalog), Planner.Plan(shared, "prod", A.Catalog));
        Assert.Equal(alone.PlanHash, together.PlanHash);
        Assert.Equal(need.Total, together.Quotas[0].Limit);
        Assert.Null(Planner.Plan(shared, "dev", A.Catalog).Quotas[0].Limit);
    }

    [Fact]
    public void A_grant_of_another_account_is_refused()
    {
        var quota = new Quota(Grant(5) with { Account = "999999999999" }, Premium);
        var message = Assert.Throws<PlanException>(() => Planner.Plan(A.Plan() with { Ledger = new() { Quotas = [quota] } }, "prod", A.Catalog)).Message;
        Assert.Contains("account 999999999999 is not the one that prod deploys to", message, StringComparison.Ordinal);
    }

    private static (FleetPlan Fleet, QuotaNeed Need) Alone()
    {
        var fleet = Planner.Plan(A.Plan(), "prod", A.Catalog);
        return (fleet, Assert.Single(fleet.Quotas));
    }

    /// <summary>Every quota that a machine in the region counts against on demand.</summary>
    private static IEnumerable<string> Codes() => A.Catalog.OffersIn(CloudProvider.Aws, "us-east-1").Select(offer => offer.Machine.QuotaOnDemand ?? offer.InstanceType).Distinct();

    private static string AccountOf(CloudProvider cloud) => cloud == CloudProvider.Aws ? A.Aws().Account : A.Gcp(30).Account;

    private static CapacityPlan With(QuotaNeed need, int limit) => A.Plan() with { Ledger = new() { Quotas = [new Quota(Grant(limit), need.Code)] } };

    private static Grant Grant(int count) => new(
        CloudProvider.Aws, A.Aws().Account, "us-east-1", count, ImmutableSortedDictionary<string, int>.Empty.Add("prod", count))
    {
        Location = new PlanLocation("reservations.yaml", 7, 5),
    };

    private static int VCpus(Pool pool) => A.Catalog.OffersIn(pool.Cloud, pool.Region).First(offer => offer.InstanceType == pool.InstanceType).Machine.VCpus!.Value;
}
