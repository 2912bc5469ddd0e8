using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>What a pool that follows load is held to. Its size is never below <see cref="InstanceCounts.Min"/> nor above the planned one.</summary>
/// <param name="InUse">Share of its replicas' places that requests being answered are to take: machines are added above it.</param>
/// <param name="WaitingPerReplica">Requests that may wait for a place of a replica, on average.</param>
/// <param name="Least">What it costs a month at its smallest size throughout.</param>
/// <param name="Most">What it costs a month at the planned size throughout.</param>
public sealed record PoolScaling(Share InUse, double WaitingPerReplica, Usd Least, Usd Most)
{
    /// <summary>Whether machines are started ahead of its schedule, where it has one.</summary>
    public required bool FollowsSchedule { get; init; }

    private const double LeastInUse = 0.1;
    private const double MostInUse = 0.95;

    /// <summary>How a pool follows load; null for one that stands at its size.</summary>
    internal static PoolScaling? Of(CapacityPlan plan, Pool pool)
    {
        var serving = plan.Servings.FirstOrDefault(serving => serving.Name == pool.Serving);
        return serving?.Scaling is not { } scaling || plan.Incident is not null || pool is not { Tier: Tier.OnDemand, Window: null, IsDraining: false } || pool.Instances.Min >= pool.Instances.Max
            ? null
            : new PoolScaling(
                scaling.InUse ?? Share.FromFraction(Math.Clamp(Math.Round(InUseOf(pool).Fraction / (1 + plan.HeadroomOf(serving).Fraction), 3), LeastInUse, MostInUse)),
                scaling.WaitingPerReplica,
                new Usd(pool.Monthly.Amount * pool.Instances.Min / pool.Instances.Max).ToCents(),
                pool.Monthly)
            {
                FollowsSchedule = scaling.FollowsSchedule,
            };
    }

    /// <summary>
    /// Share of a replica's places in use at its planned rate, by Little's law: requests a second × (TTFT + output tokens × TPOT) / places. TTFT is that
    /// of a long request, so it is a little high. Without a latency, or where more would be in use than there is: all.
    /// </summary>
    internal static Share InUseOf(Pool pool)
    {
        var rate = pool.ReplicaCapacity.RequestsPerSecond;
        return pool.Latency is not { } latency || rate <= 0
            ? Share.All
            : Share.FromFraction(Math.Min(1, rate * (latency.TimeToFirstToken.TotalSeconds
                + (pool.ReplicaCapacity.Decode.PerSecond / rate * latency.TimePerOutputToken.TotalSeconds)) / pool.Engine.MaxConcurrency));
    }
}
