using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Planning.Plans;

/// <summary>How soon a serving's new replicas must answer, and by which means.</summary>
/// <param name="Target">From asking for a machine to its replicas' first token; null where nothing is promised.</param>
/// <param name="Storage">Where weights come from; null for the cheapest that meets the target.</param>
/// <param name="WarmPool">Machines that run and wait in each region; null for as many as the target and growth need.</param>
public sealed record ColdStartWish(TimeSpan? Target, WeightStore? Storage, int? WarmPool)
{
    /// <summary>What is deployed without a wish: every machine copies its weights from the bucket, and none waits.</summary>
    public static ColdStartWish Deployed { get; } = new(null, WeightStore.ObjectStore, 0);
}
