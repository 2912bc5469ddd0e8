using System.Collections.Immutable;
using System.Runtime.ExceptionServices;

namespace GpuInfra.Planning.Fleets;

/// <summary>Works on independent items on all cores. Results come in the items' order, so nothing can tell in which order they were made.</summary>
internal static class OnAllCores
{
    /// <summary>What a function without side effects makes of each item. If it throws for several, what the first of them threw is thrown.</summary>
    public static ImmutableArray<TResult> Select<T, TResult>(ImmutableArray<T> items, Func<T, TResult> function)
    {
        var results = new (TResult? Value, ExceptionDispatchInfo? Exception)[items.Length];
        Parallel.For(0, items.Length, number =>
        {
            try
            {
                results[number].Value = function(items[number]);
            }
#pragma warning disable CA1031 // It is thrown again below.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                results[number].Exception = ExceptionDispatchInfo.Capture(exception);
            }
        });
        foreach (var (_, exception) in results)
        {
            exception?.Throw();
        }

        return [.. results.Select(result => result.Value!)];
    }
}
