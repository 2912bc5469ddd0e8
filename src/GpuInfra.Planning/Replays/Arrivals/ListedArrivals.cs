namespace GpuInfra.Planning.Replays.Arrivals;

/// <summary>Requests of a list, which must be in order.</summary>
internal sealed class ListedArrivals(IEnumerable<Arrival> requests) : IArrivals
{
    private readonly IEnumerator<Arrival> _requests = requests.GetEnumerator();

    /// <inheritdoc/>
    public bool TryNext(out Arrival arrival)
    {
        var more = _requests.MoveNext();
        arrival = more ? _requests.Current : default;
        return more;
    }
}
