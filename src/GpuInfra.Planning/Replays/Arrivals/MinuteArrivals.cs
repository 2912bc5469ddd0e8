namespace GpuInfra.Planning.Replays.Arrivals;

/// <summary>
/// Requests whose rate changes by the minute. Within a minute bursts come as a Poisson process, each of a geometric number of requests at
/// once; bursts of one are a Poisson process of requests.
/// </summary>
/// <param name="rates">Requests per second of each minute, zero or more.</param>
/// <param name="burst">Requests of a burst on average, at least 1.</param>
/// <param name="longest">Input and output tokens that a request may have together: what is longer is cut, its input first.</param>
/// <param name="lengths">The lengths.</param>
/// <param name="random">The random numbers.</param>
internal sealed class MinuteArrivals(IReadOnlyList<double> rates, double burst, int longest, LengthSampler lengths, SplitRandom random) : IArrivals
{
    private const double SecondsPerMinute = 60;

    private int _minute;
    private int _left;
    private double _now;

    /// <inheritdoc/>
    public bool TryNext(out Arrival arrival)
    {
        if (_left == 0 && !TryBurst())
        {
            arrival = default;
            return false;
        }

        _left--;
        var (input, output) = lengths.Draw(random);
        output = Math.Min(output, longest - 1);
        arrival = new Arrival(_now, Math.Min(input, longest - output), output);
        return true;
    }

    /// <summary>The next burst; what was drawn beyond a minute's end is drawn again at the next one's rate, since the process has no memory.</summary>
    private bool TryBurst()
    {
        for (; _minute < rates.Count; _minute++, _now = _minute * SecondsPerMinute)
        {
            if (rates[_minute] > 0 && _now + random.NextExponential(burst / rates[_minute]) is var next && next < (_minute + 1) * SecondsPerMinute)
            {
                (_now, _left) = (next, random.NextGeometric(burst));
                return true;
            }
        }

        return false;
    }
}
