using System.Collections.Immutable;
using System.Runtime.ExceptionServices;

namespace GpuInfra.Planning.Fleets;

/// <summary>Works on independent items on all cores. Results come in the items' order, so nothing can tell in which order they were made.</summary>
public static class OnAllCores
{
    /// <summary>What a function without side effects makes of each item. If it throws for several, what the first of them threw is thrown.</summary>
    public static ImmutableArray<TResult> Select<T, TResult>(ImmutableArray<T> items, Func<T, TResult> function) => Begin(items, function)();

    /// <summary>
    /// Begins the same on all cores but one, which the caller has for other work. What is returned works along on that one too, and gives the
    /// results; it must be called once.
    /// </summary>
    public static Func<ImmutableArray<TResult>> Begin<T, TResult>(ImmutableArray<T> items, Func<T, TResult> function)
    {
        var results = new (TResult? Value, ExceptionDispatchInfo? Exception)[items.Length];
        var taken = -1;

        // Threads of its own: on the pool's, long work would hold up whatever else needs them.
        var others = Enumerable.Range(1, Math.Max(0, Math.Min(Environment.ProcessorCount, items.Length) - 1)).Select(_ => new Thread(Work) { IsBackground = true }).ToList();
        others.ForEach(thread => thread.Start());
        return Finish;

        ImmutableArray<TResult> Finish()
        {
            Work();
            others.ForEach(thread => thread.Join());
            foreach (var (_, exception) in results)
            {
                exception?.Throw();
            }

            return [.. results.Select(result => result.Value!)];
        }

        void Work()
        {
            while (Interlocked.Increment(ref taken) is var number && number < items.Length)
            {
                try
                {
                    results[number].Value = function(items[number]);
                }
#pragma warning disable CA1031 // It is thrown again by what is returned.
                catch (Exception exception)
#pragma warning restore CA1031
                {
                    results[number].Exception = ExceptionDispatchInfo.Capture(exception);
                }
            }
        }
    }
}
