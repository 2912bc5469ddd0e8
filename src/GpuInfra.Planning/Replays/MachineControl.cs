using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Replays;

/// <summary>
/// Starts and stops the machines of a serving: its run windows, its losses and what comes back after them, and its autoscaler. What
/// they cost is counted here.
/// <para>
/// After a loss nothing unreserved of the family starts in the region for a while (<see cref="ReplayOptions.LaunchBlock"/>); then the group
/// starts machines in the zones that are left, and they take <see cref="ReplayPool.Start"/>. Reserved machines start again where they were,
/// when their zone is back. Nothing that stands in for a loss is stopped before what was lost takes requests again: the autoscaler counts
/// only what is up.
/// </para>
/// </summary>
internal sealed class MachineControl
{
    private const double SecondsPerHour = 3600;

    /// <summary>How long a machine is told before it is taken from spot (AWS: EC2 User Guide, interruption notices; Google Cloud: Spot VMs, preemption process).</summary>
    private static double NoticeSeconds(CloudProvider cloud) => cloud == CloudProvider.Aws ? 120 : 30;

    private readonly ServingSimulation _simulation;
    private readonly ReplayOptions _options;
    private readonly Dictionary<PoolState, int> _target = [];
    private double _charged;
    private decimal _cost;
    private decimal _extra;

    public MachineControl(ServingSimulation simulation, ReplayOptions options) => (_simulation, _options) = (simulation, options);

    /// <summary>What machines have cost so far.</summary>
    public Usd Cost => new(_cost);

    /// <summary>What machines beyond the planned size have cost so far.</summary>
    public Usd Extra => new(_extra);

    /// <summary>What machines cost per hour now.</summary>
    public decimal Hourly => _simulation.Pools.Sum(pool => pool.Planned.MachineHourly * Paid(pool));

    /// <summary>Machines wanted of a pool.</summary>
    public int TargetOf(PoolState pool) => _target[pool];

    /// <summary>Puts the planned machines up and schedules what is to happen to them.</summary>
    public void Begin()
    {
        foreach (var pool in _simulation.Pools)
        {
            var planned = pool.Planned.Pool;
            var zones = planned.Zones.SelectMany((zone, number) => Enumerable.Repeat(number, pool.Planned.MachinesOf(zone.Instances))).ToList();
            for (var machine = 0; machine < Math.Max(zones.Count, pool.Planned.MachinesOf(planned.Instances.Max)); machine++)
            {
                pool.Add(machine < zones.Count ? zones[machine] : 0, _simulation.Router.Make(pool));
            }

            _target[pool] = pool.Planned.MachinesOf(planned.Instances.Desired);
            if (planned.Window is { } window)
            {
                _target[pool] = WindowClock.IsOpen(window, _options.From) ? pool.Planned.MachinesOf(planned.Instances.Desired) : 0;
                foreach (var (at, opens) in WindowClock.Changes(window, _options.From, _options.Length))
                {
                    _simulation.Schedule(at, () => Scheduled(pool, opens));
                }
            }

            foreach (var machine in pool.Machines.Take(_target[pool]))
            {
                Up(pool, machine);
            }
        }

        foreach (var loss in _options.Losses)
        {
            _simulation.Schedule(loss.At.TotalSeconds, () => Lose(loss));
        }

        new Autoscaler(_simulation, this, _options).Begin();
    }

    /// <summary>A window opens or closes: its group is scaled from zero or to zero at once, as its schedule does.</summary>
    private void Scheduled(PoolState pool, bool opens)
    {
        _target[pool] = opens ? pool.Planned.MachinesOf(pool.Planned.Pool.Instances.Desired) : 0;
        foreach (var machine in pool.Machines.Where(machine => !opens && machine.State != MachineState.Off))
        {
            Stop(pool, machine);
        }

        Refill(pool);
    }

    /// <summary>Counts what machines have cost since it was last done.</summary>
    public void Charge()
    {
        var hours = (decimal)((_simulation.Now - _charged) / SecondsPerHour);
        foreach (var pool in _simulation.Pools)
        {
            _cost += hours * pool.Planned.MachineHourly * Paid(pool);
            _extra += hours * pool.Planned.MachineHourly * Math.Max(0, pool.Paid - pool.Planned.MachinesOf(pool.Planned.Pool.Instances.Desired));
        }

        _charged = _simulation.Now;
    }

