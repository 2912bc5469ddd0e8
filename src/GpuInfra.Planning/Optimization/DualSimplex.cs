using System.Runtime.CompilerServices;

namespace GpuInfra.Planning.Optimization;

/// <summary>
/// The bounded dual simplex method with an explicit inverse. A change of bounds leaves the basis dual feasible, so the next solve starts
/// from it. Leaving: the largest infeasibility. Entering: the ratio test that passes breakpoints as long as flipping their bounds still
/// leaves the row infeasible (long step). Ties go to the larger pivot, then to the lower number; after many steps without an end, to
/// the lowest number throughout (Bland), which cannot cycle.
/// </summary>
internal sealed class DualSimplex
{
    private const int RefactorAfter = 60;
    private const int BlandAfter = 1_000;
    private const int ProbeSteps = 10;

    /// <summary>A pivot whose row and column forms differ by more than this share is not to be trusted.</summary>
    private const double PivotDrift = 1e-6;

    private readonly SparseMatrix _matrix;
    private readonly SimplexBasis _basis;
    private readonly RatioTest _ratios;
    private readonly double[] _alpha;
    private readonly double[] _column;
    private readonly bool[] _tolerated;

    /// <summary>Starts at the basis of logical variables.</summary>
    public DualSimplex(SparseMatrix matrix, ReadOnlySpan<double> costs, double[] lower, double[] upper)
    {
        _matrix = matrix;
        _basis = new SimplexBasis(matrix, costs, lower, upper);
        _ratios = new RatioTest(_basis);
        (_alpha, _column, _tolerated) = (new double[matrix.Columns + matrix.Rows], new double[matrix.Rows], new bool[matrix.Rows]);
    }

    /// <summary>Lower bounds of structural and logical variables; may be changed between solves.</summary>
    public double[] Lower => _basis.Lower;

    /// <summary>Upper bounds of structural and logical variables; may be changed between solves.</summary>
    public double[] Upper => _basis.Upper;

    /// <summary>Values of structural and logical variables after the last solve.</summary>
    public ReadOnlySpan<double> Values => _basis.Value;

    /// <summary>Reduced costs of structural and logical variables; a logical variable's is its row's dual.</summary>
    public ReadOnlySpan<double> Reduced => _basis.Reduced;

    /// <summary>The objective at the present point.</summary>
    public double Objective() => _basis.Objective();

    /// <summary>What the present duals prove: no point within the present bounds costs less.</summary>
    public double SafeBound() => _basis.SafeBound();

    /// <summary>True when the variable is basic.</summary>
    public bool IsBasic(int variable) => _basis.IsBasic[variable];

    /// <summary>The basis, to come back to.</summary>
    public int[] SaveBasis() => (int[])_basis.Basic.Clone();

    /// <summary>Goes back to a basis; the next solve starts from it.</summary>
    public void LoadBasis(int[] basis)
    {
        basis.CopyTo(_basis.Basic, 0);
        _basis.Refactor();
    }

    /// <summary>Solves within the present bounds.</summary>
    /// <param name="cutoff">Stops once the optimum is proven to be at least this.</param>
    public SimplexStatus Solve(double cutoff) => Solve(cutoff, 2 * BlandAfter + 20 * _alpha.Length);

    /// <summary>
    /// A bound on the optimum with a variable's bounds changed, found in a few steps; everything is put back. Infinite when nothing
    /// would be feasible.
    /// </summary>
    public double Probe(int variable, double lower, double upper, double cutoff)
    {
        var (oldLower, oldUpper, saved) = (Lower[variable], Upper[variable], _basis.Save());
        (Lower[variable], Upper[variable]) = (lower, upper);
        var status = Solve(cutoff, ProbeSteps);
        var bound = status == SimplexStatus.Infeasible ? double.PositiveInfinity : SafeBound();
        (Lower[variable], Upper[variable]) = (oldLower, oldUpper);
        _basis.Restore(saved);
        return bound;
    }

    private SimplexStatus Solve(double cutoff, int limit)
    {
        Array.Clear(_tolerated);
        _basis.Place();
        for (var step = 0; step < limit; step++)
        {
            if (_basis.Inverse.Updates >= RefactorAfter)
            {
                Refactor();
            }

            var bland = step > BlandAfter;
            var row = Leaving(bland);
            if (row < 0)
            {
                return SimplexStatus.Optimal;
            }

            if (cutoff < double.PositiveInfinity && step % 4 == 3 && Objective() > cutoff && SafeBound() >= cutoff)
            {
                return SimplexStatus.Cutoff;
            }

            if (!Step(row, bland))
            {
                return SimplexStatus.Infeasible;
            }
        }

        return SimplexStatus.Unfinished;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Leaving(bool bland)
    {
        var (leaving, worst) = (-1, Tolerance.Primal);
        for (var row = 0; row < _tolerated.Length; row++)
        {
            var variable = _basis.Basic[row];
            var value = _basis.Value[variable];
            var infeasible = Math.Max(Lower[variable] - value, value - Upper[variable]) / (1 + Math.Abs(value));
            if (infeasible > worst && !_tolerated[row])
            {
                (leaving, worst) = (row, infeasible);
                if (bland)
                {
                    break;
                }
            }
        }

        return leaving;
    }

    /// <summary>One step; false when the row proves that nothing is feasible.</summary>
    private bool Step(int row, bool bland)
    {
        var leaving = _basis.Basic[row];
        var below = _basis.Value[leaving] < Lower[leaving];
        var infeasibility = below ? Lower[leaving] - _basis.Value[leaving] : _basis.Value[leaving] - Upper[leaving];
        PriceRow(row);
        var entering = _ratios.Choose(below, infeasibility, _alpha, bland);
        if (entering < 0)
        {
            // Nothing can move the row: a proof, unless the row is off by rounding only.
            _tolerated[row] = infeasibility <= Tolerance.Feasibility;
            return _tolerated[row];
        }

        _basis.Inverse.Solve(entering, _column);
        if (_basis.Inverse.Updates > 0 && Math.Abs(_column[row] - _alpha[entering]) > PivotDrift * (1 + Math.Abs(_alpha[entering])))
        {
            Refactor();
            return true;
        }

        _basis.Flip(_ratios.Flipped);
        _basis.Exchange(row, entering, _column, _alpha, toUpper: !below);
        _tolerated[row] = false;
        return true;
    }

    /// <summary>The leaving row's coefficients of all variables.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PriceRow(int row)
    {
        Array.Clear(_alpha);
        var line = _basis.Inverse.Row(row);
        for (var at = 0; at < line.Length; at++)
        {
            if (Math.Abs(line[at]) > 1e-14)
            {
                _alpha[_matrix.Columns + at] = -line[at];
                var (columns, values) = _matrix.Row(at);
                for (var term = 0; term < columns.Length; term++)
                {
                    _alpha[columns[term]] += line[at] * values[term];
                }
            }
        }
    }

    private void Refactor()
    {
        _basis.Refactor();
        _basis.Place();
    }
}
