namespace GpuInfra.Planning.Replays;

/// <summary>The requests that are in the system, numbered; a number is used again when its request is gone, so memory follows what is in flight.</summary>
internal sealed class RequestTable
{
    private readonly Stack<int> _free = [];
    private OpenRequest[] _open = new OpenRequest[1024];
    private int _used;

    /// <summary>Requests in the system.</summary>
    public int Count => _used - _free.Count;

    /// <summary>A request by its number.</summary>
    public ref OpenRequest this[int number] => ref _open[number];

    /// <summary>Numbers a request.</summary>
    public int Add(in OpenRequest request)
    {
        if (!_free.TryPop(out var number))
        {
            if (_used == _open.Length)
            {
                Array.Resize(ref _open, 2 * _used);
            }

            number = _used++;
        }

        _open[number] = request;
        return number;
    }

    /// <summary>Frees a request's number.</summary>
    public void Remove(int number) => _free.Push(number);
}

/// <summary>A request in the system.</summary>
internal struct OpenRequest
{
    /// <summary>When it came, in seconds.</summary>
    public double Arrival;

    /// <summary>When a replica took it; not a number before.</summary>
    public double Taken;

    /// <summary>When its first token came; not a number before.</summary>
    public double First;

    /// <summary>Its input tokens.</summary>
    public int InputTokens;

    /// <summary>Its output tokens.</summary>
    public int OutputTokens;

    /// <summary>What it takes of its replica's cache.</summary>
    public double CacheBytes;
}
