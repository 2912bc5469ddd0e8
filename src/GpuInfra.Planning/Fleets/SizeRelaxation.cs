using System.Collections.Immutable;
using GpuInfra.Planning.Optimization;

namespace GpuInfra.Planning.Fleets;

/// <summary>
/// The relaxation of a serving whose requests are routed by size: its rows as the program has them, with counts that need not be whole, and without what excludes
/// choices from each other.
/// </summary>
internal static class SizeRelaxation
{
    /// <summary>Writes it down and tells the variables that count the instances of each choice, in the order of the choices.</summary>
    public static ImmutableArray<ImmutableArray<int>> Add(IntegerProgram program, ServingNeed serving)
    {
        var variables = new ServingVariables(serving, program);
        foreach (var promises in new[] { PeakRows.Add(variables, program), LossRows.AddZones(variables, program), LossRows.AddClouds(variables, program), PeakRows.AddReplicas(variables, program) })
        {
            // Rows are written when the promises are asked for.
            _ = promises.Count();
        }

        return [.. serving.Choices.Select(choice => variables.Of(choice, 1).Select(term => term.Variable).ToImmutableArray())];
    }
}
