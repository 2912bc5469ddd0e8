using System.Collections.Immutable;
using System.Runtime.InteropServices;
using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Planning.Demands.Traces;

/// <summary>Requests and output tokens of every minute since the first row; rows may come in any order.</summary>
internal sealed class MinuteCounts
{
    /// <summary>The longest trace taken: ten years. Beyond it some row's time is wrong.</summary>
    public const long MostMinutes = 10L * 366 * 24 * 60;

    private const int MinutesPerDay = 24 * 60;

    private readonly Dictionary<long, Load> _minutes = [];
    private long _origin = -1;

    /// <summary>Counts a request.</summary>
    public void Add(TraceRequest request)
    {
        _origin = _origin < 0 ? request.Ticks : _origin;
        var minute = (long)Math.Floor((request.Ticks - _origin) / (double)TimeSpan.TicksPerMinute);
        ref var load = ref CollectionsMarshal.GetValueRefOrAddDefault(_minutes, minute, out _);
        load = new Load(load.Requests + 1, load.OutputTokens + request.OutputTokens);
    }

    /// <summary>
    /// The minutes from the first to the last in order, idle ones too. The last is left out, since the trace ends within it; a trace of
    /// one minute is that minute.
    /// </summary>
    public Load[] Whole()
    {
        var (first, last) = (_minutes.Keys.Min(), _minutes.Keys.Max());
        return [.. Enumerable.Range(0, (int)Math.Max(1, last - first)).Select(minute => _minutes.GetValueOrDefault(first + minute))];
    }

    /// <summary>Load by hour of the day and day of the week relative to the mean, where the trace is long enough to show it.</summary>
    public (ImmutableArray<double> Hours, ImmutableArray<double> Days) Shape(Load[] whole)
    {
        var start = _origin / TimeSpan.TicksPerMinute + _minutes.Keys.Min();
        return (
            whole.Length < 2 * MinutesPerDay ? [] : Relative(whole, minute => (start + minute) / 60 % 24, 24),
            whole.Length < 14 * MinutesPerDay ? [] : Relative(whole, minute => (start + minute) / MinutesPerDay % 7, 7));
    }

    /// <summary>Mean load of each class of minutes over the mean of the classes. 0001-01-01 was a Monday.</summary>
    private static ImmutableArray<double> Relative(Load[] whole, Func<long, long> classOf, int classes)
    {
        var (requests, minutes) = (new double[classes], new double[classes]);
        for (var minute = 0; minute < whole.Length; minute++)
        {
            var at = classOf(minute);
            requests[at] += whole[minute].Requests;
            minutes[at]++;
        }

        var rates = requests.Zip(minutes, (sum, count) => sum / count).ToArray();
        var mean = rates.Average();
        return [.. rates.Select(rate => Figures.Round(rate / mean))];
    }

    /// <summary>What came in a minute.</summary>
    public readonly record struct Load(int Requests, long OutputTokens);
}
