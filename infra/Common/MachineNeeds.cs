using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Sizing.Training;
using GpuInfra.Planning.Units;

namespace GpuInfra.Infra.Common;

/// <summary>What a machine needs because of the weights it loads.</summary>
internal static class MachineNeeds
{
    /// <summary>Of a trained parameter: 2 of its weight, 12 of a 32-bit copy, momentum and variance (Rajbhandari et al. 2019, section 3.1).</summary>
    private const double CheckpointBytes = 14;

    private const double BootSeconds = 600;

    /// <summary>2 Gbit/s: what a small machine reads from the bucket.</summary>
    private const double LoadGbPerSecond = 0.25;

    /// <summary>GiB of the root disk, which must hold the weights: a disk too small is found out only at three in the morning.</summary>
    public static int RootDiskGib(PoolPlan pool) => (pool.Standby?.DiskGib ?? RootDisk.GibFor(Weights(pool))) + CheckpointsGib(pool);

    /// <summary>GiB of three checkpoints of what is trained: the one that it went on from, the last and the next. Each has weights in 16 bits and Adam's states in 32.</summary>
    public static int CheckpointsGib(PoolPlan pool) => pool.FineTuning is not { } training
        ? 0
        : (int)Math.Ceiling(ByteSize.FromBytes(3 * CheckpointBytes * new TrainingJob { Model = pool.Model, Method = training.Method, Rank = training.Rank, Tokens = 1 }.TrainedParameters).TotalGib);

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
