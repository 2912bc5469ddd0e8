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

    private int Up(int place)
    {
        while (place > 0 && Before(_heap[place], _heap[(place - 1) / 2]))
        {
            Swap(place, (place - 1) / 2);
            place = (place - 1) / 2;
        }

        return place;
    }

    private void Down(int place)
    {
        while (true)
        {
            var child = (2 * place) + 1;
            if (child >= Count)
            {
                return;
            }

            child += child + 1 < Count && Before(_heap[child + 1], _heap[child]) ? 1 : 0;
            if (!Before(_heap[child], _heap[place]))
            {
                return;
            }

            Swap(place, child);
            place = child;
        }
    }

    private bool Before(int left, int right) => _keys[left] < _keys[right] || (_keys[left] == _keys[right] && left < right);

    private void Swap(int left, int right)
    {
        (_heap[left], _heap[right]) = (_heap[right], _heap[left]);
        (_place[_heap[left]], _place[_heap[right]]) = (left, right);
    }
}
