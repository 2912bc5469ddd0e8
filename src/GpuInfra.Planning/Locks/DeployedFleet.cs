using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Routes;

namespace GpuInfra.Planning.Locks;

/// <summary>What a stack deploys: the fleet of its lock where its plan requires one, else the fleet that is planned now.</summary>
public static class DeployedFleet
{
    /// <summary>Reads a stack's plan, and its lock from beside it.</summary>
    /// <param name="planFile">The plan file; problems name it so.</param>
    /// <param name="stack">The stack.</param>
    /// <param name="catalog">The models, GPUs and offers.</param>
    /// <exception cref="PlanException">The plan is bad or infeasible, or the lock it requires is missing or is not its own.</exception>
    public static FleetPlan Load(string planFile, string stack, Catalog catalog)
    {
        var plan = PlanFile.Load(planFile, catalog);
        var file = Path.Combine(Path.GetDirectoryName(planFile) ?? "", FleetLock.FileOf(stack));
        if (plan.Lock != LockUse.Required)
        {
            var running = RunningFleet.Of(file, stack);
            return RecoveryDrill.Require(running.Told(Planner.Plan(plan, stack, catalog, running.Steps)), plan, catalog);
        }

        var locked = LockedFleet.Of(Read(file, planFile, stack), file, plan, stack, catalog);
        RoutingRules.Require(plan, locked.Pools, locked.Servings);
        return locked;
    }

    private static FleetLock Read(string file, string planFile, string stack)
    {
        try
        {
            return LockText.Read(File.ReadAllText(file), file);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Refused($"is missing, and {planFile} requires it (lock: required)");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Refused($"cannot be read: {exception.Message}");
        }
        catch (PlanException mistake)
        {
            throw Refused(mistake.Problems[0].Message);
        }

        PlanException Refused(string message) =>
            new([new PlanProblem(file, 0, 0, "", $"{message}. Write it: {FleetLock.CommandFor(stack)}")]);
    }
}
