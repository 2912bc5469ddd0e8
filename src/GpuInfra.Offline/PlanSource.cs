using System.Collections.Immutable;
using GpuInfra.Planning;
using GpuInfra.Planning.Bridges;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Locks;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Sizing;

namespace GpuInfra.Offline;

/// <summary>Which plan is meant: a stack's own, or a file instead of it.</summary>
public sealed record PlanSource
{
    private PlanSource()
    {
    }

    /// <summary>The project; null for a plan file outside any.</summary>
    public required ProjectDirectory? Project { get; init; }

    /// <summary>The plan file's path.</summary>
    public required string Path { get; init; }

    /// <summary>The stack; null when the plan has to say, by its environment.</summary>
    public required string? Stack { get; init; }

    /// <summary>True when the file stands in for the plan that the stack's configuration names.</summary>
    public required bool IsOverride { get; init; }

    /// <summary>Changes that are asked about and not written down, as <c>headroom=30%</c>.</summary>
    public ImmutableArray<string> Edits { get; init; } = [];

    /// <summary>True when the fleet is planned as if nothing ran, whatever the stack's lock says.</summary>
    public bool IsFresh { get; init; }

    /// <summary>The prices and figures to plan with. Default: this version's.</summary>
    public Catalog Catalog { get; init; } = Catalog.Embedded;

    /// <summary>The coefficients to plan with. Default: this version's.</summary>
    public Calibration Calibration { get; init; } = Calibration.Embedded;

    /// <summary>The plan of a stack.</summary>
    /// <exception cref="PlanException">There is no such stack, or its configuration cannot be used.</exception>
    public static PlanSource OfStack(ProjectDirectory project, string stack) =>
        new() { Project = project, Path = Shown(project.PlanFile(stack)), Stack = stack, IsOverride = false };

    /// <summary>
    /// A plan file. It is planned for the stack of its name (<c>prod.plan.yaml</c>) where the project has that, else for the
    /// stack that is called like the plan's environment.
    /// </summary>
    public static PlanSource OfFile(ProjectDirectory? project, string path)
    {
        var named = ProjectDirectory.StackOf(System.IO.Path.GetFileName(path));
        var stack = named is not null && project?.Stacks.Contains(named) == true ? named : null;
        return new PlanSource { Project = project, Path = Shown(path), Stack = stack, IsOverride = true };
    }

    /// <summary>Reads the plan and plans the fleet anew; what the stack's lock holds runs until then.</summary>
    /// <exception cref="PlanException">The plan is bad or infeasible.</exception>
    public FleetPlan Plan() => Plan(Read());

    /// <summary>Reads the plan with its changes.</summary>
    /// <exception cref="PlanException">The plan or a change is bad.</exception>
    public CapacityPlan Read() => PlanFile.Load(Path, Catalog, Edits);

    /// <summary>Plans the fleet of a plan that was read from here.</summary>
    /// <exception cref="PlanException">The plan is infeasible.</exception>
    public FleetPlan Plan(CapacityPlan plan)
    {
        var running = Running();
        return RecoveryDrill.Require(running.Told(Inputs(plan, running).Fleet()), plan, Catalog);
    }

    /// <summary>All that the fleet of a plan that was read from here follows from.</summary>
    public FleetInputs Inputs(CapacityPlan plan) => Inputs(plan, Running());

    private FleetInputs Inputs(CapacityPlan plan, RunningFleet running) => new(plan, Stack ?? JsonText.Word(plan.Environment), Catalog, Calibration, running.Steps);

    private RunningFleet Running() => !IsFresh && !IsOverride && Stack is { } stack ? RunningFleet.Of(LockFile(stack), stack) : RunningFleet.None;

    /// <summary>The fleet that would be deployed: a stack's own plan is held to its lock, a file that stands in for it is planned.</summary>
    /// <exception cref="PlanException">The plan is bad or infeasible, or the lock it requires is missing or is not its own.</exception>
    public FleetPlan Deployed() => IsOverride || Read().Lock != LockUse.Required ? Plan() : DeployedFleet.Load(Path, Stack!, Catalog);

    /// <summary>The path of the stack's lock, whether or not there is one.</summary>
    public string LockFile(string stack) => System.IO.Path.Combine(System.IO.Path.GetDirectoryName(Path) ?? "", FleetLock.FileOf(stack));

    /// <summary>True when the program, started by itself, would plan with the same catalog and calibration.</summary>
    public bool IsOfThisVersion => Catalog == Catalog.Embedded && Calibration == Calibration.Embedded;

    /// <summary>A path below the working directory is shown as people write it.</summary>
    private static string Shown(string path)
    {
        var relative = System.IO.Path.GetRelativePath(Environment.CurrentDirectory, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }
}
