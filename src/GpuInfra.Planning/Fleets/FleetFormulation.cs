using System.Collections.Immutable;
using GpuInfra.Planning.Optimization;

namespace GpuInfra.Planning.Fleets;

/// <summary>
/// Writes a <see cref="FleetProblem"/> down as an integer program, and knows what its rows and variables stand for. Each topic has its
/// rows in a file of its own: <see cref="PeakRows"/>, <see cref="LossRows"/>, <see cref="SideBySideRows"/>, <see cref="LimitRows"/>.
/// </summary>
internal sealed class FleetFormulation
{
    private readonly List<ServingVariables> _servings = [];
    private readonly List<Promise> _promises = [];

    /// <summary>Writes a problem down.</summary>
    public FleetFormulation(FleetProblem problem)
    {
        foreach (var serving in problem.Servings)
        {
            var variables = new ServingVariables(serving, Program);
            _servings.Add(variables);
            _promises.AddRange(PeakRows.Add(variables, Program));
            _promises.AddRange(LossRows.AddZones(variables, Program));
            SideBySideRows.Add(variables, Program);
            _promises.AddRange(LossRows.AddClouds(variables, Program));
            _promises.AddRange(PeakRows.AddReplicas(variables, Program));
        }

        if (problem.Paid != 0)
        {
            // A variable that cannot move: not every reader of LP files takes a constant in the objective.
            Program.Add(new Variable("paid", 1, 1, problem.Paid, false));
        }

        _promises.AddRange(LimitRows.Add(problem, _servings, Program));
    }

    /// <summary>The program.</summary>
    public IntegerProgram Program { get; } = new();

    /// <summary>What the rows promise, in the order of the servings.</summary>
    public IReadOnlyList<Promise> Promises => _promises;

    /// <summary>The numbers of instances that a solution's values say, without zeros.</summary>
    public ImmutableArray<PlacedInstances> Read(ImmutableArray<double> values) =>
    [
        .. _servings.SelectMany(serving => serving.Counts).Where(count => values[count.Variable] > 0.5)
            .Select(count => new PlacedInstances(count.Choice, count.Purchase, (int)Math.Round(values[count.Variable]))),
    ];

    /// <summary>What a unit of each variable takes of a limit.</summary>
    public ImmutableArray<double> UsesOf(string limit)
    {
        var uses = new double[Program.Variables.Count];
        foreach (var term in _servings.SelectMany(serving => serving.Uses(limit)))
        {
            uses[term.Variable] = term.Coefficient;
        }

        return [.. uses];
    }
}
