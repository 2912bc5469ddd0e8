using System.Collections.Immutable;

namespace GpuInfra.Planning.Optimization;

/// <summary>
/// Branch and bound over linear relaxations. Nodes are taken by the lowest bound, then the deepest, then the eldest; a node's more promising child is
/// solved at once, so the basis at hand is used and solutions are found early. The root is tightened by cuts. A node is dropped when
/// its proven bound is not below the best solution by more than the precision, or, where all costs are multiples of a unit, cannot be
/// a unit below it. Solutions are checked in whole numbers against the rows as given. Everything is ordered by variables' numbers: the
/// same program gives the same solution, bound and node count.
/// </summary>
internal sealed class BranchAndBound
{
    private const int CutRounds = 2;
    private const int RoundingEvery = 8;

    private readonly IntegerProgram _program;
    private readonly SearchLimits _limits;
    private readonly double[] _costs;
    private readonly bool[] _isInteger;
    private readonly double[] _rootLower;
    private readonly double[] _rootUpper;
    private readonly double _unit;
    private readonly PriorityQueue<SearchNode, (double Bound, int Depth, int Number)> _open = new();
    private readonly SparseMatrix _plain;
    private readonly RoundingHeuristic _rounding;
    private readonly Brancher _brancher;
    private SparseMatrix _matrix;
    private DualSimplex _simplex;
    private BoundTightening _tightening;
    private double[]? _best;
    private decimal _bestCost = decimal.MaxValue;
    private int _nodes;
    private int _numbered;

    private BranchAndBound(IntegerProgram program, SearchLimits limits)
    {
        (_program, _limits) = (program, limits);
        _costs = [.. program.Variables.Select(variable => (double)variable.Cost)];
        _isInteger = [.. program.Variables.Select(variable => variable.IsInteger)];
        _rootLower = [.. program.Variables.Select(variable => variable.IsInteger ? Math.Ceiling(variable.Lower - Tolerance.Integrality) : variable.Lower)];
        _rootUpper = [.. program.Variables.Select(variable => variable.IsInteger ? Math.Floor(variable.Upper + Tolerance.Integrality) : variable.Upper)];
        _unit = (double)CostUnit.Of(program);
        _plain = new SparseMatrix(_costs.Length, program.Rows);
        (_rounding, _brancher) = (new RoundingHeuristic(program, _plain, _costs), new Brancher(_isInteger));
        (_matrix, _simplex, _tightening) = Relax([]);
    }

    private double Cutoff => _bestCost == decimal.MaxValue
        ? double.PositiveInfinity
        : (double)_bestCost - Math.Max((double)_limits.Precision, _unit * (1 - 1e-6) - 1e-9 * Math.Abs((double)_bestCost));

    /// <summary>Solves a program.</summary>
    /// <param name="program">The program.</param>
    /// <param name="limits">How the search is to end.</param>
    /// <param name="below">Solutions that cost this or more are not looked for; when there are only such, the program counts as infeasible.</param>
    public static IntegerSolution Solve(IntegerProgram program, SearchLimits limits, decimal below = decimal.MaxValue) =>
        new BranchAndBound(program, limits) { _bestCost = below }.Run();

    private IntegerSolution Run()
    {
        if (!_tightening.Tighten(_rootLower, _rootUpper))
        {
            return IntegerSolution.Infeasible(0);
        }

        if (!TightenByCuts(out var bound))
        {
            return IntegerSolution.Infeasible(1);
        }

        if (bound < Cutoff)
        {
            Explore(new SearchNode(null, -1, 0, 0, bound, _simplex.SaveBasis(), default));
        }

        while (_nodes < _limits.Nodes && _open.TryDequeue(out var node, out _))
        {
            if (node.Bound < Cutoff)
            {
                _simplex.LoadBasis(node.Basis);
                Explore(node);
            }
        }

        var open = _open.UnorderedItems.Select(item => item.Element.Bound).Where(bound => bound < Cutoff).ToList();
        if (_best is null)
        {
            return open.Count == 0
                ? IntegerSolution.Infeasible(_nodes)
                : new IntegerSolution(SolutionStatus.NodeLimit, [], 0, (decimal)open.Min(), _nodes);
        }

        return new IntegerSolution(
            open.Count == 0 ? SolutionStatus.Optimal : SolutionStatus.NodeLimit,
            [.. _best], _bestCost, open.Count == 0 ? _bestCost : (decimal)open.Min(), _nodes);
    }

    /// <summary>Solves the root, adding cuts while they raise the bound; false when nothing is feasible.</summary>
    private bool TightenByCuts(out double bound)
    {
        var cuts = new List<Row>();
        var generator = new RoundingCuts(_program, _rootLower, _rootUpper);
        bound = double.NegativeInfinity;
        for (var round = 0; ; round++)
        {
            _nodes = 1;
            ApplyRoot();
            if (_simplex.Solve(Cutoff) == SimplexStatus.Infeasible)
            {
                return false;
            }

            var raised = Math.Max(bound, _simplex.SafeBound());
            var enough = raised < bound + 1e-4 * Math.Abs(bound) && round > 1;
            bound = raised;
            TryRounding();
            if (round == CutRounds || enough || bound >= Cutoff)
            {
                return true;
            }

            // Cuts that the point does not touch have done their work.
            var values = _simplex.Values[.._matrix.Columns].ToArray();
            cuts.RemoveAll(cut => cut.Violation(values) < -1e-6);
            var found = generator.Find(values);
            if (found.Count == 0)
            {
                return true;
            }

            cuts.AddRange(found);
            (_matrix, _simplex, _tightening) = Relax(cuts);
        }
    }

