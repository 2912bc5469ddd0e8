using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans;

/// <summary>How a serving's on-demand pools follow its load between a smallest size and the planned one. Reserved machines are paid anyway and stay.</summary>
/// <param name="InUse">
/// Share of a replica's places (<see cref="Fleets.EngineSettings.MaxConcurrency"/>) that requests being answered are to take, 10 % to 95 %; null for what the
/// plan's own figures give: <see cref="Fleets.PoolScaling.InUseOf"/>.
/// </param>
/// <param name="WaitingPerReplica">Requests that may wait for a place of a replica, on average, 0.1 to 1,000. Default: 1.</param>
/// <param name="Floor">
/// Share of P95 demand that the smallest size carries, with everything that <see cref="Serving.Survive"/> promises of it, 10 % to 100 %. Default: all.
/// </param>
/// <param name="FollowsSchedule">Whether machines are started ahead of the hours that the profile knows. Default: yes.</param>
public sealed record Scaling(Share? InUse, double WaitingPerReplica, Share Floor, bool FollowsSchedule)
{
    /// <summary>Machines of each pool that are prepared and stopped, and start sooner than new ones, 1 to 1,000; null for none.</summary>
    public int? Standby { get; init; }
}
