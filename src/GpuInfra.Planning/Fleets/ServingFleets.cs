using System.Collections.Immutable;
using GpuInfra.Planning.Optimization;

namespace GpuInfra.Planning.Fleets;

/// <summary>All whole fleets of one serving, of which the cheapest at given prices of the limits can be asked for.</summary>
internal sealed class ServingFleets
{
    private readonly FleetFormulation _formulation;
    private readonly ImmutableArray<ImmutableArray<double>> _uses;
    private readonly SearchLimits _search;

    /// <summary>Fleets of a serving.</summary>
    public ServingFleets(int number, ServingNeed serving, ImmutableArray<SharedLimit> limits, SearchLimits search)
    {
        (Number, _search) = (number, search);
        _formulation = new FleetFormulation(new FleetProblem([serving], []));
        _uses = [.. limits.Select(limit => _formulation.UsesOf(limit.Name))];
    }

    /// <summary>The serving's number.</summary>
    public int Number { get; }

    /// <summary>Variables of its program.</summary>
    public int Variables => _formulation.Program.Variables.Count;

    /// <summary>Whether a variable is a whole number.</summary>
    public bool IsWhole(int variable) => _formulation.Program.Variables[variable].IsInteger;

    /// <summary>What a column stands for.</summary>
    public ImmutableArray<PlacedInstances> Read(FleetColumn column) => _formulation.Read(column.Values);

    /// <summary>The mean of the fleets that a master mixes for this serving, where it is whole.</summary>
    public FleetColumn Mean(MasterSolution master)
    {
        var values = new double[Variables];
        foreach (var (column, weight) in master.Columns.Zip(master.Weights).Where(item => item.First.Serving == Number && item.Second > 1e-9))
        {
            for (var variable = 0; variable < Variables; variable++)
            {
                values[variable] += weight * column.Values[variable];
            }
        }

        return Column([.. values.Select((value, variable) => IsWhole(variable) ? Math.Round(value) : value)]);
    }

    /// <summary>The cheapest fleet within branches at prices of the limits, what it costs at least, and the nodes searched.</summary>
    public (FleetColumn? Column, decimal Bound, int Nodes) Cheapest(ImmutableArray<CoupledSearch.Node> branches, double[] prices, bool isCounting)
    {
        var program = new IntegerProgram();
        for (var number = 0; number < Variables; number++)
        {
            var variable = _formulation.Program.Variables[number];
            var (lower, upper) = (variable.Lower, variable.Upper);
            foreach (var branch in branches.Where(branch => branch.Variable == number))
            {
                (lower, upper) = (Math.Max(lower, branch.Lower), Math.Min(upper, branch.Upper));
            }

            if (lower > upper)
            {
                return (null, 0, 0);
            }

            var price = prices.Select((price, limit) => price * _uses[limit][number]).Sum();
            program.Add(variable with { Lower = lower, Upper = upper, Cost = (isCounting ? variable.Cost : 0) + (decimal)price });
        }

        foreach (var row in _formulation.Program.Rows)
        {
            program.Add(row);
        }

        var solution = BranchAndBound.Solve(program, _search);
        return solution.IsSolved
            ? (Column(solution.Values), solution.Bound, solution.Nodes)
            : (null, solution.Bound, solution.Nodes);
    }

    private FleetColumn Column(ImmutableArray<double> values) => new(
        Number, values, _formulation.Program.Cost(values), [.. _uses.Select(uses => uses.Zip(values, (use, value) => use * value).Sum())]);
}
