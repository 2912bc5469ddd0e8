using GpuInfra.Planning.Fleets;

namespace GpuInfra.Planning.Replays;

/// <summary>
/// Sizes the pools of a serving that may change their size (least below largest, outside spot) to a share of places in use, once a minute
/// and by the last minute's figures, which are as old as metrics are. What is cheapest per request is started first and stopped last; stopped is one machine
/// a minute, and only when the figures of five minutes allow it.
/// </summary>
internal sealed class Autoscaler(ServingSimulation simulation, MachineControl machines, ReplayOptions options)
{
    private const double Period = 60;
    private const int CalmPeriods = 5;
    private const double Sample = 15;

    private readonly List<PoolState> _scalable =
    [
        .. simulation.Pools
            .Where(pool => pool.Planned.Pool is { Tier: not Tier.Spot, Window: null, Instances: var sizes } && sizes.Min < sizes.Max)
            .OrderBy(pool => (double)pool.Planned.Pool.Hourly.Amount / pool.Planned.Pool.RequestsPerSecond)
            .ThenBy(pool => pool.Planned.Pool.Id, StringComparer.Ordinal),
    ];

    // All of a serving's pools share one queue, so the strictest counts.
    private readonly double _inUse = simulation.Pools.Min(pool => pool.Planned.InUse ?? options.ScaleTo).Fraction;

    private readonly Queue<(double At, double Wanted)> _seen = [];
    private int _calm;

    /// <summary>Begins to look, where there is anything to scale.</summary>
    public void Begin()
    {
        if (_scalable.Count > 0)
        {
            Look();
            Scale();
        }
    }

    private static double PlacesOf(PoolState pool) => pool.Planned.Pool.ReplicasPerInstance * pool.Planned.Speed.Places;

    private void Look()
    {
        _seen.Enqueue((simulation.Now, (simulation.Router.Outstanding + simulation.Router.Waiting) / _inUse));
        simulation.Schedule(simulation.Now + Sample, Look);
    }

    private void Scale()
    {
        var (sum, count) = (0.0, 0);
        while (_seen.TryPeek(out var seen) && seen.At <= simulation.Now - options.MetricDelay.TotalSeconds)
        {
            (sum, count) = (sum + _seen.Dequeue().Wanted, count + 1);
        }

        if (count > 0)
        {
            Reach(sum / count);
        }

        simulation.Schedule(simulation.Now + Period, Scale);
    }

    /// <summary>What starts is not asked for again, but nothing goes for its sake before it is up.</summary>
    private void Reach(double wanted)
    {
        var missing = wanted - simulation.Pools.Sum(pool => pool.Active * PlacesOf(pool));
        var spare = simulation.Router.Places - wanted;
        var isStarting = simulation.Pools.Any(pool => machines.TargetOf(pool) > pool.Active);
        _calm = spare > 0 && !isStarting ? _calm + 1 : 0;
        foreach (var pool in _scalable.TakeWhile(_ => missing > 0))
        {
            var more = (int)Math.Min(pool.Planned.Pool.Instances.Max - machines.TargetOf(pool), Math.Ceiling(missing / PlacesOf(pool)));
            missing -= more * PlacesOf(pool);
            machines.SetTarget(pool, machines.TargetOf(pool) + more);
        }

        if (_calm >= CalmPeriods && Enumerable.Reverse(_scalable).FirstOrDefault(
            pool => spare >= PlacesOf(pool) && machines.TargetOf(pool) > pool.Planned.Pool.Instances.Min) is { } surplus)
        {
            machines.SetTarget(surplus, machines.TargetOf(surplus) - 1);
        }
    }
}
