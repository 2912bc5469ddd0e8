using Pulumi.Engine;

namespace Pulumi;

/// <summary>A run of a program: the entry point of infrastructure programs and of their tests.</summary>
public sealed partial class Deployment
{
    private static readonly AsyncLocal<Deployment?> Current = new();

    private readonly DeploymentInstance _instance;
    private readonly PendingTasks _tasks = new();
    private Stack? _stack;
    private volatile bool _loggedErrors;

    internal Deployment(IEngine engine, DeploymentSettings settings)
    {
        Engine = engine;
        Settings = settings;
        _instance = new DeploymentInstance(this);
    }

    /// <summary>The deployment that the calling code runs in.</summary>
    public static DeploymentInstance Instance => Internal._instance;

    internal static Deployment Internal
        => Current.Value ?? throw new InvalidOperationException("Trying to acquire Deployment.Instance before 'Run' was called.");

    internal IEngine Engine { get; }

    internal DeploymentSettings Settings { get; }

    internal Stack Stack
    {
        get => _stack ?? throw new InvalidOperationException("Trying to acquire Deployment.Stack before 'Run' was called.");
        set => _stack = value;
    }

    /// <summary>Has the current deployment, if there is one, wait for a task and fail if it fails.</summary>
    internal static void Track(Task task) => Current.Value?._tasks.Add(task);
}
