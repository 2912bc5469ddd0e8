using System.Collections.Concurrent;

namespace Pulumi.Engine;

/// <summary>
/// One thread that runs a program and all its callbacks in the order in which they become ready, so that the same program
/// always does the same things in the same order.
/// </summary>
internal sealed class ProgramLoop : SynchronizationContext
{
    /// <summary>Nothing is computed or fetched beside the loop for as long as this; a program that waits so long waits for ever.</summary>
    private static readonly TimeSpan StallLimit = TimeSpan.FromMinutes(1);

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
            while (_ready.TryTake(out var next, StallLimit))
                next.Callback(next.State);
            return _ready.IsCompleted
                ? task.GetAwaiter().GetResult()
                : throw new RunException(
                    "The program waits for what never comes: resources that depend on each other, or a task that does not end.");
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }
}
