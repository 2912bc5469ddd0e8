using System.Diagnostics;

namespace GpuInfra.Cli.Output;

/// <summary>Tells a waiting person that work goes on, once it takes over a second. Says nothing to a file or a pipe.</summary>
internal static class Progress
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(100);

    /// <summary>Does the work, with a spinner and the elapsed time on standard error where a person looks at it.</summary>
    public static async Task<T> ShowAsync<T>(AppConsole console, string what, Func<Task<T>> work, CancellationToken cancellation)
    {
        if (!console.ErrorIsTerminal)
        {
            return await work();
        }

        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var spinner = SpinAsync(console.Error, what, done.Token);
        try
        {
            return await Task.Run(work, cancellation);
        }
        finally
        {
            await done.CancelAsync();
            await spinner;
        }
    }

    private static async Task SpinAsync(TextWriter error, string what, CancellationToken done)
    {
        const string Frames = "|/-\\";
        var elapsed = Stopwatch.StartNew();
        await Task.Delay(Patience, done).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var widest = 0;
        for (var frame = 0; !done.IsCancellationRequested; frame++)
        {
            var seconds = elapsed.Elapsed.TotalSeconds;
            var line = FormattableString.Invariant($"{Frames[frame % Frames.Length]} {what}: {seconds:0.0} s");
            widest = Math.Max(widest, line.Length);
            await error.WriteAsync($"\r{line}");
            await Task.Delay(Beat, done).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (widest > 0)
        {
            await error.WriteAsync($"\r{new string(' ', widest)}\r");
        }
    }
}
