using System.Collections.Immutable;

namespace Pulumi.Engine;

/// <summary>
/// The work a program has started: a run ends when none is left, and fails if any of it did, whether or not somebody looks
/// at its result.
/// </summary>
internal sealed class PendingTasks
{
    private readonly Lock _lock = new();
    private readonly List<Exception> _errors = [];
    private int _running;
    private TaskCompletionSource _idle = NewSignal();

    public ImmutableArray<Exception> Errors
    {
        get
        {
            lock (_lock)
                return [.. _errors];
        }
    }

    public void Add(Task task)
    {
        if (task.IsCompletedSuccessfully)
            return;
        lock (_lock)
            _running++;
        task.ContinueWith(
            Complete, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    public void AddError(Exception error)
    {
        lock (_lock)
        {
            // One failure surfaces in every output that derives from it.
            if (!_errors.Contains(error, ReferenceEqualityComparer.Instance))
                _errors.Add(error);
        }
    }

    public async Task WhenIdle()
    {
        while (true)
        {
            Task idle;
            lock (_lock)
            {
                if (_running == 0)
                    return;
                idle = _idle.Task;
            }

            await idle;
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Complete(Task task)
    {
        if (task.IsCanceled)
            AddError(new TaskCanceledException(task));
        foreach (var error in task.Exception?.InnerExceptions ?? [])
            AddError(error);
        lock (_lock)
        {
            if (--_running > 0)
                return;
            _idle.TrySetResult();
            _idle = NewSignal();
        }
    }
}