    /// <summary>Wants another number of machines of a pool: starts what is missing; what is too many ends what it has and goes.</summary>
    public void SetTarget(PoolState pool, int machines)
    {
        Charge();
        _target[pool] = machines;
        foreach (var machine in pool.Machines.Where(machine => machine.State is MachineState.Up or MachineState.Starting).Reverse().Take(Math.Max(0, pool.Active - machines)).ToList())
        {
            Drain(pool, machine, double.PositiveInfinity);
        }

        Refill(pool);
    }

    private static int Paid(PoolState pool) => Math.Max(pool.Paid, pool.Planned.AlwaysPaid);

    private void Lose(Loss loss)
    {
        Charge();
        foreach (var pool in _simulation.Pools.Where(pool => loss.Hits(pool.Planned.Pool)))
        {
            var taken = pool.TakenBy(loss);
            pool.LostZones.UnionWith(LostZones(pool, loss));
            foreach (var machine in taken)
            {
                if (loss.Kind == LossKind.Spot)
                {
                    Drain(pool, machine, NoticeSeconds(pool.Planned.Pool.Cloud));
                }
                else
                {
                    Stop(pool, machine);
                }
            }
        }

        foreach (var pool in _simulation.Pools.Where(pool => pool.Planned.Family.Any(loss.Hits)))
        {
            pool.BlockedUntil = Math.Max(pool.BlockedUntil, _simulation.Now + _options.LaunchBlock.TotalSeconds);
        }

        _simulation.Router.Spread(_simulation.Now);
        foreach (var pool in _simulation.Pools.Where(pool => loss.Hits(pool.Planned.Pool)))
        {
            Refill(pool);
            if (loss.Lasts is { } length)
            {
                _simulation.Schedule(loss.At.TotalSeconds + length.TotalSeconds, () =>
                {
                    pool.LostZones.ExceptWith(LostZones(pool, loss));
                    Refill(pool);
                });
            }
        }
    }

    private static IEnumerable<int> LostZones(PoolState pool, Loss loss) => loss.Kind switch
    {
        LossKind.Zone => [pool.ZoneOf(loss.Target)],
        LossKind.Spot => [],
        _ => Enumerable.Range(0, pool.Planned.Pool.Zones.Length),
    };

    /// <summary>Starts machines until there are as many as wanted, where and when any can start.</summary>
    private void Refill(PoolState pool)
    {
        Charge();
        var isReserved = pool.Planned.Pool.Tier == Tier.Reserved;
        if (!isReserved && pool.Active < _target[pool] && _simulation.Now < pool.BlockedUntil)
        {
            _simulation.Schedule(pool.BlockedUntil, () => Refill(pool));
            return;
        }

        foreach (var machine in pool.Machines.Where(machine => machine.State == MachineState.Off).Take(Math.Max(0, _target[pool] - pool.Active)).ToList())
        {
            if (pool.LostZones.Contains(machine.Zone) && !isReserved)
            {
                machine.Zone = Enumerable.Range(0, pool.Planned.Pool.Zones.Length).FirstOrDefault(zone => !pool.LostZones.Contains(zone), machine.Zone);
            }

            if (!pool.LostZones.Contains(machine.Zone))
            {
                machine.State = MachineState.Starting;
                Later(machine, pool.Planned.Start.TotalSeconds, () => Up(pool, machine));
            }
        }
    }

    private void Up(PoolState pool, Machine machine)
    {
        machine.State = MachineState.Up;
        machine.Version++;
        foreach (var replica in pool.ReplicasOf(machine))
        {
            _simulation.Router.Open(replica, _simulation.Now);
        }
    }

    private void Stop(PoolState pool, Machine machine)
    {
        Charge();
        machine.State = MachineState.Off;
        machine.Version++;
        _simulation.Kill(pool.ReplicasOf(machine));
    }

    /// <summary>Takes a machine out: it ends what it has, and goes when it has nothing more or its time is over.</summary>
    private void Drain(PoolState pool, Machine machine, double seconds)
    {
        const double look = 5;
        machine.State = MachineState.Draining;
        machine.Version++;
        foreach (var replica in pool.ReplicasOf(machine))
        {
            _simulation.Router.Close(replica);
        }

        Wait(seconds);

        void Wait(double left)
        {
            if (left <= 0 || pool.ReplicasOf(machine).All(_simulation.Router.IsIdle))
            {
                Stop(pool, machine);
                _simulation.Router.Spread(_simulation.Now);
                Refill(pool);
            }
            else
            {
                Later(machine, Math.Min(left, look), () => Wait(left - Math.Min(left, look)));
            }
        }
    }

    private void Later(Machine machine, double seconds, Action action)
    {
        var version = machine.Version;
        _simulation.Schedule(_simulation.Now + seconds, () =>
        {
            if (machine.Version == version)
            {
                action();
            }
        });
    }
}
