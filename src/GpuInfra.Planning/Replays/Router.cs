using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace GpuInfra.Planning.Replays;

/// <summary>
/// Brings the requests of a serving to its replicas.
/// <para>
/// A request goes to a pool in turn, weighted as its lane says (the balance of each pool grows by its weight, the largest is taken and pays the
/// sum), there to the replica with the fewest requests. Where that has no place for it, the lane's other pools are asked; then it waits, first
/// come, first served, and the next replica with a place takes it. What would wait too long is refused.
/// </para>
/// </summary>
/// <param name="pools">The serving's pools.</param>
/// <param name="requests">Requests in the system.</param>
/// <param name="longestWait">How long a request may have to wait for a place, in seconds; infinite where none is refused.</param>
internal sealed class Router(ImmutableArray<PoolState> pools, RequestTable requests, double longestWait)
{
    private readonly RouteLanes _lanes = new(pools);
    private readonly List<(Replica Replica, PoolState Pool)> _replicas = [];
    private readonly IndexedHeap _next = new();

    /// <summary>Requests that wait for a place.</summary>
    public int Waiting
    {
        get
        {
            var waiting = 0;
            foreach (var lane in _lanes.All)
            {
                waiting += lane.Waiting.Count;
            }

            return waiting;
        }
    }

    /// <summary>Requests that replicas have.</summary>
    public long Outstanding { get; private set; }

    /// <summary>Requests that the replicas which are up can have.</summary>
    public long Places { get; private set; }

    /// <summary>When a replica does something next; infinite when none does.</summary>
    public double Next => _next.FirstKey;

    /// <summary>Makes replicas of a machine and returns the first's number; they take no requests yet.</summary>
    public int Make(PoolState pool)
    {
        var first = _replicas.Count;
        _replicas.AddRange(Enumerable.Range(0, pool.Planned.Pool.ReplicasPerInstance).Select(_ => (new Replica(pool.Planned.Speed, requests), pool)));
        return first;
    }

    /// <summary>A replica takes requests from now on.</summary>
    public void Open(int number, double now)
    {
        var pool = _replicas[number].Pool;
        pool.Order(number, 0);
        _lanes.Change();
        Places += pool.Planned.Speed.Places;
        Fill(number, now);
        Settle(number);
    }

    /// <summary>A replica takes no more requests, and ends what it has.</summary>
    public void Close(int number)
    {
        var pool = _replicas[number].Pool;
        if (pool.IsOpen(number))
        {
            pool.Close(number);
            _lanes.Change();
            Places -= pool.Planned.Speed.Places;
        }
    }

    /// <summary>True when a replica has nothing to do.</summary>
    public bool IsIdle(int number) => _replicas[number].Replica.Outstanding == 0;

    /// <summary>A replica is gone, and its requests with it: they are added, the last to come first.</summary>
    public void Kill(int number, List<int> dropped)
    {
        Close(number);
        _next.Remove(number);
        var before = dropped.Count;
        _replicas[number].Replica.Stop(dropped);
        Outstanding -= dropped.Count - before;
    }

    /// <summary>A request waits again, before all others, as if it had just come.</summary>
    public void Return(int request)
    {
        (requests[request].First, requests[request].Taken) = (double.NaN, double.NaN);
        _lanes.Of(requests[request]).Waiting.Return(request);
    }

    /// <summary>Gives what waits to any replicas that have places.</summary>
    public void Spread(double now)
    {
        foreach (var lane in _lanes.All)
        {
            while (lane.Waiting.Count > 0 && Pick(lane, requests[lane.Waiting.Head]) is >= 0 and var replica)
            {
                Give(replica, lane.Waiting.Take(), now);
                Settle(replica);
            }
        }
    }

    /// <summary>Plays what the next replica does.</summary>
    /// <param name="now">The time, which is <see cref="Next"/>.</param>
    /// <param name="ended">Requests that end are added; their numbers are still theirs.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Advance(double now, List<int> ended)
    {
        var number = _next.First;
        var (replica, pool) = _replicas[number];
        var before = ended.Count;
        replica.Advance(ended);
        Outstanding -= ended.Count - before;
        if (ended.Count > before && pool.IsOpen(number))
        {
            Fill(number, now);
            pool.Order(number, replica.Outstanding);
        }

        Settle(number);
    }

    /// <summary>Takes a request that has come; false when it has to be refused.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool TryTake(in OpenRequest request, double now)
    {
        var lane = _lanes.Of(request);
        var replica = lane.Waiting.Count == 0 ? Pick(lane, request) : -1;
        if (replica >= 0)
        {
            Give(replica, requests.Add(request), now);
            Settle(replica);
            return true;
        }

        // As many wait as those that are up answer in the time that a request may wait.
        if (!double.IsPositiveInfinity(longestWait) && lane.Waiting.Count >= lane.Rate * longestWait)
        {
            return false;
        }

        lane.Waiting.Add(requests.Add(request));
        return true;
    }

    /// <summary>Takes everything out: what is left when a replay ends.</summary>
    public List<int> Empty()
    {
        var left = _lanes.All.SelectMany(lane => lane.Waiting.All).ToList();
        _replicas.ForEach(item => item.Replica.Stop(left));
        return left;
    }

    /// <summary>The replica that a request goes to; −1 when none has a place for it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Pick(RouteLane lane, in OpenRequest request)
    {
        PoolState? best = null;
        var total = 0.0;
        foreach (var pool in pools)
        {
            var weight = lane.Weights[pool.Index];
            if (weight > 0)
            {
                total += weight;
                lane.Credits[pool.Index] += weight;
                best = Fits(pool.Least, request) && (best is null || lane.Credits[pool.Index] > lane.Credits[best.Index]) ? pool : best;
            }
        }

        if (best is null)
        {
            return -1;
        }

        lane.Credits[best.Index] -= total;
        return best.Least;
    }

    private bool Fits(int number, in OpenRequest request) =>
        _replicas[number].Replica.Fits(_replicas[number].Pool.Planned.Speed.CacheBytesOf(request.InputTokens, request.OutputTokens));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Give(int number, int request, double now)
    {
        var (replica, pool) = _replicas[number];
        requests[request].CacheBytes = pool.Planned.Speed.CacheBytesOf(requests[request].InputTokens, requests[request].OutputTokens);
        replica.Take(now, request);
        Outstanding++;
        pool.Order(number, replica.Outstanding);
    }

    /// <summary>Gives a replica what waits for its pool, the first to come first, as far as it has places.</summary>
    private void Fill(int number, double now)
    {
        while (FirstFor(number) is { } lane)
        {
            Give(number, lane.Waiting.Take(), now);
        }
    }

    /// <summary>The lane whose head came first of those that a replica has a place for; null when there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private RouteLane? FirstFor(int number)
    {
        RouteLane? first = null;
        foreach (var lane in _lanes.All)
        {
            if (lane.Waiting.Count > 0 && lane.Weights[_replicas[number].Pool.Index] > 0 && Fits(number, requests[lane.Waiting.Head])
                && (first is null || requests[lane.Waiting.Head].Arrival < requests[first.Waiting.Head].Arrival))
            {
                first = lane;
            }
        }

        return first;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Settle(int number)
    {
        if (double.IsPositiveInfinity(_replicas[number].Replica.Next))
        {
            _next.Remove(number);
        }
        else
        {
            _next.Set(number, _replicas[number].Replica.Next);
        }
    }
}
