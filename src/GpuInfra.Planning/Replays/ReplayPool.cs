using System.Collections.Immutable;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Replays;

/// <summary>A pool to replay.</summary>
/// <param name="Pool">The pool: what carries requests of it.</param>
/// <param name="Speed">How fast its replicas are.</param>
/// <param name="Start">From asking for one of its machines to the first token.</param>
/// <param name="Family">Every pool of the fleet whose machines are of its family and in its region, itself among them: they are looked for in one place.</param>
internal sealed record ReplayPool(Pool Pool, IReplicaSpeed Speed, TimeSpan Start, ImmutableArray<Pool> Family)
{
    /// <summary>Share of its places in use that it is held to; null where the plan does not say.</summary>
    public Share? InUse { get; init; }

    /// <summary>The pool as it is paid for: with its machines in places that an incident has taken.</summary>
    public Pool Whole { get; init; } = Pool;

    /// <summary>What a machine of it costs per hour.</summary>
    public decimal MachineHourly => Whole.Instances.Desired == 0 ? 0 : Whole.Hourly.Amount / MachinesOf(Whole.Instances.Desired);

    /// <summary>Machines that are paid for whether or not they run: all reserved ones.</summary>
    public int AlwaysPaid => Whole.Tier == Tier.Reserved ? MachinesOf(Whole.Instances.Desired) : 0;

    /// <summary>What so many instances are here: where a replica spans several, they start, end and are lost as one machine.</summary>
    public int MachinesOf(int instances) => instances / Pool.NodesPerReplica;
}

/// <summary>The machines of a pool in a replay, and their replicas in the order of what they have to do.</summary>
internal sealed class PoolState
{
    /// <summary>Outstanding requests weigh more than any count of draws, by which equals take turns.</summary>
    private const double TurnsPerRequest = 1e12;

    private readonly IndexedHeap _leastOutstanding = new();
    private readonly List<Machine> _machines = [];
    private double _turns;

    public PoolState(ReplayPool planned, int index) => (Planned, Index) = (planned, index);

    /// <summary>The pool.</summary>
    public ReplayPool Planned { get; }

    /// <summary>Its place among the serving's pools.</summary>
    public int Index { get; }

    /// <summary>Its machines.</summary>
    public IReadOnlyList<Machine> Machines => _machines;

    /// <summary>Until when no machine of it starts unless it is reserved, in seconds.</summary>
    public double BlockedUntil { get; set; }

    /// <summary>Zones that are lost, by number.</summary>
    public HashSet<int> LostZones { get; } = [];

    /// <summary>Replicas that take requests.</summary>
    public int Open => _leastOutstanding.Count;

    /// <summary>Machines that there are or that were asked for, without those on their way out.</summary>
    public int Active => _machines.Count(machine => machine.State is MachineState.Starting or MachineState.Up);

    /// <summary>Machines that are paid for.</summary>
    public int Paid => _machines.Count(machine => machine.State != MachineState.Off);

    /// <summary>What it carries of the load: replicas that take requests times their planned rate.</summary>
    public double Weight => Open * Planned.Pool.ReplicaCapacity.RequestsPerSecond;

    /// <summary>The replica with the least to do; −1 when none takes requests.</summary>
    public int Least => _leastOutstanding.Count == 0 ? -1 : _leastOutstanding.First;

    /// <summary>Makes a place for a machine.</summary>
    public Machine Add(int zone, int firstReplica)
    {
        var machine = new Machine(zone, firstReplica);
        _machines.Add(machine);
        return machine;
    }

    /// <summary>Puts a replica where its requests put it.</summary>
    public void Order(int replica, int outstanding) => _leastOutstanding.Set(replica, (outstanding * TurnsPerRequest) + _turns++);

    /// <summary>True when a replica takes requests.</summary>
    public bool IsOpen(int replica) => _leastOutstanding.Contains(replica);

    /// <summary>A replica takes requests no more.</summary>
    public void Close(int replica) => _leastOutstanding.Remove(replica);

    /// <summary>Numbers of the replicas of a machine.</summary>
    public IEnumerable<int> ReplicasOf(Machine machine) => Enumerable.Range(machine.FirstReplica, Planned.Pool.ReplicasPerInstance);

    /// <summary>
    /// Machines that a loss takes. Of a pool that spreads by itself a zone holds the most that an even spread may have put there, as in the
    /// arithmetic of survival; so machines elsewhere stand in for those that the plan's figures put in another zone.
    /// </summary>
    public ImmutableArray<Machine> TakenBy(Loss loss)
    {
        var pool = Planned.Pool;
        var running = _machines.Where(machine => machine.State is MachineState.Starting or MachineState.Up or MachineState.Draining).ToList();
        if (!loss.Hits(pool) || loss.Kind != LossKind.Zone)
        {
            return loss.Hits(pool) ? [.. running] : [];
        }

        var zone = ZoneOf(loss.Target);
        var most = Planned.MachinesOf(Survivability.InstancesIn(pool, loss.Target));
        return [.. running.OrderBy(machine => machine.Zone == zone ? 0 : 1).Take(Math.Max(most, running.Count(machine => machine.Zone == zone)))];
    }

    /// <summary>A zone's number in the pool; −1 when the pool is not in it.</summary>
    public int ZoneOf(string name) => Planned.Pool.Zones.Select(zone => zone.Zone).ToList().IndexOf(name);
}
