using System.Collections.Immutable;
using GpuInfra.Planning.Optimization;

namespace GpuInfra.Planning.Fleets;

/// <summary>The master of a <see cref="CoupledSearch"/>: one fleet for each serving, all within the limits.</summary>
internal static class FleetMaster
{
    /// <summary>Servings and columns of each that <see cref="SolveWhole"/> decides at most; the others stay as the mix has them most.</summary>
    private const int MostServings = 40;
    private const int MostColumns = 10;

    /// <summary>
    /// The cheapest mix of columns within the limits. When costs do not count, the mix that exceeds the limits least.
    /// </summary>
    /// <param name="columns">The columns; each serving has one.</param>
    /// <param name="servings">The number of servings.</param>
    /// <param name="limits">All limits.</param>
    /// <param name="active">Those that are looked at.</param>
    /// <param name="isCounting">Whether costs count.</param>
    public static MasterSolution Solve(
        ImmutableArray<FleetColumn> columns, int servings, ImmutableArray<SharedLimit> limits, IReadOnlyList<int> active, bool isCounting)
    {
        int[] all = [.. Enumerable.Range(0, servings)];
        var program = Program(columns, all, [.. active.Select(limit => (limit, limits[limit].Most))], isCounting, isWhole: false);
        var (variables, rows) = (program.Variables.Count, program.Rows.Count);
        var simplex = new DualSimplex(
            new SparseMatrix(variables, program.Rows),
            [.. program.Variables.Select(variable => (double)variable.Cost)],
            [.. program.Variables.Select(variable => variable.Lower), .. program.Rows.Select(row => row.Lower)],
            [.. program.Variables.Select(variable => variable.Upper), .. program.Rows.Select(row => row.Upper)]);

        // The cheapest column of each serving: no other has a negative reduced cost, so the dual method starts a few steps from its end.
        var basis = new int[rows];
        for (var limit = servings; limit < rows; limit++)
        {
            basis[limit] = variables + limit;
        }

        Array.Fill(basis, -1, 0, servings);
        for (var column = 0; column < columns.Length; column++)
        {
            ref var cheapest = ref basis[columns[column].Serving];
            cheapest = cheapest < 0 || (isCounting && columns[column].Cost < columns[cheapest].Cost) ? column : cheapest;
        }

        simplex.LoadBasis(basis);
        simplex.Solve(double.PositiveInfinity);
        var excess = 0.0;
        for (var variable = columns.Length; variable < variables; variable++)
        {
            excess += simplex.Values[variable];
        }

        var duals = simplex.Reduced[variables..];
        var prices = new double[limits.Length];
        for (var row = servings; row < rows; row++)
        {
            prices[active[row - servings]] = Math.Max(0, -duals[row]);
        }

        return new MasterSolution(columns, isCounting, simplex.Values[..columns.Length].ToArray(), duals[..servings].ToArray(), prices, excess);
    }

