using System.Collections.Immutable;
using Pulumi.Engine;

namespace Pulumi.Offline;

/// <summary>
/// Runs a program in this process, with no engine, no provider and no cloud, and records what it registers. It runs twice: as
/// in a preview, where what a cloud computes is unknown, and resolved, where every such value is invented, so that checks see
/// what every callback makes of it.
/// </summary>
public static class OfflineDeployment
{
    /// <summary>Runs a program by its entry point, which calls <see cref="Deployment.RunAsync(Action)"/> or an overload.</summary>
    public static async Task<OfflineResult> RunAsync(OfflineOptions options, Func<Task<int>> main)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(main);
        var preview = await RunOnceAsync(options, main, isPreview: true);
        var resolved = await RunOnceAsync(options, main, isPreview: false);
        return new OfflineResult(preview, resolved);
    }

    /// <summary>Runs a function that creates resources and returns the stack's outputs.</summary>
    public static Task<OfflineResult> RunAsync(OfflineOptions options, Func<IDictionary<string, object?>> program)
    {
        ArgumentNullException.ThrowIfNull(program);
        return RunAsync(options, () => Deployment.RunAsync(program));
    }

    private static async Task<RunRecord> RunOnceAsync(OfflineOptions options, Func<Task<int>> main, bool isPreview)
    {
        var engine = new OfflineEngine(options, isPreview);
        var run = new OfflineRun(engine, new DeploymentSettings
        {
            Project = options.Project,
            Stack = options.Stack,
            Organization = options.Organization,
            RootDirectory = options.RootDirectory,
            IsDryRun = isPreview,
            Configuration = options.Configuration,
        });

        int exitCode;
        try
        {
            exitCode = await ProgramLoop.RunAsync(() => run.ExecuteAsync(main));
            if (!run.IsJoined)
                engine.Log(LogSeverity.Error, "The program ended without calling Deployment.RunAsync.", urn: null);
            else if (exitCode != 0 && engine.ToRecord(exitCode).Errors.IsEmpty)
                engine.Log(LogSeverity.Error, $"The program ended with exit code {exitCode}.", urn: null);
        }
        catch (Exception error)
        {
            // The program failed outside its deployment, which logs what fails inside.
            engine.Log(LogSeverity.Error, error is RunException ? error.Message : error.ToString(), urn: null);
            exitCode = 1;
        }

        return engine.ToRecord(exitCode);
    }
}

/// <summary>The two runs of a program.</summary>
/// <param name="Preview">Computed values unknown: what people are shown.</param>
/// <param name="Resolved">Computed values invented: what checks read.</param>
public sealed record OfflineResult(RunRecord Preview, RunRecord Resolved)
{
    /// <summary>Whether both runs ended well and nothing is wrong with what they registered.</summary>
    public bool Succeeded => Preview.Succeeded && Resolved.Succeeded;

    /// <summary>What went wrong, each thing once: errors of the program, then problems as <c>subject: path: message</c>.</summary>
    public ImmutableArray<string> Errors
    {
        get
        {
            var problems = Preview.Problems.Concat(Resolved.Problems).Select(problem => problem.Path.Length == 0
                ? $"{problem.Subject}: {problem.Message}"
                : $"{problem.Subject}: {problem.Path}: {problem.Message}");
            return [.. Preview.Errors.Concat(Resolved.Errors).Concat(problems).Distinct(StringComparer.Ordinal)];
        }
    }
}
