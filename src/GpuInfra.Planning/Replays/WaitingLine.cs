namespace GpuInfra.Planning.Replays;

/// <summary>Requests that wait for a place, first come, first served; those that a lost replica had go back to its head.</summary>
internal sealed class WaitingLine
{
    private readonly Stack<int> _returned = [];
    private readonly Queue<int> _waiting = [];

    /// <summary>Requests in it.</summary>
    public int Count => _returned.Count + _waiting.Count;

    /// <summary>The request at its head; there must be one.</summary>
    public int Head => _returned.TryPeek(out var request) ? request : _waiting.Peek();

    /// <summary>Puts a request at its end.</summary>
    public void Add(int request) => _waiting.Enqueue(request);

    /// <summary>Puts a request back at its head.</summary>
    public void Return(int request) => _returned.Push(request);

    /// <summary>Takes the head out.</summary>
    public int Take() => _returned.TryPop(out var request) ? request : _waiting.Dequeue();

    /// <summary>All requests in it.</summary>
    public IEnumerable<int> All => _returned.Concat(_waiting);
}
