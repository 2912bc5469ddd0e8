using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Units;

namespace GpuInfra.Infra.Common;

/// <summary>What a machine needs because of the weights it loads.</summary>
internal static class MachineNeeds
{
    private const double BootSeconds = 600;

    /// <summary>2 Gbit/s: what a small machine reads from the bucket.</summary>
    private const double LoadGbPerSecond = 0.25;

    /// <summary>GiB of the root disk, which must hold the weights: a disk too small is found out only at three in the morning.</summary>
    public static int RootDiskGib(PoolPlan pool) => pool.Standby?.DiskGib ?? RootDisk.GibFor(Weights(pool));

    /// <summary>Seconds from launch until the engine answers, counted generously: nothing may judge a machine before.</summary>
    public static int LoadSeconds(PoolPlan pool) => LoadSeconds(pool.Model, pool.Pool.Engine.Precision);

    /// <inheritdoc cref="LoadSeconds(PoolPlan)"/>
    public static int LoadSeconds(Model model, Precision precision) => (int)Math.Ceiling(BootSeconds + Weights(model, precision).TotalGb / LoadGbPerSecond);

    /// <summary>Minutes until a machine that has not answered is one that does not: twice the time in which it should.</summary>
    public static int GraceMinutes(PoolPlan pool) => (int)Math.Ceiling(2 * LoadSeconds(pool) / 60.0);

    /// <summary>The weights of a model at a precision.</summary>
    public static ByteSize Weights(Model model, Precision precision) => ByteSize.FromBytes(WeightBytes.Of(model, precision).Total);

    private static ByteSize Weights(PoolPlan pool) => Weights(pool.Model, pool.Pool.Engine.Precision);
}
