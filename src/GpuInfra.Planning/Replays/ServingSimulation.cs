using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Replays.Arrivals;

namespace GpuInfra.Planning.Replays;

/// <summary>
/// Plays requests through the pools of one serving, event by event: requests come, replicas get on, machines come and go. Servings share no
/// machine, so each is played by itself.
/// <para>
/// Of a lost replica, requests that have no token yet go back to the head of the queue; the others are lost, unless nothing is promised and
/// so nobody waits. Events of one instant go in this order: machines, replicas, requests.
/// </para>
/// </summary>
internal sealed class ServingSimulation
{
    private const double SecondsPerMinute = 60;

    private readonly string _serving;
    private readonly LatencyTarget? _promised;
    private readonly ApiOverflow _overflow;
    private readonly IArrivals _arrivals;
    private readonly RequestTable _requests = new();
    private readonly PriorityQueue<Action, (double At, long Order)> _events = new();
    private readonly List<int> _moved = [];
    private readonly Recorder _recorder;
    private readonly MachineControl _machines;
    private readonly double _end;
    private long _ordered;
    private double _busySeconds;
    private double _placeSeconds;
    private (double Busy, double Places) _minuteStart;

    public ServingSimulation(string serving, LatencyTarget? promised, ApiOverflow overflow, ImmutableArray<ReplayPool> pools, IArrivals arrivals, ReplayOptions options)
    {
        (_serving, _promised, _arrivals) = (serving, promised, arrivals);
        (_overflow, _end) = (overflow, options.Length.TotalSeconds);
        _recorder = new Recorder(promised, options.MeasureFrom.TotalSeconds, options.MeasureUntil.TotalSeconds);
        Pools = [.. pools.Select((pool, index) => new PoolState(pool, index))];
        Router = new Router(Pools, _requests, promised?.TimeToFirstToken.TotalSeconds * options.QueueShare.Fraction ?? double.PositiveInfinity);
        _machines = new MachineControl(this, options);
    }

    /// <summary>Its pools.</summary>
    public ImmutableArray<PoolState> Pools { get; }

    /// <summary>What brings requests to replicas.</summary>
    public Router Router { get; }

    /// <summary>The time, in seconds.</summary>
    public double Now { get; private set; }

    /// <summary>Does something later.</summary>
    public void Schedule(double at, Action action) => _events.Enqueue(action, (at, _ordered++));

    /// <summary>Replicas are gone, with what they had.</summary>
    public void Kill(IEnumerable<int> replicas)
    {
        _moved.Clear();
        foreach (var replica in replicas)
        {
            Router.Kill(replica, _moved);
        }

        foreach (var request in _moved.OrderByDescending(request => _requests[request].Arrival).ThenByDescending(request => request))
        {
            if (_promised is not null && !double.IsNaN(_requests[request].First))
            {
                _recorder.Lose(_requests[request]);
                _requests.Remove(request);
            }
            else
            {
                Router.Return(request);
            }
        }
    }

    /// <summary>Plays it to its end.</summary>
    /// <exception cref="InvalidOperationException">Requests were made or mislaid: a mistake of this program.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public ServingReplay Run()
    {
        _machines.Begin();
        EndMinute(1);
        var more = _arrivals.TryNext(out var arrival);
        while (true)
        {
            var control = _events.TryPeek(out _, out var first) ? first.At : double.PositiveInfinity;
            var request = more ? arrival.Seconds : double.PositiveInfinity;
            var at = Math.Min(Math.Min(control, Router.Next), request);
            if (at > _end)
            {
                break;
            }

            Pass(at);
            if (control <= at)
            {
                _events.Dequeue()();
            }
            else if (Router.Next <= at)
            {
                Advance();
            }
            else
            {
                Take(arrival);
                more = _arrivals.TryNext(out arrival);
            }
        }

        Pass(_end);
        _machines.Charge();
        return Result();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Pass(double to)
    {
        _busySeconds += Router.Outstanding * (to - Now);
        _placeSeconds += Router.Places * (to - Now);
        Now = to;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Advance()
    {
        _moved.Clear();
        Router.Advance(Now, _moved);
        foreach (var request in _moved)
        {
            _recorder.Serve(Now, _requests[request]);
            _requests.Remove(request);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Take(in Arrival arrival)
    {
        _recorder.Arrive(Now);
        var request = new OpenRequest
        {
            Arrival = arrival.Seconds,
            Taken = double.NaN,
            First = double.NaN,
            InputTokens = arrival.InputTokens,
            OutputTokens = arrival.OutputTokens,
        };
        if (!Router.TryTake(request, Now))
        {
            _recorder.Refuse(Now, _overflow.TryTake(arrival));
        }
    }

    /// <summary>A minute is told as it was before anything else that happens at its end.</summary>
    private void EndMinute(int minute) => _events.Enqueue(
        () =>
        {
            var places = _placeSeconds - _minuteStart.Places;
            _recorder.EndMinute(
                Router.Waiting, Pools.Sum(pool => pool.Open), places > 0 ? (_busySeconds - _minuteStart.Busy) / places : 0, _machines.Hourly, _overflow.Cost);
            _minuteStart = (_busySeconds, _placeSeconds);
            if (Now < _end)
            {
                EndMinute(minute + 1);
            }
        },
        (Math.Min(_end, minute * SecondsPerMinute), -1));

    private ServingReplay Result()
    {
        var left = Router.Empty();
        left.ForEach(request => _recorder.Leave(Now, _requests[request]));
        if (!_recorder.All.IsConserved || !_recorder.Measured.IsConserved || left.Count != _requests.Count)
        {
            throw new InvalidOperationException($"Requests of {_serving} were mislaid: {_recorder.All}, measured {_recorder.Measured}, {_requests.Count} open.");
        }

        return new ServingReplay
        {
            Serving = _serving,
            Latency = _promised,
            All = _recorder.All,
            Measured = _recorder.Measured,
            TimeToFirstToken = _recorder.First,
            TimePerOutputToken = _recorder.Between,
            Wait = _recorder.Wait,
            TokensServed = _recorder.TokensServed,
            TokensLost = _recorder.TokensLost,
            TokensLate = _recorder.TokensLate,
            Utilization = _placeSeconds > 0 ? _busySeconds / _placeSeconds : 0,
            Cost = _machines.Cost,
            Extra = _machines.Extra,
            Apis = _overflow.Uses,
            Minutes = _recorder.Minutes,
        };
    }
}
