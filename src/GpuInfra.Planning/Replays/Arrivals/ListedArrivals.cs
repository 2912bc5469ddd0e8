namespace GpuInfra.Planning.Replays.Arrivals;

/// <summary>Requests of a list, which must be in order.</summary>
internal sealed class ListedArrivals(IEnumerable<Arrival> requests) : IArrivals
{
    private readonly IEnumerator<Arrival> _requests = requests.GetEnumerator();

    /// <summary>What comes until an end, to be played more than once.</summary>
    public static IReadOnlyList<Arrival> Drawn(IArrivals arrivals, TimeSpan until)
    {
        var drawn = new List<Arrival>();
        while (arrivals.TryNext(out var arrival) && arrival.Seconds <= until.TotalSeconds)
        {
            drawn.Add(arrival);
        }

        return drawn;
    }

    /// <inheritdoc/>
    public bool TryNext(out Arrival arrival)
    {
        var more = _requests.MoveNext();
        arrival = more ? _requests.Current : default;
        return more;
    }
}
