using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Planning.Demands.Traces;

/// <summary>
/// Gathers a profile from requests that pass by once. Memory grows with the trace's minutes and its longest request, not with its rows.
/// </summary>
internal sealed class TraceStatistics
{
    private const int MostMinutesListed = 24 * 60;

    private readonly LengthCounts _input = new();
    private readonly LengthCounts _output = new();
    private readonly MinuteCounts _minutes = new();
    private readonly long[] _cells = new long[LengthHistogram.Buckets * LengthHistogram.Buckets];
    private long _first = long.MaxValue;
    private long _last = long.MinValue;
    private long _previous = long.MinValue;
    private double _gapMean;
    private double _gapSquares;

    /// <summary>Requests counted.</summary>
    public long Requests { get; private set; }

    /// <summary>Requests that came before the one in the row above them.</summary>
    public long OutOfOrder { get; private set; }

    /// <summary>Counts a request; false when its time lies further from the others than any trace is long.</summary>
    public bool TryAdd(TraceRequest request)
    {
        var (first, last) = (Math.Min(_first, request.Ticks), Math.Max(_last, request.Ticks));
        if (last - first > MinuteCounts.MostMinutes * TimeSpan.TicksPerMinute)
        {
            return false;
        }

        if (Requests > 0)
        {
            AddGap(request.Ticks - _previous);
        }

        (_first, _last, _previous) = (first, last, request.Ticks);
        Requests++;
        _input.Add(request.InputTokens);
        _output.Add(request.OutputTokens);
        _minutes.Add(request);
        _cells[LengthHistogram.BucketOf(request.InputTokens) * LengthHistogram.Buckets + LengthHistogram.BucketOf(request.OutputTokens)]++;
        return true;
    }

    /// <summary>The profile of what was counted.</summary>
    public DemandProfile ToProfile(TraceOptions options, TraceClock clock, long skippedRows)
    {
        var whole = _minutes.Whole();
        var mean = whole.Average(minute => minute.Requests);
        var (hours, days) = _minutes.Shape(whole);
        // A trace of a single instant has no duration; it is taken to last the minute that its load is counted in.
        var duration = TimeSpan.FromTicks(_last > _first ? _last - _first : TimeSpan.TicksPerMinute);
        return new DemandProfile
        {
            Id = options.Name,
            Source = options.Source,
            AsOf = clock == TraceClock.Utc ? DateOnly.FromDateTime(new DateTime(_first)) : null,
            Requests = Requests,
            SkippedRows = skippedRows,
            Duration = duration,
            RequestsPerSecond = Figures.Round(Requests / duration.TotalSeconds),
            InputTokens = _input.ToDistribution(),
            OutputTokens = _output.ToDistribution(),
            Lengths = new LengthHistogram([.. Cells()]),
            MinuteLoad = Figures.Quantiles([.. whole.Select(minute => minute.Requests / mean).Order()]),
            Arrivals = new ArrivalShape(
                whole.Length <= MostMinutesListed ? [.. whole.Select(minute => minute.Requests)] : [],
                Figures.Round(whole.Average(minute => (minute.Requests - mean) * (minute.Requests - mean)) / mean),
                OutOfOrder == 0 ? GapVariation() : null,
                hours,
                days,
                clock),
            Concurrency = Concurrency(whole, options),
        };
    }

    /// <summary>Welford's running mean and sum of squares.</summary>
    private void AddGap(long gap)
    {
        OutOfOrder += gap < 0 ? 1 : 0;
        var difference = gap - _gapMean;
        _gapMean += difference / Requests;
        _gapSquares += difference * (gap - _gapMean);
    }

    private double? GapVariation() => _gapMean > 0 ? Figures.Round(Math.Sqrt(_gapSquares / (Requests - 1)) / _gapMean) : null;

    private IEnumerable<LengthCell> Cells() => _cells.Index().Where(cell => cell.Item > 0).Select(cell => new LengthCell(
        LengthHistogram.StartOf(cell.Index / LengthHistogram.Buckets), LengthHistogram.StartOf(cell.Index % LengthHistogram.Buckets), cell.Item));

    private static ConcurrencyEstimate Concurrency(MinuteCounts.Load[] whole, TraceOptions options)
    {
        var (first, next) = (options.TimeToFirstToken.TotalMinutes, options.TimePerOutputToken.TotalMinutes);
        var inFlight = whole.Select(minute => minute.Requests * first + minute.OutputTokens * next).Order().ToArray();
        return new ConcurrencyEstimate(options.TimeToFirstToken, options.TimePerOutputToken, Figures.Round(inFlight.Average()), Figures.Quantiles(inFlight));
    }
}
