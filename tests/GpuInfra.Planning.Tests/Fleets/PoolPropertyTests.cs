using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Demands;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Sizing;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Fleets;

/// <summary>What holds of every pool of every plan, month by month.</summary>
public class PoolPropertyTests
{
    private static readonly string[] Models = ["llama-3.1-8b", "mistral-7b", "mixtral-8x7b", "llama-3.1-70b"];

    [Fact]
    public void There_is_no_pool_without_demand() => ForSteps((fleet, step) =>
    {
        var forecast = new DemandForecast(fleet.Plan);
        Assert.Equal(fleet.Plan.Servings.Select(serving => serving.Name).Order(StringComparer.Ordinal), step.Pools.Select(pool => pool.Serving).Distinct().Order(StringComparer.Ordinal));
        foreach (var pool in step.Pools)
        {
            var serving = fleet.Plan.Servings.Single(serving => serving.Name == pool.Serving);
            Assert.True(forecast.OfServing(serving, step.Month).RequestsPerSecond > 0, pool.Id);
            Assert.True(pool.Instances.Desired > 0 && pool.RequestsPerSecond > 0, pool.Id);
            Assert.Equal(pool.Instances.Desired, pool.Zones.Sum(zone => zone.Instances));
        }

        foreach (var serving in fleet.Plan.Servings)
        {
            // No pool is there beside others that carry everything by themselves, promises aside.
            var own = step.Pools.Where(pool => pool.Serving == serving.Name).ToList();
            var peak = forecast.OfServing(serving, step.Month).PeakRequestsPerSecond * fleet.Plan.CapacityOverPeak(serving);
            Assert.True(serving.Survive != Survival.None || own.All(pool => own.Where(other => other.Cloud == pool.Cloud && other != pool).Sum(other => other.RequestsPerSecond)
                < peak * fleet.Plan.Clouds.Single(cloud => cloud.Cloud == pool.Cloud).Share.Fraction), serving.Name);
        }
    });

    [Fact]
    public void Every_pools_rungs_fit_its_replica_and_are_no_slower() => ForSteps((fleet, step) =>
    {
        var forecast = new DemandForecast(fleet.Plan);
        foreach (var pool in step.Pools)
        {
            var serving = fleet.Plan.Servings.Single(serving => serving.Name == pool.Serving);
            var demand = forecast.OfServing(serving, step.Month);
            Assert.Equal(pool.InstanceType, pool.Ladder[0].InstanceType);
            foreach (var rung in pool.Ladder)
            {
                var offer = A.Catalog.OffersIn(pool.Cloud, pool.Region).Single(offer => offer.InstanceType == rung.InstanceType);
                var whole = A.Gpu(offer.Gpu);
                var (sizing, unfit) = ReplicaSizer.Size(
                    serving, RequestMix.Of(demand), pool.Engine.Cut?.Of(whole) ?? whole, pool.Engine.TensorParallel);
                Assert.True(sizing is not null, $"{pool.Id} on {offer.Id}: {unfit?.Detail}");
                Assert.Equal(offer.GpusPerInstance / pool.Engine.TensorParallel * (pool.Engine.Cut?.PerGpu ?? 1), rung.ReplicasPerInstance);
                Assert.True(sizing.ReachedWith(fleet.Plan.Confidence).RequestsPerSecond >= pool.ReplicaCapacity.RequestsPerSecond * (1 - 1e-9), $"{pool.Id} on {offer.Id} is slower");
                Assert.Contains(pool.Tier == Tier.Spot ? PurchaseMode.Spot : PurchaseMode.OnDemand, offer.Modes);
            }
        }
    });

    private static void ForSteps(Action<FleetPlan, FleetStep> holds)
    {
        var planned = 0;
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(12), Prop.ForAll(Gen.Choose(0, 1_000_000).ToArbitrary(), seed =>
        {
            if (Planned(seed) is { } fleet)
            {
                planned++;
                foreach (var step in fleet.Steps)
                {
                    holds(fleet, step);
                }
            }
        }));
        Assert.True(planned > 5);
    }

    /// <summary>A plan by number, planned; null when nothing can run it.</summary>
    private static FleetPlan? Planned(int seed)
    {
        var random = new Random(seed);
        var two = random.Next(2) == 0;
        var survive = random.Next(2) == 0 ? Survival.None : new Survival(Share.FromPercent(100), Share.FromPercent(two ? 50 : 0));
        var online = Enumerable.Range(0, random.Next(1, 4)).Select(number => A.Serving($"s{number}", Models[random.Next(Models.Length)]) with
        {
            Survive = survive,
            Sharing = random.Next(3) == 0 ? new GpuSharing(SharingMode.Mig) : GpuSharing.None,
        }).ToList();
        var embeds = random.Next(2) == 0;
        var plan = A.Plan() with
        {
            Clouds = two ? [A.Aws(70), A.Gcp(30)] : [random.Next(2) == 0 ? A.Aws() : A.Gcp(100)],
            HorizonMonths = random.Next(1, 4),
            Survive = survive,
            OffersPerCloud = random.Next(1, 3),
            Servings = [.. online, .. embeds ? [A.Serving("embedder", "bge-large", ServingKind.Embedding) with { MaxContextTokens = 512 }] : Array.Empty<Serving>()],
            Workloads =
            [
                .. online.Select(serving => A.Workload($"w-{serving.Name}", serving.Name, 0.01 + Math.Pow(random.NextDouble(), 3) * 60) with { Growth = Growth.Aggressive }),
                .. embeds ? [A.NightlyIndex()] : Array.Empty<Workload>(),
            ],
            Purchasing = new Purchasing(random.Next(2) == 0 ? 50 : null, ReserveTerm.None, [ServingKind.Embedding], SpotFallback.None) { CreatesReservations = true },
        };
        try
        {
            return Planner.Plan(plan, "prod", A.Catalog);
        }
        catch (PlanException)
        {
            return null;
        }
    }
}
