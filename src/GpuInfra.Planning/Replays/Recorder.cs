using System.Collections.Immutable;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Replays;

/// <summary>Counts what becomes of a serving's requests.</summary>
/// <param name="promised">The latency promised; null when none is.</param>
/// <param name="measureFrom">When requests begin to be measured, in seconds.</param>
/// <param name="measureUntil">When they cease to be, in seconds.</param>
internal sealed class Recorder(LatencyTarget? promised, double measureFrom, double measureUntil = double.PositiveInfinity)
{
    private readonly ImmutableArray<MinuteFigures>.Builder _minutes = ImmutableArray.CreateBuilder<MinuteFigures>();
    private readonly double _mostFirst = promised?.TimeToFirstToken.TotalSeconds ?? double.PositiveInfinity;
    private readonly double _mostBetween = promised?.TimePerOutputToken.TotalSeconds ?? double.PositiveInfinity;
    private RequestCounts _before = new();
    private decimal _apiUsdBefore;

    /// <summary>All requests.</summary>
    public RequestCounts All { get; } = new();

    /// <summary>Requests that are measured.</summary>
    public RequestCounts Measured { get; } = new();

    /// <summary>Times to first token.</summary>
    public LatencySketch First { get; } = new();

    /// <summary>Times per output token.</summary>
    public LatencySketch Between { get; } = new();

    /// <summary>Waits for a place.</summary>
    public LatencySketch Wait { get; } = new();

    /// <summary>Tokens of served requests, read and generated.</summary>
    public long TokensServed { get; private set; }

    /// <summary>Output tokens of requests broken off.</summary>
    public long TokensLost { get; private set; }

    /// <summary>Output tokens of requests served late.</summary>
    public long TokensLate { get; private set; }

    /// <summary>The minutes so far.</summary>
    public ImmutableArray<MinuteFigures> Minutes => _minutes.ToImmutable();

    /// <summary>A request came.</summary>
    public void Arrive(double now)
    {
        All.Arrived++;
        Measured.Arrived += IsMeasured(now) ? 1 : 0;
    }

    /// <summary>A request that came now was refused, and perhaps sent to an API.</summary>
    public void Refuse(double now, bool overflows)
    {
        foreach (var counts in Of(now))
        {
            (counts.Rejected, counts.Overflowed) = (counts.Rejected + (overflows ? 0 : 1), counts.Overflowed + (overflows ? 1 : 0));
        }
    }

    /// <summary>A request was broken off.</summary>
    public void Lose(in OpenRequest request)
    {
        TokensLost += request.OutputTokens;
        All.Lost++;
        Measured.Lost += IsMeasured(request.Arrival) ? 1 : 0;
    }

    /// <summary>A request ended.</summary>
    public void Serve(double now, in OpenRequest request)
    {
        var first = request.First - request.Arrival;
        var kept = first <= _mostFirst;
        First.Add(first);
        Wait.Add(request.Taken - request.Arrival);
        if (request.OutputTokens > 1)
        {
            var between = (now - request.First) / (request.OutputTokens - 1);
            kept = kept && between <= _mostBetween;
            Between.Add(between);
        }

        TokensServed += (long)request.InputTokens + request.OutputTokens;
        TokensLate += kept ? 0 : request.OutputTokens;
        (All.Served, All.Kept) = (All.Served + 1, All.Kept + (kept ? 1 : 0));
        if (IsMeasured(request.Arrival))
        {
            (Measured.Served, Measured.Kept) = (Measured.Served + 1, Measured.Kept + (kept ? 1 : 0));
        }
    }

    /// <summary>A request is in the system when the replay ends.</summary>
    public void Leave(double now, in OpenRequest request)
    {
        var overdue = double.IsNaN(request.First) ? now - request.Arrival > _mostFirst : request.First - request.Arrival > _mostFirst;
        foreach (var counts in Of(request.Arrival))
        {
            (counts.Queued, counts.Overdue) = (counts.Queued + 1, counts.Overdue + (overdue ? 1 : 0));
        }
    }

    /// <summary>A minute ended.</summary>
    /// <param name="waiting">Requests that wait.</param>
    /// <param name="replicas">Replicas that take requests.</param>
    /// <param name="utilization">Share of their places in use.</param>
    /// <param name="hourlyUsd">What machines cost per hour.</param>
    /// <param name="apiUsd">What APIs have cost from the replay's start.</param>
    public void EndMinute(int waiting, int replicas, double utilization, decimal hourlyUsd, decimal apiUsd)
    {
        _minutes.Add(new MinuteFigures(
            _minutes.Count, All.Arrived - _before.Arrived, All.Served - _before.Served, All.Kept - _before.Kept,
            All.Rejected + All.Overflowed - _before.Rejected - _before.Overflowed, All.Lost - _before.Lost, waiting, replicas, utilization, hourlyUsd,
            All.Overflowed - _before.Overflowed, apiUsd - _apiUsdBefore));
        (_before, _apiUsdBefore) = (All with { }, apiUsd);
    }

    private IEnumerable<RequestCounts> Of(double arrival) => IsMeasured(arrival) ? [All, Measured] : [All];

    private bool IsMeasured(double arrival) => arrival >= measureFrom && arrival < measureUntil;
}