    /// <summary>
    /// A cheap whole choice of columns around a mix; null when none is found that keeps the limits. Decided are the servings whose
    /// fleets are mixed and those to whom another column would make the least difference.
    /// </summary>
    public static FleetColumn[]? SolveWhole(MasterSolution master, int servings, ImmutableArray<SharedLimit> limits, decimal below)
    {
        var byServing = Enumerable.Range(0, master.Columns.Length).ToLookup(column => master.Columns[column].Serving);
        var taken = new FleetColumn[servings];
        var open = new List<(int Serving, double Regret, int[] Columns)>();
        for (var serving = 0; serving < servings; serving++)
        {
            int[] best = [.. byServing[serving].OrderBy(column => master.ReducedCost(column)).ThenBy(column => column).Take(MostColumns)];
            var most = byServing[serving].MaxBy(column => master.Weights[column]);
            taken[serving] = master.Columns[most];
            if (best.Length > 1)
            {
                var mixed = master.Weights[most] < 1 - Tolerance.Integrality;
                open.Add((serving, mixed ? -1 : Math.Max(0, master.ReducedCost(best.First(column => column != most))), best.Contains(most) ? best : [.. best, most]));
            }
        }

        if (open.All(item => item.Regret >= 0))
        {
            return taken.Sum(column => column.Cost) < below && Keeps(taken, limits) ? taken : null;
        }

        var decided = open.OrderBy(item => item.Regret).ThenBy(item => item.Serving).Take(MostServings).OrderBy(item => item.Serving).ToList();
        var left = limits.Select(limit => limit.Most).ToArray();
        var cost = 0m;
        foreach (var column in taken.Where(column => decided.All(item => item.Serving != column.Serving)))
        {
            cost += column.Cost;
            foreach (var (limit, amount) in column.Uses)
            {
                left[limit] -= amount;
            }
        }

        if (left.Any(rest => rest < -Tolerance.Feasibility))
        {
            return null;
        }

        ImmutableArray<FleetColumn> columns = [.. decided.SelectMany(item => item.Columns).Select(column => master.Columns[column])];
        var program = Program(columns, [.. decided.Select(item => item.Serving)], [.. left.Select((rest, limit) => (limit, rest))], isCounting: true, isWhole: true);
        var solution = BranchAndBound.Solve(program, new SearchLimits { Nodes = 500 }, below == decimal.MaxValue ? below : below - cost);
        if (!solution.IsSolved)
        {
            return null;
        }

        for (var column = 0; column < columns.Length; column++)
        {
            if (solution.Count(column) == 1)
            {
                taken[columns[column].Serving] = columns[column];
            }
        }

        return taken;
    }

    private static bool Keeps(FleetColumn[] fleet, ImmutableArray<SharedLimit> limits)
    {
        var uses = fleet.SelectMany(column => column.Uses).ToLookup(use => use.Limit, use => use.Amount);
        return uses.All(limit => limit.Sum() <= limits[limit.Key].Most + Tolerance.Feasibility);
    }

    private static IntegerProgram Program(
        ImmutableArray<FleetColumn> columns, int[] servings, ImmutableArray<(int Limit, double Most)> limits, bool isCounting, bool isWhole)
    {
        var program = new IntegerProgram();
        var ones = servings.ToDictionary(serving => serving, _ => new List<Term>());
        var uses = limits.ToDictionary(limit => limit.Limit, _ => new List<Term>());
        foreach (var column in columns)
        {
            var variable = program.Add(new Variable("column", 0, 1, isCounting ? column.Cost : 0, isWhole));
            ones[column.Serving].Add(new Term(variable, 1));
            foreach (var (limit, amount) in column.Uses)
            {
                if (uses.TryGetValue(limit, out var terms))
                {
                    terms.Add(new Term(variable, amount));
                }
            }
        }

        foreach (var serving in servings)
        {
            program.Add(new Row("serving", [.. ones[serving]], Sense.Equal, 1));
        }

        foreach (var (limit, most) in limits)
        {
            var terms = uses[limit];
            if (!isCounting)
            {
                terms.Add(new Term(program.Add(new Variable("excess", 0, terms.Sum(term => term.Coefficient) + 1, 1, false)), -1));
            }
            else if (isWhole && terms.Sum(term => term.Coefficient) <= most)
            {
                continue;
            }

            program.Add(new Row("limit", [.. terms], Sense.AtMost, most));
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
    ImmutableArray<FleetColumn> Columns, bool IsCounting, double[] Weights, double[] Convexity, double[] Prices, double Excess)
{
    /// <summary>What the mix costs, or exceeds the limits by where costs do not count.</summary>
    public double Value => Columns.Select((column, number) => IsCounting ? Weights[number] * (double)column.Cost : 0).Sum() + (IsCounting ? 0 : Excess);

    /// <summary>What a column costs at the prices above what its serving costs at the margin.</summary>
    public double ReducedCost(int column) => Columns[column].CostAt(Prices, IsCounting) - Convexity[Columns[column].Serving];

    /// <summary>What the mix takes of each limit.</summary>
    public double[] Uses(int limits)
    {
        var uses = new double[limits];
        for (var column = 0; column < Columns.Length; column++)
        {
            foreach (var (limit, amount) in Weights[column] > 0 ? Columns[column].Uses : [])
            {
                uses[limit] += Weights[column] * amount;
            }
        }

        return uses;
    }
}
