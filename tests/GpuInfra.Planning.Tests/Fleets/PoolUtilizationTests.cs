using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Fleets;

public class PoolUtilizationTests
{
    private static readonly UtilizationBand Band = new(ServingKind.Online, Share.FromPercent(70), Share.FromPercent(90));

    [Fact]
    public void It_is_the_demand_over_the_capacity()
    {
        var fleet = Planner.Plan(A.Plan(), "test", A.Catalog);
        var (pool, serving) = (Assert.Single(fleet.Utilization), fleet.Servings[0]);
        Assert.Equal(serving.Demand.PeakRequestsPerSecond / serving.CapacityRequestsPerSecond, pool.Peak.Fraction, 9);
        Assert.Equal(serving.Demand.RequestsPerSecond / serving.CapacityRequestsPerSecond, pool.Mean.Fraction, 9);
        Assert.Null(pool.Band);
    }

    [Theory]
    [InlineData(50)]
    [InlineData(80)]
    [InlineData(90)]
    public void No_pool_is_busier_than_its_band_allows(double atMost)
    {
        var plan = A.ProdPlan() with { Utilization = [new(ServingKind.Online, default, Share.FromPercent(atMost))] };
        var fleet = Planner.Plan(plan, "test", A.Catalog);
        Assert.All(fleet.Utilization.Where(pool => pool.Band is not null), pool => Assert.True(pool.Peak.Fraction <= atMost / 100 + 1e-6, $"{pool.Pool} {pool.Peak}"));
        Assert.Equal(2, fleet.Utilization.Where(pool => pool.Band is not null).Select(pool => pool.Pool.Split('-')[0]).Distinct().Count());
    }

    [Fact]
    public void What_is_less_busy_than_the_band_is_told_with_the_cause()
    {
        Tells(Of(scale: 0.01, Survival.None), "it is one instance");
        Tells(Of(scale: 0.01, new Survival(Share.All, default)), "the loss of zone");
        Tells(Of(scale: 40, Survival.None) with { Headroom = Share.FromPercent(60) }, "a headroom of 60 % alone leaves it at 62.5 %");

        static void Tells(CapacityPlan plan, string cause)
        {
            var fleet = Planner.Plan(plan, "test", A.Catalog);
            Assert.True(
                fleet.Warnings.Any(warning => warning.Contains("below the 70 % of its band: " + cause, StringComparison.Ordinal)),
                $"{cause}: {string.Join("; ", fleet.Utilization)}");
        }
    }

    [Fact]
    public void The_plan_gives_bands_by_kind()
    {
        var plan = PlanYamlWith("utilization: { online: { atLeast: 70%, atMost: 90% }, embedding: { atMost: 95% } }");
        Assert.Equal([Band.ToString(), new UtilizationBand(ServingKind.Embedding, default, Share.FromPercent(95)).ToString()], plan.Utilization.Select(band => band.ToString()));
        Assert.Equal(1.2, plan.CapacityOverPeak(A.Serving()), 9);
        Assert.Equal(1 / 0.5, (plan with { Utilization = [Band with { AtMost = Share.FromPercent(50) }] }).CapacityOverPeak(A.Serving()), 9);

        var problem = Assert.Throws<PlanException>(() => PlanYamlWith("utilization: { online: { atLeast: 90%, atMost: 70% } }"));
        Assert.Contains("90 % is above atMost, 70 %", problem.Message, StringComparison.Ordinal);
    }

    private static CapacityPlan PlanYamlWith(string keys) => Plans.PlanYaml.Read(Plans.PlanYaml.With("workloads:", $"{keys}\nworkloads:"));

    private static CapacityPlan Of(double scale, Survival survive) => A.Plan() with
    {
        Utilization = [Band],
        Servings = [A.Serving() with { Survive = survive }],
        Workloads = [A.Workload(scale: scale)],
    };
}
