using System.Runtime.CompilerServices;

namespace GpuInfra.Planning.Replays;

/// <summary>
/// Numbered things in the order of their keys, of which any may change: a binary heap that knows where each thing is. Equal keys go by
/// number, so that the order is the same on every run. Each change costs a logarithm of the things in it.
/// </summary>
internal sealed class IndexedHeap
{
    private const int Absent = -1;

    private int[] _heap = new int[16];
    private int[] _place = [];
    private double[] _keys = [];

    /// <summary>Things in it.</summary>
    public int Count { get; private set; }

    /// <summary>The thing with the least key; there must be one.</summary>
    public int First => _heap[0];

    /// <summary>The least key; positive infinity when nothing is in it.</summary>
    public double FirstKey => Count == 0 ? double.PositiveInfinity : _keys[_heap[0]];

    /// <summary>True when a thing is in it.</summary>
    public bool Contains(int item) => item < _place.Length && _place[item] != Absent;

    /// <summary>Puts a thing in, or moves it to another key.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Set(int item, double key)
    {
        Grow(item);
        if (_place[item] == Absent)
        {
            if (Count == _heap.Length)
            {
                Array.Resize(ref _heap, 2 * _heap.Length);
            }

            _place[item] = Count;
            _heap[Count++] = item;
        }

        _keys[item] = key;
        Down(Up(_place[item]));
    }

    /// <summary>Takes a thing out; nothing happens when it is not in it.</summary>
    public void Remove(int item)
    {
        if (!Contains(item))
        {
            return;
        }

        var place = _place[item];
        _place[item] = Absent;
        var last = _heap[--Count];
        if (last != item)
        {
            (_heap[place], _place[last]) = (last, place);
            Down(Up(place));
        }
    }

    private void Grow(int item)
    {
        if (item >= _place.Length)
        {
            var before = _place.Length;
            Array.Resize(ref _place, Math.Max(item + 1, 2 * before));
            Array.Resize(ref _keys, _place.Length);
            Array.Fill(_place, Absent, before, _place.Length - before);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Up(int place)
    {
        var item = _heap[place];
        while (place > 0 && Before(item, _heap[(place - 1) / 2]))
        {
            Put(_heap[(place - 1) / 2], place);
            place = (place - 1) / 2;
        }

        Put(item, place);
        return place;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Down(int place)
    {
        var item = _heap[place];
        for (var child = (2 * place) + 1; child < Count; child = (2 * place) + 1)
        {
            child += child + 1 < Count && Before(_heap[child + 1], _heap[child]) ? 1 : 0;
            if (!Before(_heap[child], item))
            {
                break;
            }

            Put(_heap[child], place);
            place = child;
        }

        Put(item, place);
    }

    private bool Before(int left, int right) => _keys[left] < _keys[right] || (_keys[left] == _keys[right] && left < right);

    private void Put(int item, int place) => (_heap[place], _place[item]) = (item, place);
}
