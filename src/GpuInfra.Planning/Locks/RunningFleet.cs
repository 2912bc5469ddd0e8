using System.Collections.Immutable;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Locks;

/// <summary>What runs, as far as the stack's lock says so: planning leaves it only for the better.</summary>
/// <param name="Steps">The fleet by month; empty when nothing is known of it.</param>
/// <param name="Warning">Why nothing is known although there is a lock; null otherwise.</param>
public sealed record RunningFleet(ImmutableArray<FleetStep> Steps, string? Warning)
{
    /// <summary>Nothing runs.</summary>
    public static RunningFleet None { get; } = new([], null);

    /// <summary>Reads the lock of a stack. One that is missing says nothing; one that cannot be used says so, for it is about to be written again.</summary>
    /// <param name="file">The lock's file.</param>
    /// <param name="stack">The stack.</param>
    public static RunningFleet Of(string file, string stack)
    {
        try
        {
            if (!File.Exists(file))
            {
                return None;
            }

            var fleetLock = LockText.Read(File.ReadAllText(file), file);
            return fleetLock.Stack == stack ? new(fleetLock.Steps, null) : Unknown($"is the lock of stack {fleetLock.Stack}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Unknown($"cannot be read ({exception.Message})");
        }
        catch (PlanException mistake)
        {
            return Unknown(mistake.Problems[0].Message);
        }

        RunningFleet Unknown(string why) => new([], $"{file} {why}: the fleet is planned as if nothing ran");
    }

    /// <summary>A fleet with the warning, where there is one.</summary>
    public FleetPlan Told(FleetPlan fleet) => Warning is null ? fleet : fleet with { Warnings = fleet.Warnings.Add(Warning) };
}
