using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Sizing.Starts;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>
/// Machines that wait stopped beside a pool that follows load: AWS calls them a warm pool, Google Cloud a standby pool. A stop empties local disks, so engine and
/// weights are kept on the root disk, which is all that they cost; a start needs capacity as any other does.
/// </summary>
/// <param name="Machines">How many wait, at least 1.</param>
/// <param name="Start">From asking for one to its replicas' first token.</param>
/// <param name="Cold">The same of a machine that is new.</param>
/// <param name="DiskGib">GiB of the root disk.</param>
/// <param name="Monthly">What the disks of all that wait cost a month; null where the catalog has no price in the region.</param>
public sealed record PoolStandby(int Machines, StartTime Start, StartTime Cold, int DiskGib, Usd? Monthly)
{
    /// <summary>
    /// Google's families that have no local disks. A stop of a machine with local disks must say whether they are given up (gcloud compute instances stop,
    /// --discard-local-ssd), and no field of a group does.
    /// </summary>
    private static readonly ImmutableArray<string> GoogleFamilies = ["a2-highgpu", "a2-megagpu", "g2-standard", "n1-standard"];

    /// <summary>True when a start from here is the sooner one; where the disk is slower than the bucket it need not be.</summary>
    public bool IsSooner => Start.Total < Cold.Total;

    /// <summary>Why a pool that follows load can have no stopped machines; null when it can.</summary>
    public static string? Refusal(Catalog catalog, Pool pool) => catalog.FindMachine(pool.Cloud, pool.InstanceType) switch
    {
        null => $"{pool.InstanceType} is not in the catalog",
        { Cloud: CloudProvider.Gcp } machine when !GoogleFamilies.Any(family => Machine.IsOfFamily(machine.InstanceType, family)) =>
            $"{machine.InstanceType} has local disks, and a group on Google Cloud cannot say that they are given up at a stop; machines of {string.Join(", ", GoogleFamilies)} can wait stopped",
        _ => null,
    };

    /// <summary>True where the plan wants stopped machines beside a pool, whether its cloud allows them or not.</summary>
    public static bool IsWished(CapacityPlan plan, Pool pool) => ServingOf(plan, pool)?.Scaling?.Standby is not null && PoolScaling.Of(plan, pool) is not null;

    /// <summary>What waits beside a pool; null where nothing does.</summary>
    internal static PoolStandby? Of(CapacityPlan plan, Catalog catalog, Pool pool) =>
        IsWished(plan, pool) && Refusal(catalog, pool) is null ? Of(catalog, ServingOf(plan, pool)!, pool, ServingOf(plan, pool)!.Scaling!.Standby!.Value) : null;

    /// <summary>What so many stopped machines of a pool would be.</summary>
    internal static PoolStandby Of(Catalog catalog, Serving serving, Pool pool, int machines)
    {
        var weights = PoolStart.Weights(serving, pool);
        return new PoolStandby(
            machines,
            PoolStart.Of(catalog, serving, pool, WeightStore.StoppedStandby),
            PoolStart.Of(catalog, serving, pool),
            RootDisk.StandbyGibFor(pool.Cloud, weights),
            RootDisk.StandbyMonthly(catalog, pool.Cloud, pool.Region, weights) is { } disk ? new Usd(disk.Amount * machines).ToCents() : null);
    }

    /// <summary>What the reader should know of a serving's stopped machines, or of what they would do for its target.</summary>
    internal static IEnumerable<string> Warnings(CapacityPlan plan, Catalog catalog, Serving serving, IReadOnlyCollection<Pool> following)
    {
        foreach (var pool in following.Where(pool => Refusal(catalog, pool) is null))
        {
            var standby = Of(catalog, serving, pool, serving.Scaling!.Standby ?? 1);
            if (serving.Scaling.Standby is not null && !standby.IsSooner)
            {
                yield return $"{pool.Id}: a stopped machine answers after {Time(standby.Start)}, a new one after {Time(standby.Cold)}: its disk is slower than the bucket (scaling.standby)";
            }
            else if (serving.ColdStart?.Target is { } target && standby.Cold.Total > target)
            {
                yield return (serving.Scaling.Standby, standby.Start.Total <= target) switch
                {
                    (null, true) => $"{pool.Id}: a new machine answers after {Time(standby.Cold)}, which its target of {Time(target)} does not allow; one that waits stopped would after {Time(standby.Start)} (scaling: {{ standby: 1 }})",
                    (_, false) => $"{pool.Id}: neither a new machine ({Time(standby.Cold)}) nor one that waits stopped ({Time(standby.Start)}) answers within its target of {Time(target)}; the schedule and the floor must be ahead of demand",
                    _ => $"{pool.Id}: its {standby.Machines} stopped machines answer within its target of {Time(target)}; what is needed beyond them does after {Time(standby.Cold)}",
                };
            }
        }
    }

    private static Serving? ServingOf(CapacityPlan plan, Pool pool) => plan.Servings.FirstOrDefault(serving => serving.Name == pool.Serving);

    private static string Time(StartTime start) => Time(start.Total);

    private static string Time(TimeSpan time) => FormattableString.Invariant($"{(int)time.TotalMinutes} min {time.Seconds:00} s");
}
