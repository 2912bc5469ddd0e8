using System.Collections.Immutable;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Replays;

/// <summary>What a fleet did in a replay.</summary>
/// <param name="Stack">Its stack.</param>
/// <param name="PlanHash">The hash of the plan that it answers.</param>
/// <param name="Options">How it was replayed.</param>
/// <param name="Servings">What each serving did, ordered by name.</param>
public sealed record ReplayResult(string Stack, string PlanHash, ReplayOptions Options, ImmutableArray<ServingReplay> Servings)
{
    /// <summary>The incident that it was planned for and replayed in; null in ordinary times.</summary>
    public Incident? Incident { get; init; }

    /// <summary>Machines that stand in what the incident has taken, and carry nothing.</summary>
    public int Standing { get; init; }

    /// <summary>True when every serving kept what it promises.</summary>
    public bool Keeps => Servings.All(serving => serving.Keeps);
}
