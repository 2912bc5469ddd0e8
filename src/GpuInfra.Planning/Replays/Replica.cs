using System.Runtime.CompilerServices;

namespace GpuInfra.Planning.Replays;

/// <summary>
/// One replica with continuous batching. It works in steps: a step gives each request that generates a token, and reads a prompt where one
/// waits, first come, first read. Steps that only generate are not played one by one: with n requests they all take the same time, so the
/// replica looks up again when the first request ends, or at the next whole step when a prompt comes. A request's end is known in steps
/// when its first token comes, so a run costs a few logarithms per request, however long it generates. Where a prompt passes several stages, the
/// next one is read as soon as the first is free again, and the first token comes when the last is done.
/// </summary>
internal sealed class Replica(IReplicaSpeed speed, RequestTable requests)
{
    private const int None = -1;

    private readonly Queue<int> _prompts = [];
    private readonly PriorityQueue<int, long> _generating = new();
    private int _reading = None;
    private double _start;
    private double _step;
    private long _steps;
    private double _cacheBytes;
    private double _passing;

    /// <summary>When something happens next; infinite while it is idle.</summary>
    public double Next { get; private set; } = double.PositiveInfinity;

    /// <summary>Requests that it has.</summary>
    public int Outstanding => _prompts.Count + _generating.Count + (_reading == None ? 0 : 1);

    /// <summary>True when another request of such a size finds a place and cache.</summary>
    public bool Fits(double cacheBytes) =>
        Outstanding < speed.Places && (_cacheBytes + cacheBytes <= speed.CacheBytes || Outstanding == 0);

    /// <summary>Takes a request, which must fit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Take(double now, int request)
    {
        requests[request].Taken = now;
        _cacheBytes += requests[request].CacheBytes;
        _prompts.Enqueue(request);
        if (_reading != None)
        {
            return;
        }

        if (_generating.Count == 0)
        {
            Continue(now);
        }
        else
        {
            // The step that is under way ends first.
            Next = Math.Min(Next, _start + ((Math.Floor((now - _start) / _step) + 1) * _step));
        }
    }

    /// <summary>Plays what happens at <see cref="Next"/>.</summary>
    /// <param name="ended">Requests that end are added.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Advance(List<int> ended)
    {
        var now = Next;
        if (_reading == None)
        {
            _steps += (long)Math.Round((now - _start) / _step);
        }
        else
        {
            Read(now, _reading, ended);
            _reading = None;
        }

        while (_generating.TryPeek(out var request, out var end) && end <= _steps)
        {
            _generating.Dequeue();
            End(request, ended);
        }

        Continue(now);
    }

    /// <summary>Drops everything: the requests that it had are added, in no state that outlives it.</summary>
    public void Stop(List<int> dropped)
    {
        dropped.AddRange(_prompts);
        if (_reading != None)
        {
            dropped.Add(_reading);
        }

        foreach (var (request, _) in _generating.UnorderedItems)
        {
            dropped.Add(request);
        }

        _prompts.Clear();
        _generating.Clear();
        (_reading, _cacheBytes, Next) = (None, 0, double.PositiveInfinity);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Read(double now, int request, List<int> ended)
    {
        ref var read = ref requests[request];
        _steps += speed.PromptSteps(read.InputTokens);
        read.First = now + _passing;
        var further = speed.StepsAfterFirst(read.OutputTokens);
        if (further == 0)
        {
            End(request, ended);
        }
        else
        {
            _generating.Enqueue(request, _steps + further);
        }
    }

    /// <summary>How long a prompt that passes several stages keeps the others from going on: their own steps, and each stage by turns with what it takes above these.</summary>
    private double Busy(int inputTokens, double seconds)
    {
        var steps = Math.Min(seconds, speed.PromptSteps(inputTokens) * speed.StepSeconds(Math.Max(1, _generating.Count)));
        return steps + ((seconds - steps) / speed.Stages);
    }

    private void End(int request, List<int> ended)
    {
        _cacheBytes -= requests[request].CacheBytes;
        ended.Add(request);
    }

    /// <summary>Begins what comes next: a prompt, or steps that only generate, or nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Continue(double now)
    {
        _start = now;
        if (_prompts.TryDequeue(out var prompt))
        {
            _reading = prompt;
            var seconds = speed.PromptSeconds(requests[prompt].InputTokens, _generating.Count);
            var busy = speed.Stages == 1 ? seconds : Busy(requests[prompt].InputTokens, seconds);
            _passing = seconds - busy;
            Next = now + busy;
        }
        else if (_generating.TryPeek(out _, out var end))
        {
            _step = speed.StepSeconds(_generating.Count);
            Next = now + ((end - _steps) * _step);
        }
        else
        {
            (Next, _cacheBytes) = (double.PositiveInfinity, 0);
        }
    }
}
