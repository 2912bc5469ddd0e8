namespace GpuInfra.Planning.Replays.Arrivals;

/// <summary>The requests of several workloads in one order; of two at the same instant, the earlier workload's comes first.</summary>
internal sealed class MergedArrivals : IArrivals
{
    private readonly IArrivals[] _streams;
    private readonly Arrival[] _heads;

    public MergedArrivals(IReadOnlyCollection<IArrivals> streams)
    {
        _streams = [.. streams];
        _heads = [.. _streams.Select(Head)];
    }

    /// <inheritdoc/>
    public bool TryNext(out Arrival arrival)
    {
        var first = 0;
        for (var stream = 1; stream < _heads.Length; stream++)
        {
            first = _heads[stream].Seconds < _heads[first].Seconds ? stream : first;
        }

        arrival = _heads.Length == 0 ? End : _heads[first];
        if (double.IsPositiveInfinity(arrival.Seconds))
        {
            return false;
        }

        _heads[first] = Head(_streams[first]);
        return true;
    }

    private static Arrival End => new(double.PositiveInfinity, 0, 0);

    private static Arrival Head(IArrivals stream) => stream.TryNext(out var next) ? next : End;
}
