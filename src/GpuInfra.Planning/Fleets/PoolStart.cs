using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Sizing.Starts;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>How long the machines of a pool take to start.</summary>
public static class PoolStart
{
    /// <summary>From asking for a machine of the pool to its replicas' first token.</summary>
    /// <param name="catalog">Machines, times and rates.</param>
    /// <param name="serving">The pool's serving.</param>
    /// <param name="pool">The pool.</param>
    /// <param name="store">Where the weights come from. Default: the bucket, which is what is deployed.</param>
    public static StartTime Of(Catalog catalog, Serving serving, Pool pool, WeightStore store = WeightStore.ObjectStore) => StartTime.Of(
        catalog,
        catalog.FindMachine(pool.Cloud, pool.InstanceType) ?? throw new ArgumentException($"{pool.InstanceType} is not in the catalog.", nameof(pool)),
        Weights(serving, pool),
        pool.Engine.TensorParallel * pool.Engine.PipelineParallel,
        store);

    /// <summary>Bytes of the checkpoint that the pool's replicas load.</summary>
    public static ByteSize Weights(Serving serving, Pool pool) => ByteSize.FromBytes(WeightBytes.Of(serving.Model, pool.Engine.Precision).Total);
}
