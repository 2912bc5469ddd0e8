using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Fleets;

public class SharingTests
{
    [Fact]
    public void Instances_of_a_GPU_have_no_more_than_the_GPU()
    {
        Assert.All(A.Catalog.Gpus.SelectMany(gpu => gpu.Mig, (gpu, profile) => (gpu, profile)), cut =>
        {
            Assert.True(cut.profile.Instances * cut.profile.MemorySlices <= cut.profile.OfMemorySlices, cut.profile.ToString());
            Assert.True(cut.profile.Instances * cut.profile.ComputeSlices <= cut.profile.OfComputeSlices, cut.profile.ToString());

            // The name tells the memory: 3g.40gb has 40 GB, as the vendor rounds it.
            var named = double.Parse(cut.profile.Profile.Split('.')[1].Replace("gb", "", StringComparison.Ordinal), System.Globalization.CultureInfo.InvariantCulture);
            Assert.InRange(cut.gpu.Memory.TotalGib * cut.profile.MemorySlices / cut.profile.OfMemorySlices / named, 0.93, 1.07);
            Assert.NotEqual(default, cut.profile.AsOf);
        });
        Assert.Equal(7, A.Gpu("h100-80gb").Mig.Max(profile => profile.Instances));
        Assert.Empty(A.Gpu("l40s").Mig);
    }

    [Fact]
    public void A_part_of_a_GPU_is_a_smaller_GPU()
    {
        var gpu = A.Gpu("h100-80gb");
        var part = new GpuCut("2g.20gb", 3).Of(gpu);
        Assert.Equal(gpu.Bandwidth.GbPerSecond / 4, part.Bandwidth.GbPerSecond, 6);
        Assert.Equal(gpu.Fp16.Tera * 2 / 7, part.Fp16.Tera, 6);
        Assert.Equal(gpu.Memory.TotalGib / 4 * 0.975, part.Memory.TotalGib, 3);
        Assert.Null(part.NvLink);

        var turn = new GpuCut(null, 2).Of(gpu);
        Assert.Equal((gpu.Memory.TotalGib / 2, gpu.Bandwidth.GbPerSecond / 2), (turn.Memory.TotalGib, turn.Bandwidth.GbPerSecond));
    }

    [Fact]
    public void A_cut_that_the_plan_names_is_on_every_pool()
    {
        var fleet = Plan(new GpuSharing(SharingMode.Mig, "1g.24gb"));
        Assert.All(fleet.Pools, pool =>
        {
            Assert.Equal(new GpuCut("1g.24gb", 4), pool.Engine.Cut);
            Assert.Equal(pool.GpusPerInstance * 4, pool.ReplicasPerInstance);
            Assert.Equal("rtx-pro-6000", pool.Gpu);
        });
        Assert.Contains(fleet.Servings[0].Rejections, rejection => rejection is { Constraint: "sharing" } && rejection.Detail.Contains("cannot be cut", StringComparison.Ordinal));
        Assert.Contains(fleet.Servings[0].Rejections, rejection => rejection is { Constraint: "sharing" } && rejection.Detail.Contains("has no MIG profile 1g.24gb; it has 1g.10gb", StringComparison.Ordinal));
    }

    [Fact]
    public void Being_free_to_cut_never_costs_more() =>
        Assert.True(Plan(new GpuSharing(SharingMode.Mig)).Cost.Monthly.Amount <= Plan(GpuSharing.None).Cost.Monthly.Amount);

    [Fact]
    public void Replicas_that_take_turns_share_the_memory_and_serve_no_more_than_one_did()
    {
        var (whole, shared) = (Plan(GpuSharing.None), Plan(new GpuSharing(SharingMode.TimeSlicing, null, 2)));
        Assert.All(shared.Pools, pool => Assert.Equal((new GpuCut(null, 2), Share.FromPercent(45)), (pool.Engine.Cut, pool.Engine.MemoryUtilization)));
        Assert.True(shared.Cost.Monthly.Amount >= whole.Cost.Monthly.Amount * 0.9m);
    }

    [Fact]
    public void A_lost_zone_takes_all_replicas_of_its_machines()
    {
        var fleet = Plan(new GpuSharing(SharingMode.Mig, "1g.24gb"), new Survival(Share.All, default));
        Assert.All(fleet.Servings[0].Survival, check => Assert.True(check.Holds));
        var pool = Assert.Single(fleet.Pools);
        Assert.True(pool.Instances.Desired >= 2, "one machine holds all replicas, and a zone's loss would take them all");
    }

    private static FleetPlan Plan(GpuSharing sharing, Survival? survive = null) => Planner.Plan(
        A.Plan() with
        {
            Servings = [A.Serving() with { Sharing = sharing, Survive = survive ?? Survival.None }],
            Clouds = [A.Aws(region: "us-east-2")],
        },
        "test", A.Catalog);
}
