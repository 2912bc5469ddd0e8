using System.Collections.Immutable;
using GpuInfra.Planning.Optimization;

namespace GpuInfra.Planning.Fleets;

/// <summary>
/// Servings that share limits, solved by branch and price (Barnhart et al. 1998). A column is a whole fleet of one serving; the master takes
/// one column of each serving within the limits. Its duals put a price on each limit; every serving then answers with its cheapest
/// whole fleet at those prices. The sum of the answers less the worth of the limits is a lower bound (Lagrange), far above
/// that of the linear relaxation, because servings are whole. Where the master mixes fleets, a count that they differ in is branched on.
/// </summary>
internal sealed class CoupledSearch
{
    private readonly ImmutableArray<SharedLimit> _limits;
    private readonly ImmutableArray<ServingFleets> _servings;
    private readonly SearchLimits _search;
    private readonly List<FleetColumn> _columns = [];
    private readonly PriorityQueue<Node, (decimal Bound, int Number)> _open = new();
    private FleetColumn[]? _best;
    private decimal _bestCost = decimal.MaxValue;
    private int _nodes;
    private int _numbered;

    private CoupledSearch(FleetProblem problem, SearchLimits search)
    {
        _limits = problem.Limits;
        _search = search;
        _servings = [.. problem.Servings.Select((serving, number) => new ServingFleets(number, serving, problem.Limits, search))];
    }

    private decimal Cutoff => _best is null ? decimal.MaxValue : _bestCost - _search.Precision;

    /// <summary>Solves a problem whose servings share all of its limits.</summary>
    public static FleetOptimum Solve(FleetProblem problem, SearchLimits search) => new CoupledSearch(problem, search).Run();

    private FleetOptimum Run()
    {
        _open.Enqueue(new Node(null, -1, -1, 0, 0, decimal.MinValue), default);
        while (_nodes < _search.Nodes && _open.TryDequeue(out var node, out _))
        {
            if (node.Bound < Cutoff)
            {
                Explore(node);
            }
        }

        var open = _open.UnorderedItems.Select(item => item.Element.Bound).Where(bound => bound < Cutoff).ToList();
        var bound = open.Count == 0 ? _bestCost : open.Min();
        var status = open.Count > 0 ? SolutionStatus.NodeLimit : _best is null ? SolutionStatus.Infeasible : SolutionStatus.Optimal;
        return _best is null
            ? new FleetOptimum(status, [], 0, open.Count == 0 ? 0 : bound, _nodes)
            : new FleetOptimum(status, [.. _best.SelectMany(column => _servings[column.Serving].Read(column))], _bestCost, bound, _nodes);
    }

    private void Explore(Node node)
    {
        var branches = node.Path();
        var bound = node.Bound;
        var master = AddAnyColumns(branches) ? Generate(branches, ref bound) : null;
        if (_nodes >= _search.Nodes)
        {
            // Not finished: what is proven below it is its bound so far.
            _open.Enqueue(node, (node.Bound, ++_numbered));
            return;
        }

        if (master is null || bound >= Cutoff)
        {
            return;
        }

        TryWhole(master);
        if (bound >= Cutoff)
        {
            return;
        }

        var (serving, variable, value) = Mixed(master);
        if (serving >= 0)
        {
            var floor = Math.Floor(value);
            foreach (var (lower, upper) in new[] { (floor + 1, double.MaxValue), (double.MinValue, floor) })
            {
                _open.Enqueue(new Node(node, serving, variable, lower, upper, bound), (bound, ++_numbered));
            }
        }
        else
        {
            // Whole counts on average are a fleet themselves: rows are linear.
            Accept([.. _servings.Select(item => item.Mean(master))]);
        }
    }

    /// <summary>A column within the branches for each serving; false when one has none.</summary>
    private bool AddAnyColumns(ImmutableArray<Node> branches)
    {
        var free = new double[_limits.Length];
        foreach (var serving in _servings.Where(serving => !_columns.Any(column => column.Serving == serving.Number && Allows(branches, column))))
        {
            var (column, _) = Price(serving, branches, free, isCounting: true);
            if (column is null)
            {
                return false;
            }

            _columns.Add(column);
        }

        return true;
    }

