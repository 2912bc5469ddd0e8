using System.Collections.Immutable;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>The hours that were chosen for work with a deadline, and what others would have cost.</summary>
/// <param name="Serving">The serving.</param>
/// <param name="Deadline">How long the plan gives a day's work.</param>
/// <param name="Window">When machines run; null for always.</param>
/// <param name="StartUp">Time at its start in which they only start.</param>
/// <param name="Options">What was looked at, shortest first; the chosen one is of the window's length.</param>
public sealed record WindowChoice(string Serving, TimeSpan Deadline, RunWindow? Window, TimeSpan StartUp, ImmutableArray<WindowOption> Options)
{
    /// <summary>Hours that machines run on a day.</summary>
    public TimeSpan Length => Window?.Length ?? TimeSpan.FromDays(1);
}

/// <summary>Machines for so many hours a day.</summary>
/// <param name="Length">The hours.</param>
/// <param name="Instances">Machines; zero where it cannot be done.</param>
/// <param name="Monthly">Their cost in the deployed month; null where it cannot be done.</param>
/// <param name="Why">Why it cannot be done.</param>
public sealed record WindowOption(TimeSpan Length, int Instances, Usd? Monthly, string? Why = null);
