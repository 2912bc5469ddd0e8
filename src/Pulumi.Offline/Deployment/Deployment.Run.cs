using System.Collections.Immutable;
using System.Reflection;
using Pulumi.Offline;

namespace Pulumi;

public sealed partial class Deployment
{
    /// <summary>The exit code of a program whose errors have been shown.</summary>
    private const int ErrorsShown = 32;

    public static Task<int> RunAsync(Action action)
        => RunAsync(() =>
        {
            action();
            return (IDictionary<string, object?>)ImmutableDictionary<string, object?>.Empty;
        });

    public static Task<int> RunAsync(Func<IDictionary<string, object?>> func) => RunAsync(() => Task.FromResult(func()));

    public static Task<int> RunAsync(Func<Task> func)
        => RunAsync(async () =>
        {
            await func();
            return (IDictionary<string, object?>)ImmutableDictionary<string, object?>.Empty;
        });

    public static Task<int> RunAsync(Func<Task<IDictionary<string, object?>>> func, StackOptions? options = null)
        => RunInAsync(OfflineRun.BeginDeployment, deployment => deployment.RunStackAsync(() => new Stack(func, options)));

    public static Task<int> RunAsync<TStack>()
        where TStack : Stack, new()
        => RunInAsync(OfflineRun.BeginDeployment, deployment => deployment.RunStackAsync(Construct<TStack>));

    public static Task<int> RunAsync<TStack>(IServiceProvider serviceProvider)
        where TStack : Stack
        => RunInAsync(OfflineRun.BeginDeployment, deployment => deployment.RunStackAsync(() => Resolve<TStack>(serviceProvider)));

    /// <summary>Logs for the user; a logged error fails the run once the program has ended.</summary>
    internal void Log(LogSeverity severity, string message, Resource? resource)
    {
        if (severity == LogSeverity.Error)
            _loggedErrors = true;
        var urn = resource?.Urn.DataTask is { IsCompletedSuccessfully: true } known ? known.Result.Value : null;
        Engine.Log(severity, message, urn);
    }

    // Must be async: what it sets in Current is then seen by the program alone.
    private static async Task<int> RunInAsync(Func<Deployment> create, Func<Deployment, Task<int>> run)
    {
        if (Current.Value is not null)
            throw new InvalidOperationException("Deployment.Instance should only be set once at the beginning of a 'Run' call.");
        var deployment = create();
        Current.Value = deployment;
        return await run(deployment);
    }

    private static TStack Construct<TStack>()
        where TStack : Stack
        => (TStack)Activator.CreateInstance(typeof(TStack), BindingFlags.DoNotWrapExceptions, null, null, null)!;

    private static TStack Resolve<TStack>(IServiceProvider serviceProvider)
        where TStack : Stack
        => (serviceProvider ?? throw new ArgumentNullException(nameof(serviceProvider))).GetService(typeof(TStack)) as TStack
           ?? throw new ApplicationException(
               $"Failed to resolve instance of type {typeof(TStack)} from service provider. Register the type with the "
               + $"service provider before calling {nameof(RunAsync)}.");

    private async Task<int> RunStackAsync<TStack>(Func<TStack> create)
        where TStack : Stack
    {
        try
        {
            var stack = create();
            if (typeof(TStack) != typeof(Stack))
                stack.RegisterPropertyOutputs();
        }
        catch (Exception error)
        {
            _tasks.AddError(error);
        }

        await _tasks.WhenIdle();
        foreach (var error in _tasks.Errors)
            LogFailure(error);
        return _tasks.Errors.Length > 0 ? ErrorsShown : _loggedErrors ? 1 : 0;
    }

    private void LogFailure(Exception error)
    {
        switch (error)
        {
            case RunException:
                Log(LogSeverity.Error, error.Message, null);
                break;
            case ResourceException resourceError:
                Log(LogSeverity.Error, resourceError.HideStack ? error.Message : error.ToString(), resourceError.Resource);
                break;
            default:
                var program = Assembly.GetEntryAssembly()?.Location;
                Log(LogSeverity.Error, $"Running program '{program}' failed with an unhandled exception:\n{error}", null);
                break;
        }
    }
}