    /// <summary>Adds columns until none would lower the master; null when the limits cannot be kept within the branches.</summary>
    private MasterSolution? Generate(ImmutableArray<Node> branches, ref decimal bound)
    {
        var keepsLimits = false;
        while (true)
        {
            var master = FleetMaster.Solve([.. _columns.Where(column => Allows(branches, column))], _servings.Length, _limits, isCounting: keepsLimits);
            keepsLimits |= master.Excess <= Tolerance.Feasibility;
            // Prices first make the limits hold, then the fleet cheap.
            if (keepsLimits && !master.IsCounting)
            {
                continue;
            }

            var worth = 0m;
            for (var limit = 0; limit < _limits.Length; limit++)
            {
                worth += (decimal)(master.Prices[limit] * _limits[limit].Most);
            }

            var (sum, added) = (-worth, false);
            foreach (var serving in _servings)
            {
                var (column, least) = Price(serving, branches, master.Prices, keepsLimits);
                if (column is null || _nodes >= _search.Nodes)
                {
                    return null;
                }

                sum += least;
                if ((double)column.CostAt(master.Prices, keepsLimits) < master.Convexity[serving.Number] - (double)_search.Precision / _servings.Length)
                {
                    _columns.Add(column);
                    added = true;
                }
            }

            if (!keepsLimits && sum > (decimal)Tolerance.Feasibility)
            {
                return null;
            }

            bound = keepsLimits ? Math.Max(bound, sum) : bound;
            if (!added || bound >= Cutoff)
            {
                return keepsLimits ? master : null;
            }
        }
    }

    private (FleetColumn? Column, decimal Bound) Price(ServingFleets serving, ImmutableArray<Node> branches, double[] prices, bool isCounting)
    {
        var (column, bound, nodes) = serving.Cheapest([.. branches.Where(branch => branch.Serving == serving.Number)], prices, isCounting);
        _nodes += nodes;
        return (column, bound);
    }

    private static bool Allows(ImmutableArray<Node> branches, FleetColumn column) =>
        branches.All(branch => branch.Serving != column.Serving || (column.Values[branch.Variable] >= branch.Lower && column.Values[branch.Variable] <= branch.Upper));

    /// <summary>The best whole choice among the columns at hand.</summary>
    private void TryWhole(MasterSolution master)
    {
        if (FleetMaster.SolveWhole(master.Columns, _servings.Length, _limits) is { } whole)
        {
            Accept(whole);
        }
    }

    private void Accept(FleetColumn[] fleet)
    {
        var cost = fleet.Sum(column => column.Cost);
        if (cost < _bestCost)
        {
            (_best, _bestCost) = (fleet, cost);
        }
    }

    /// <summary>The count that the master's fleets of a serving differ in most evenly; none when the master is whole.</summary>
    private (int Serving, int Variable, double Value) Mixed(MasterSolution master)
    {
        var (best, bestDistance) = ((-1, -1, 0.0), 1e-6);
        foreach (var serving in _servings)
        {
            var taken = master.Columns.Select((column, number) => (Column: column, Weight: master.Weights[number]))
                .Where(item => item.Column.Serving == serving.Number && item.Weight > 1e-9)
                .ToList();
            for (var variable = 0; taken.Count > 1 && variable < serving.Variables; variable++)
            {
                var value = taken.Sum(item => item.Weight * item.Column.Values[variable]);
                var distance = Math.Abs(value - Math.Round(value));
                if (serving.IsWhole(variable) && distance > bestDistance)
                {
                    (best, bestDistance) = ((serving.Number, variable, value), distance);
                }
            }
        }

        return best;
    }

    /// <summary>A node: its parent's branches and one more.</summary>
    internal sealed record Node(Node? Parent, int Serving, int Variable, double Lower, double Upper, decimal Bound)
    {
        /// <summary>The branches from here to the root.</summary>
        public ImmutableArray<Node> Path() => Parent is null ? [] : Parent.Path().Add(this);
    }
}
