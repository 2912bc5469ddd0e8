using Pulumi.Engine;

namespace Pulumi.Offline;

/// <summary>The run that surrounds a program's entry point; <see cref="Deployment.RunAsync(Action)"/> joins it.</summary>
internal sealed class OfflineRun(IEngine engine, DeploymentSettings settings)
{
    private static readonly AsyncLocal<OfflineRun?> Current = new();

    private int _deployments;

    /// <summary>Whether the program has asked for its deployment.</summary>
    public bool IsJoined => _deployments > 0;

    public static Deployment BeginDeployment()
    {
        var run = Current.Value ?? throw new InvalidOperationException(
            "Program run without the Pulumi engine: deploy with `pulumi up`, or look at it with `gpuinfra preview`, which runs it "
            + "offline.");
        if (Interlocked.Increment(ref run._deployments) > 1)
            throw new InvalidOperationException("A program runs one deployment: Deployment.RunAsync was called again.");
        return new Deployment(run.Engine, run.Settings);
    }

    // Must be async: what it sets in Current is then seen by the program alone.
    public async Task<int> ExecuteAsync(Func<Task<int>> main)
    {
        Current.Value = this;
        return await main();
    }

    private IEngine Engine { get; } = engine;

    private DeploymentSettings Settings { get; } = settings;
}