    private (SparseMatrix, DualSimplex, BoundTightening) Relax(IReadOnlyList<Row> cuts)
    {
        Row[] rows = [.. _program.Rows, .. cuts];
        var matrix = cuts.Count == 0 ? _plain : new SparseMatrix(_costs.Length, rows);
        var simplex = new DualSimplex(
            matrix, _costs, [.. _rootLower, .. rows.Select(row => row.Lower)], [.. _rootUpper, .. rows.Select(row => row.Upper)]);
        return (matrix, simplex, new BoundTightening(matrix, rows, _isInteger));
    }

    private void ApplyRoot()
    {
        _rootLower.CopyTo(_simplex.Lower, 0);
        _rootUpper.CopyTo(_simplex.Upper, 0);
    }

    /// <summary>Solves a node and dives: one child at once, the other into the queue, until a leaf.</summary>
    private void Explore(SearchNode? node)
    {
        while (node is not null && _nodes < _limits.Nodes)
        {
            _nodes++;
            ApplyRoot();
            node.Apply(_simplex.Lower, _simplex.Upper);
            if (!_tightening.Tighten(_simplex.Lower, _simplex.Upper))
            {
                return;
            }

            var status = _simplex.Solve(Cutoff);
            if (status is SimplexStatus.Infeasible or SimplexStatus.Cutoff)
            {
                return;
            }

            var bound = Math.Max(node.Bound, _simplex.SafeBound());
            _brancher.Learn(node, bound);
            if (bound >= Cutoff)
            {
                return;
            }

            if (_nodes % RoundingEvery == 2 || _brancher.IsWhole(_simplex))
            {
                TryRounding();
            }

            FixByReducedCost(bound);
            node = bound < Cutoff ? Branch(node, bound) : null;
        }

        if (node is not null)
        {
            Enqueue(node);
        }
    }

    private SearchNode? Branch(SearchNode node, double bound)
    {
        var (variable, value) = _brancher.Choose(_simplex, Cutoff, bound);
        if (variable < 0)
        {
            // Whole within the tolerance and yet not accepted: branch on what is still open, or give the leaf up as the point it is.
            variable = _brancher.FirstOpen(_simplex);
            if (variable < 0)
            {
                return null;
            }

            value = Math.Clamp(_simplex.Values[variable], _simplex.Lower[variable], _simplex.Upper[variable] - 0.5);
        }

        var (floor, fraction) = (Math.Floor(value), value - Math.Floor(value));
        var basis = _simplex.SaveBasis();
        var down = new SearchNode(node, variable, _rootLower[variable], floor, bound, basis, (false, fraction));
        var up = new SearchNode(node, variable, floor + 1, _rootUpper[variable], bound, basis, (true, 1 - fraction));
        var (first, second) = fraction > 0.4 ? (up, down) : (down, up);
        Enqueue(second);
        return first;
    }

    private void Enqueue(SearchNode node) => _open.Enqueue(node, (node.Bound, -node.Depth, _numbered++));

    /// <summary>Narrows whole numbers that could not move without the bound passing the best solution; at the root, for good.</summary>
    private void FixByReducedCost(double bound)
    {
        if (double.IsInfinity(Cutoff) || _nodes > 2)
        {
            return;
        }

        var room = Cutoff - bound;
        for (var variable = 0; variable < _matrix.Columns; variable++)
        {
            var reduced = _simplex.Reduced[variable];
            if (_isInteger[variable] && !_simplex.IsBasic(variable) && Math.Abs(reduced) > 1e-7)
            {
                var steps = Math.Floor(room / Math.Abs(reduced) + Tolerance.Integrality);
                if (reduced > 0)
                {
                    _rootUpper[variable] = Math.Min(_rootUpper[variable], _simplex.Lower[variable] + steps);
                }
                else
                {
                    _rootLower[variable] = Math.Max(_rootLower[variable], _simplex.Upper[variable] - steps);
                }
            }
        }
    }

    private void TryRounding()
    {
        if (_rounding.Round(_simplex.Values, _rootLower, _rootUpper) is { } values)
        {
            Accept(values);
        }
    }

    private void Accept(double[] values)
    {
        var cost = _program.Cost(values);
        if (cost < _bestCost || (_best is not null && cost == _bestCost && IsBefore(values, _best)))
        {
            (_best, _bestCost) = (values, cost);
        }
    }

    /// <summary>Of two equally cheap solutions: the one with fewer of what costs, then the one with more of the earlier variables.</summary>
    private bool IsBefore(double[] values, double[] other)
    {
        var (count, otherCount) = (Count(values), Count(other));
        return count != otherCount ? count < otherCount : values.AsSpan().SequenceCompareTo(other) > 0;
    }

    private double Count(double[] values) => values.Where((_, variable) => _costs[variable] > 0).Sum();
}
