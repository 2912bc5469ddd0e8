using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Optimization;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Fleets;

public class RoutedBySizeTests
{
    /// <summary>A fleet for chat and code on one serving: its pools are for sizes.</summary>
    internal static readonly Lazy<FleetPlan> Mixed = new(() => Planner.Plan(Plan(), "test", A.Catalog));

    [Fact]
    public void Short_requests_run_on_the_cheaper_GPU_and_long_ones_on_the_larger()
    {
        var pools = Mixed.Value.Pools.OrderBy(MeanInput).ToList();
        Assert.True(pools.Count >= 2, string.Join(", ", pools.Select(pool => pool.Id)));
        var (shortest, longest) = (pools[0], pools[^1]);
        Assert.True(PerGpu(shortest) < PerGpu(longest), Describe());
        Assert.True(A.Gpu(shortest.Gpu).Bandwidth.GbPerSecond <= A.Gpu(longest.Gpu).Bandwidth.GbPerSecond, Describe());
    }

    [Fact]
    public void It_costs_less_than_the_same_mix_on_every_instance_and_keeps_what_was_promised()
    {
        var fleet = Mixed.Value;
        var unsorted = FleetOptimizer.Solve(SizedFleets.WithoutRouter(fleet.Optimum!.Problem), new SearchLimits());
        Assert.True(fleet.Objective < unsorted.Objective, $"{fleet.Objective} sorted, {unsorted.Objective} not; {Describe()}");
        Assert.Equal(fleet.Bound, fleet.Objective);
        Assert.All(fleet.Servings.Single().Survival, check => Assert.True(check.Holds, check.Lost));
        Assert.True(fleet.Servings.Single().Headroom.Fraction >= 0.2 - 1e-6, fleet.Servings.Single().Headroom.ToString());
    }

    [Fact]
    public void Every_size_is_routed_whole()
    {
        var pools = Mixed.Value.Pools;
        foreach (var size in Enumerable.Range(0, pools[0].Sizes.Length))
        {
            Assert.Equal(1, pools.Sum(pool => pool.Sizes[size].Routed.Fraction), 6);
            Assert.Single(pools.Select(pool => (pool.Sizes[size].From, pool.Sizes[size].OfRequests)).Distinct());
        }

        Assert.Equal(1, pools[0].Sizes.Sum(size => size.OfRequests.Fraction), 6);
        Assert.All(pools, pool => Assert.All(pool.Sizes, size => Assert.True(size.Routed.Fraction == 0 || size.RequestsPerSecond > 0)));
    }

    [Fact]
    public void It_is_told_that_no_router_by_size_is_deployed() =>
        Assert.Contains(Mixed.Value.Warnings, warning => warning.Contains("none is deployed yet", StringComparison.Ordinal));

    /// <summary>Chat and code on one serving: short questions, long files.</summary>
    private static CapacityPlan Plan()
    {
        var plan = A.Plan();
        return plan with
        {
            OffersPerCloud = 2,
            Survive = new Survival(Share.All, default),
            Servings =
            [
                A.Serving() with { Techniques = new ServingTechniques { Routing = Routing.BySize }, Survive = new Survival(Share.All, default) },
            ],
            Workloads = [A.Workload(scale: 30), A.Workload("copilot", scale: 10, profile: "azure-code-2023")],
        };
    }

    private static double MeanInput(Pool pool) => pool.ReplicaCapacity.Prefill.PerSecond / pool.ReplicaCapacity.RequestsPerSecond;

    private static decimal PerGpu(Pool pool) => pool.Hourly.Amount / (pool.Instances.Desired * pool.GpusPerInstance);

    private static string Describe() => string.Join("; ", Mixed.Value.Pools.Select(pool =>
        FormattableString.Invariant($"{pool.Instances.Desired} × {pool.InstanceType} ({pool.Gpu}) {MeanInput(pool):0} tokens: {string.Join(", ", pool.Sizes.Select(size => size.Routed))}")));
}
