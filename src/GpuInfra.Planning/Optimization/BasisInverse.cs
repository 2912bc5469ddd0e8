using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GpuInfra.Planning.Optimization;

/// <summary>
/// The inverse of a simplex basis, held densely: fleets have few rows. Columns are those of the matrix; column <c>Columns + i</c> is the
/// logical variable of row i, which is minus the i-th unit vector, because a row's activity is a variable with the row's bounds.
/// </summary>
internal sealed class BasisInverse
{
    private readonly SparseMatrix _matrix;
    private readonly int _size;
    private readonly double[] _inverse;

    /// <summary>Starts with the basis of all logical variables.</summary>
    public BasisInverse(SparseMatrix matrix)
    {
        _matrix = matrix;
        _size = matrix.Rows;
        _inverse = new double[_size * _size];
        Reset();
    }

    /// <summary>Pivots since the inverse was last made anew.</summary>
    public int Updates { get; private set; }

    /// <summary>A row of the inverse.</summary>
    public ReadOnlySpan<double> Row(int row) => _inverse.AsSpan(row * _size, _size);

    /// <summary>A copy to come back to.</summary>
    public (double[] Inverse, int Updates) Save() => ((double[])_inverse.Clone(), Updates);

    /// <summary>Back to a copy.</summary>
    public void Restore((double[] Inverse, int Updates) saved)
    {
        saved.Inverse.CopyTo(_inverse, 0);
        Updates = saved.Updates;
    }

    /// <summary>Back to the basis of all logical variables.</summary>
    public void Reset()
    {
        Array.Clear(_inverse);
        for (var row = 0; row < _size; row++)
        {
            _inverse[row * _size + row] = -1;
        }

        Updates = 0;
    }

    /// <summary>
    /// Makes the inverse anew: logical variables stay in their rows, the others enter one by one where their pivot is largest.
    /// Returns false when the columns do not span the space; the basis is then repaired with logical variables.
    /// </summary>
    /// <param name="basis">The basic variable of each row; reordered to fit.</param>
    public bool Refactor(int[] basis)
    {
        Reset();
        var structural = basis.Where(variable => variable < _matrix.Columns).Order().ToArray();
        var free = new bool[_size];
        Array.Fill(free, true);
        foreach (var variable in basis.Where(variable => variable >= _matrix.Columns))
        {
            free[variable - _matrix.Columns] = false;
        }

        for (var row = 0; row < _size; row++)
        {
            basis[row] = _matrix.Columns + row;
        }

        var whole = true;
        var column = new double[_size];
        foreach (var variable in structural)
        {
            Solve(variable, column);
            var pivot = -1;
            for (var row = 0; row < _size; row++)
            {
                if (free[row] && (pivot < 0 || Math.Abs(column[row]) > Math.Abs(column[pivot])))
                {
                    pivot = row;
                }
            }

            if (pivot < 0 || Math.Abs(column[pivot]) < Tolerance.Pivot)
            {
                whole = false;
                continue;
            }

            Pivot(pivot, column);
            (basis[pivot], free[pivot]) = (variable, false);
        }

        Updates = 0;
        return whole;
    }

    /// <summary>The inverse times a variable's column.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Solve(int variable, Span<double> result)
    {
        if (variable >= _matrix.Columns)
        {
            var row = variable - _matrix.Columns;
            for (var at = 0; at < _size; at++)
            {
                result[at] = -_inverse[at * _size + row];
            }

            return;
        }

        var (rows, values) = _matrix.Column(variable);
        for (var at = 0; at < _size; at++)
        {
            var sum = 0.0;
            var line = at * _size;
            for (var term = 0; term < rows.Length; term++)
            {
                sum += _inverse[line + rows[term]] * values[term];
            }

            result[at] = sum;
        }
    }

    /// <summary>The inverse times any vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Multiply(ReadOnlySpan<double> vector, Span<double> result)
    {
        for (var row = 0; row < _size; row++)
        {
            var sum = 0.0;
            var line = _inverse.AsSpan(row * _size, _size);
            for (var column = 0; column < line.Length; column++)
            {
                sum += line[column] * vector[column];
            }

            result[row] = sum;
        }
    }

    /// <summary>Replaces the basic variable of a row by the one whose solved column is given.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Pivot(int row, ReadOnlySpan<double> column)
    {
        var pivotRow = _inverse.AsSpan(row * _size, _size);
        var factor = 1 / column[row];
        for (var at = 0; at < pivotRow.Length; at++)
        {
            pivotRow[at] *= factor;
        }

        for (var other = 0; other < _size; other++)
        {
            if (other != row && column[other] != 0)
            {
                Subtract(_inverse.AsSpan(other * _size, _size), pivotRow, column[other]);
            }
        }

        Updates++;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Subtract(Span<double> target, ReadOnlySpan<double> source, double factor)
    {
        var wide = MemoryMarshal.Cast<double, Vector<double>>(target);
        var from = MemoryMarshal.Cast<double, Vector<double>>(source);
        var times = new Vector<double>(factor);
        for (var at = 0; at < wide.Length; at++)
        {
            wide[at] -= from[at] * times;
        }

        for (var at = wide.Length * Vector<double>.Count; at < target.Length; at++)
        {
            target[at] -= source[at] * factor;
        }
    }
}
