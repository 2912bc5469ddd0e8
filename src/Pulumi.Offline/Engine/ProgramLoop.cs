using System.Collections.Concurrent;

namespace Pulumi.Engine;

/// <summary>
/// One thread that runs a program and all its callbacks in the order in which they become ready, so that the same program
/// always does the same things in the same order.
/// </summary>
internal sealed class ProgramLoop : SynchronizationContext
{
    private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> _ready = [];

    public static Task<T> RunAsync<T>(Func<Task<T>> program) => Task.Run(() => new ProgramLoop().Run(program));

    public override void Post(SendOrPostCallback d, object? state)
    {
        try
        {
            _ready.Add((d, state));
        }
        catch (InvalidOperationException)
        {
            // The program has ended; whoever still waits for one of its outputs is served elsewhere.
            ThreadPool.QueueUserWorkItem(_ => d(state));
        }
    }

    public override SynchronizationContext CreateCopy() => this;

    private T Run<T>(Func<Task<T>> program)
    {
        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            var task = program();
            task.ContinueWith(_ => _ready.CompleteAdding(), TaskScheduler.Default);
            foreach (var (callback, state) in _ready.GetConsumingEnumerable())
                callback(state);
            return task.GetAwaiter().GetResult();
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }
}
