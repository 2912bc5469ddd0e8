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
    public void A_fleet_that_outgrows_its_quota_is_refused_with_figures_and_the_request()
    {
        var need = Assert.Single(Planner.Plan(A.Plan(), "prod", A.Catalog).Quotas);
        Assert.True(Assert.Single(Planner.Plan(With(need, need.Total), "prod", A.Catalog).Quotas).Fits);
        var message = Assert.Throws<PlanException>(() => Planner.Plan(With(need, need.Total - 1), "prod", A.Catalog)).Message;
        Assert.StartsWith("reservations.yaml:7:5 quotas.", message, StringComparison.Ordinal);
        Assert.Contains($"needs {need.Total} vCPUs in us-east-1 ({need.Running} running, {need.Surge} more in an update", message, StringComparison.Ordinal);
        Assert.Contains($"and {need.Total - 1} are assigned; ask for 1 more: aws service-quotas", message, StringComparison.Ordinal);
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
        var fleet = Planner.Plan(growing with { Ledger = With(need, need.Most - 1).Ledger }, "prod", A.Catalog);
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

    private static CapacityPlan With(QuotaNeed need, int limit) => A.Plan() with { Ledger = new() { Quotas = [new Quota(Grant(limit), need.Code)] } };

    private static Grant Grant(int count) => new(
        CloudProvider.Aws, A.Aws().Account, "us-east-1", count, ImmutableSortedDictionary<string, int>.Empty.Add("prod", count))
    {
        Location = new PlanLocation("reservations.yaml", 7, 5),
    };

    private static int VCpus(Pool pool) => A.Catalog.OffersIn(pool.Cloud, pool.Region).First(offer => offer.InstanceType == pool.InstanceType).Machine.VCpus!.Value;
}
