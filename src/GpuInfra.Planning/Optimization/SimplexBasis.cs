using System.Runtime.CompilerServices;

namespace GpuInfra.Planning.Optimization;

/// <summary>
/// A basis with all that follows from it: values, reduced costs, duals, the bound that the duals prove. Rows are variables too:
/// a x − r = 0 with the row's bounds on r ("logical" variables, numbered after the structural ones).
/// </summary>
internal sealed class SimplexBasis
{
    private readonly SparseMatrix _matrix;
    private readonly double[] _cost;
    private readonly bool[] _wasAtUpper;
    private readonly double[] _right;
    private readonly double[] _solved;

    /// <summary>Starts with the logical variables.</summary>
    public SimplexBasis(SparseMatrix matrix, ReadOnlySpan<double> costs, double[] lower, double[] upper)
    {
        _matrix = matrix;
        var total = matrix.Columns + matrix.Rows;
        (Lower, Upper, Inverse) = (lower, upper, new BasisInverse(matrix));
        (_cost, Value, Reduced) = (new double[total], new double[total], new double[total]);
        (Basic, IsBasic, _wasAtUpper) = (new int[matrix.Rows], new bool[total], new bool[total]);
        (_right, _solved) = (new double[matrix.Rows], new double[matrix.Rows]);
        costs.CopyTo(_cost);
        costs.CopyTo(Reduced);
        for (var row = 0; row < matrix.Rows; row++)
        {
            Basic[row] = matrix.Columns + row;
            IsBasic[matrix.Columns + row] = true;
        }
    }

    /// <summary>Lower bounds.</summary>
    public double[] Lower { get; }

    /// <summary>Upper bounds.</summary>
    public double[] Upper { get; }

    /// <summary>Values.</summary>
    public double[] Value { get; }

    /// <summary>Reduced costs; a logical variable's is its row's dual.</summary>
    public double[] Reduced { get; }

    /// <summary>The basic variable of each row.</summary>
    public int[] Basic { get; }

    /// <summary>Whether a variable is basic.</summary>
    public bool[] IsBasic { get; }

    /// <summary>The inverse of the basis.</summary>
    public BasisInverse Inverse { get; }

    /// <summary>True when a nonbasic variable stands at its lower bound.</summary>
    public bool IsAtLower(int variable) => Value[variable] == Lower[variable];

    /// <summary>The objective at the present point.</summary>
    public double Objective()
    {
        var sum = 0.0;
        for (var variable = 0; variable < _matrix.Columns; variable++)
        {
            sum += _cost[variable] * Value[variable];
        }

        return sum;
    }

    /// <summary>
    /// A lower bound on the objective within the present bounds: the Lagrangian of the rows at the present duals y,
    /// Σ min over box of (c − yA)x + Σ min over row bounds of y r. It holds for every y, however inexact the basis is; a dual that would
    /// need an infinite bound is taken as zero.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public double SafeBound()
    {
        var bound = 0.0;
        for (var row = 0; row < _matrix.Rows; row++)
        {
            var dual = Dual(row);
            bound += dual == 0 ? 0 : dual * (dual > 0 ? Lower[_matrix.Columns + row] : Upper[_matrix.Columns + row]);
        }

        for (var variable = 0; variable < _matrix.Columns; variable++)
        {
            var reduced = _cost[variable];
            var (rows, values) = _matrix.Column(variable);
            for (var term = 0; term < rows.Length; term++)
            {
                reduced -= Dual(rows[term]) * values[term];
            }

            bound += reduced * (reduced > 0 ? Lower[variable] : Upper[variable]);
        }

        return bound;
    }

    /// <summary>Values of all variables from the bounds that the nonbasic ones stand at.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Place()
    {
        Array.Clear(_right);
        for (var variable = 0; variable < Value.Length; variable++)
        {
            if (!IsBasic[variable])
            {
                var atUpper = Reduced[variable] < -Tolerance.Dual || (Reduced[variable] <= Tolerance.Dual && _wasAtUpper[variable]);
                atUpper = double.IsInfinity(Lower[variable]) || (atUpper && !double.IsInfinity(Upper[variable]));
                Value[variable] = atUpper ? Upper[variable] : Lower[variable];
                _wasAtUpper[variable] = atUpper;
                AddColumn(variable, -Value[variable]);
            }
        }

        Inverse.Multiply(_right, _solved);
        for (var row = 0; row < Basic.Length; row++)
        {
            Value[Basic[row]] = _solved[row];
        }
    }

