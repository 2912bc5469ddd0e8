using GpuInfra.Infra.Common;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;

namespace GpuInfra.Infra.Clusters;

/// <summary>How long an engine may take to start and to stop.</summary>
internal static class EngineTimes
{
    /// <summary>Seconds between two looks at an engine that starts.</summary>
    public const int StartPeriod = 10;

    /// <summary>Seconds that a router may go on sending requests to an engine that is about to stop.</summary>
    public const int Goodbye = 10;

    /// <summary>Seconds until an engine whose weights are there answers, counted generously: twice the time in which it should, as machines have it.</summary>
    public static int StartSeconds(PoolPlan plan) => 2 * MachineNeeds.LoadSeconds(plan);

    /// <summary>
    /// Seconds from notice to end. A spot machine has 120 s on AWS and 30 s on Google Cloud, of which the node itself wants some; elsewhere as long as machines give engines.
    /// </summary>
    public static int StopSeconds(Pool pool) => (pool.Tier, pool.Cloud) switch
    {
        (Tier.Spot, CloudProvider.Gcp) => 25, // GKE leaves pods that are not the system's 15 s of 30; what it cannot have it does not get.
        (Tier.Spot, _) => 110,
        _ => 120,
    };
}
