using System.Collections.Immutable;
using GpuInfra.Planning.Optimization;

namespace GpuInfra.Planning.Fleets;

/// <summary>The master of a <see cref="CoupledSearch"/>: one fleet for each serving, all within the limits.</summary>
internal static class FleetMaster
{
    /// <summary>
    /// The cheapest mix of columns within the limits. When costs do not count, the mix that exceeds the limits least.
    /// </summary>
    public static MasterSolution Solve(ImmutableArray<FleetColumn> columns, int servings, ImmutableArray<SharedLimit> limits, bool isCounting)
    {
        var program = Program(columns, servings, limits, isCounting, isWhole: false);
        var simplex = new DualSimplex(
            new SparseMatrix(program.Variables.Count, program.Rows),
            [.. program.Variables.Select(variable => (double)variable.Cost)],
            [.. program.Variables.Select(variable => variable.Lower), .. program.Rows.Select(row => row.Lower)],
            [.. program.Variables.Select(variable => variable.Upper), .. program.Rows.Select(row => row.Upper)]);
        simplex.Solve(double.PositiveInfinity);
        var excess = 0.0;
        for (var variable = columns.Length; variable < program.Variables.Count; variable++)
        {
            excess += simplex.Values[variable];
        }

        var duals = simplex.Reduced[program.Variables.Count..];
        return new MasterSolution(
            columns, isCounting, simplex.Values[..columns.Length].ToArray(), duals[..servings].ToArray(),
            [.. duals[servings..].ToArray().Select(dual => Math.Max(0, -dual))], excess);
    }

    /// <summary>The cheapest whole choice of columns; null when none keeps the limits.</summary>
    public static FleetColumn[]? SolveWhole(ImmutableArray<FleetColumn> columns, int servings, ImmutableArray<SharedLimit> limits)
    {
        var solution = BranchAndBound.Solve(Program(columns, servings, limits, isCounting: true, isWhole: true), new SearchLimits { Nodes = 500 });
        return solution.IsSolved ? [.. columns.Where((_, number) => solution.Count(number) == 1)] : null;
    }

    private static IntegerProgram Program(ImmutableArray<FleetColumn> columns, int servings, ImmutableArray<SharedLimit> limits, bool isCounting, bool isWhole)
    {
        var program = new IntegerProgram();
        foreach (var column in columns)
        {
            program.Add(new Variable("column", 0, 1, isCounting ? column.Cost : 0, isWhole));
        }

        for (var serving = 0; serving < servings; serving++)
        {
            var number = serving;
            program.Add(new Row("serving", [.. columns.Select((column, at) => (column, at)).Where(item => item.column.Serving == number).Select(item => new Term(item.at, 1))], Sense.Equal, 1));
        }

        for (var limit = 0; limit < limits.Length; limit++)
        {
            var number = limit;
            var terms = columns.Select((column, at) => new Term(at, column.Uses[number])).Where(term => term.Coefficient > 0).ToList();
            if (!isCounting)
            {
                terms.Add(new Term(program.Add(new Variable("excess", 0, terms.Sum(term => term.Coefficient) + 1, 1, false)), -1));
            }

            program.Add(new Row("limit", [.. terms], Sense.AtMost, limits[limit].Most));
        }

        return program;
    }
}

/// <summary>A mix of columns.</summary>
/// <param name="Columns">The columns.</param>
/// <param name="IsCounting">Whether costs counted.</param>
/// <param name="Weights">How much of each is taken.</param>
/// <param name="Convexity">What each serving costs at the margin.</param>
/// <param name="Prices">What a unit of each limit is worth, zero or more.</param>
/// <param name="Excess">What is taken beyond the limits.</param>
internal sealed record MasterSolution(
    ImmutableArray<FleetColumn> Columns, bool IsCounting, double[] Weights, double[] Convexity, double[] Prices, double Excess);

/// <summary>A whole fleet of one serving.</summary>
/// <param name="Serving">The serving's number.</param>
/// <param name="Values">Values of its program's variables.</param>
/// <param name="Cost">What it costs in a month.</param>
/// <param name="Uses">What it takes of each limit.</param>
internal sealed record FleetColumn(int Serving, ImmutableArray<double> Values, decimal Cost, ImmutableArray<double> Uses)
{
    /// <summary>Its cost where limits have prices.</summary>
    public decimal CostAt(double[] prices, bool isCounting) =>
        (isCounting ? Cost : 0) + (decimal)Uses.Select((use, limit) => use * prices[limit]).Sum();
}
