using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Locks;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Locks;

public class LockDiffTests
{
    private static readonly FleetLock Lock = FleetLock.Of(Planner.Plan(A.Plan() with { HorizonMonths = 3 }, "prod", A.Catalog));

    private static readonly Pool Pool = Lock.Steps[0].Pools.Single();

    [Fact]
    public void A_lock_does_not_differ_from_itself()
    {
        var diff = LockDiff.Between(Lock, Lock);
        Assert.Empty(diff.Pools);
        Assert.All(diff.Months, month => Assert.Equal(month.Before, month.After));
    }

    [Fact]
    public void Added_removed_resized_and_moved_pools_are_told_by_their_months()
    {
        var larger = Pool with { Instances = new InstanceCounts(9, 9, 9) };
        var other = Pool with { Id = "other" };
        var diff = LockDiff.Between(Lock, With([larger], [larger, other], [Pool with { InstanceType = "g6e.48xlarge" }]));
        var start = Lock.Steps[0].Month;
        Assert.Equal(
            [
                (Pool.Id, "resized", start, start.Plus(1)),
                ("other", "added", start.Plus(1), start.Plus(1)),
                (Pool.Id, "moved", start.Plus(2), start.Plus(2)),
            ],
            diff.Pools.Select(change => (change.Pool, change.Kind, change.First, change.Last)));
        Assert.Equal("removed", LockDiff.Between(With([Pool], [Pool], [Pool]), With([Pool], [Pool], [])).Pools.Single().Kind);
        Assert.Equal($"9 × {Pool.InstanceType}", diff.Pools[0].After!.ToString());
    }

    [Fact]
    public void The_same_change_with_a_month_between_is_told_twice()
    {
        var larger = Pool with { Instances = new InstanceCounts(9, 9, 9) };
        Assert.Equal(2, LockDiff.Between(Lock, With([larger], [Pool], [larger])).Pools.Length);
    }

    [Fact]
    public void A_month_that_only_one_lock_holds_has_a_cost_and_no_changed_pools()
    {
        var diff = LockDiff.Between(Lock with { Steps = Lock.Steps.RemoveAt(2) }, Lock);
        Assert.Empty(diff.Pools);
        Assert.Equal((null, (Usd?)Lock.Steps[2].Monthly), (diff.Months[2].Before, diff.Months[2].After));
    }

    private static FleetLock With(params Pool[][] months) =>
        Lock with { Steps = [.. Lock.Steps.Zip(months, (step, pools) => step with { Pools = [.. pools] })] };
}