    /// <summary>Moves nonbasic variables to their other bound.</summary>
    public void Flip(List<int> variables)
    {
        if (variables.Count == 0)
        {
            return;
        }

        Array.Clear(_right);
        foreach (var variable in variables)
        {
            var toUpper = IsAtLower(variable);
            var moved = toUpper ? Upper[variable] : Lower[variable];
            AddColumn(variable, Value[variable] - moved);
            (Value[variable], _wasAtUpper[variable]) = (moved, toUpper);
        }

        Inverse.Multiply(_right, _solved);
        for (var row = 0; row < Basic.Length; row++)
        {
            Value[Basic[row]] += _solved[row];
        }
    }

    /// <summary>Exchanges the basic variable of a row for another one.</summary>
    /// <param name="row">The row.</param>
    /// <param name="entering">The variable that enters.</param>
    /// <param name="column">Its solved column.</param>
    /// <param name="alpha">The row's coefficients of the nonbasic variables.</param>
    /// <param name="toUpper">Whether the leaving variable goes to its upper bound.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Exchange(int row, int entering, ReadOnlySpan<double> column, ReadOnlySpan<double> alpha, bool toUpper)
    {
        var leaving = Basic[row];
        var target = toUpper ? Upper[leaving] : Lower[leaving];
        var step = (Value[leaving] - target) / column[row];
        for (var other = 0; other < Basic.Length; other++)
        {
            Value[Basic[other]] -= step * column[other];
        }

        Value[entering] += step;
        (Value[leaving], _wasAtUpper[leaving]) = (target, toUpper);
        var theta = Reduced[entering] / alpha[entering];
        for (var variable = 0; variable < Reduced.Length; variable++)
        {
            if (!IsBasic[variable])
            {
                Reduced[variable] -= theta * alpha[variable];
            }
        }

        (Reduced[leaving], Reduced[entering]) = (-theta, 0);
        (Basic[row], IsBasic[leaving], IsBasic[entering]) = (entering, false, true);
        Inverse.Pivot(row, column);
    }

    /// <summary>Makes the inverse and the reduced costs anew, y = c_B B⁻¹ and d = c − yA.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Refactor()
    {
        Inverse.Refactor(Basic);
        Array.Clear(IsBasic);
        Array.Clear(_right);
        for (var row = 0; row < Basic.Length; row++)
        {
            IsBasic[Basic[row]] = true;
            var line = Inverse.Row(row);
            for (var at = 0; at < line.Length && _cost[Basic[row]] != 0; at++)
            {
                _right[at] += _cost[Basic[row]] * line[at];
            }
        }

        for (var variable = 0; variable < _matrix.Columns; variable++)
        {
            var (rows, values) = _matrix.Column(variable);
            var reduced = _cost[variable];
            for (var term = 0; term < rows.Length; term++)
            {
                reduced -= _right[rows[term]] * values[term];
            }

            Reduced[variable] = IsBasic[variable] ? 0 : reduced;
        }

        for (var row = 0; row < _matrix.Rows; row++)
        {
            Reduced[_matrix.Columns + row] = IsBasic[_matrix.Columns + row] ? 0 : _right[row];
        }
    }

    /// <summary>A copy to come back to.</summary>
    public SavedBasis Save() => new(
        (int[])Basic.Clone(), (bool[])IsBasic.Clone(), (bool[])_wasAtUpper.Clone(), (double[])Value.Clone(), (double[])Reduced.Clone(), Inverse.Save());

    /// <summary>Back to a copy.</summary>
    public void Restore(SavedBasis saved)
    {
        saved.Basic.CopyTo(Basic, 0);
        saved.IsBasic.CopyTo(IsBasic, 0);
        saved.WasAtUpper.CopyTo(_wasAtUpper, 0);
        saved.Value.CopyTo(Value, 0);
        saved.Reduced.CopyTo(Reduced, 0);
        Inverse.Restore(saved.Inverse);
    }

    private double Dual(int row)
    {
        var logical = _matrix.Columns + row;
        var dual = IsBasic[logical] ? 0 : Reduced[logical];
        return double.IsInfinity(dual > 0 ? Lower[logical] : Upper[logical]) ? 0 : dual;
    }

    private void AddColumn(int variable, double times)
    {
        if (times == 0)
        {
            return;
        }

        if (variable >= _matrix.Columns)
        {
            _right[variable - _matrix.Columns] -= times;
            return;
        }

        var (rows, values) = _matrix.Column(variable);
        for (var term = 0; term < rows.Length; term++)
        {
            _right[rows[term]] += times * values[term];
        }
    }
}

/// <summary>A basis and everything that goes with it.</summary>
internal sealed record SavedBasis(int[] Basic, bool[] IsBasic, bool[] WasAtUpper, double[] Value, double[] Reduced, (double[], int) Inverse);
