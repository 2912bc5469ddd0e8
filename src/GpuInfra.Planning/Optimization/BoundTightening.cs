using System.Runtime.CompilerServices;

namespace GpuInfra.Planning.Optimization;

/// <summary>
/// Tightens the bounds of whole numbers by what rows leave them: in Σ aⱼxⱼ ≤ b, xⱼ can take at most b less the least of all others.
/// </summary>
internal sealed class BoundTightening(SparseMatrix matrix, IReadOnlyList<Row> rows, bool[] isInteger)
{
    private const int Passes = 4;

    private readonly double[] _least = [.. rows.Select(row => row.Lower)];
    private readonly double[] _most = [.. rows.Select(row => row.Upper)];

    /// <summary>Tightens in place; false when some row can never hold.</summary>
    public bool Tighten(double[] lower, double[] upper)
    {
        for (var pass = 0; pass < Passes; pass++)
        {
            var changed = false;
            for (var row = 0; row < matrix.Rows; row++)
            {
                var (least, most) = Activity(row, lower, upper);
                var slack = Tolerance.Feasibility;
                if (least > _most[row] + slack || most < _least[row] - slack)
                {
                    return false;
                }

                if ((most > _most[row] || least < _least[row]) && !TightenRow(row, least, most, lower, upper, ref changed))
                {
                    return false;
                }
            }

            if (!changed)
            {
                break;
            }
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private (double Least, double Most) Activity(int row, double[] lower, double[] upper)
    {
        var (least, most) = (0.0, 0.0);
        var (columns, values) = matrix.Row(row);
        for (var term = 0; term < columns.Length; term++)
        {
            var (low, high) = (values[term] * lower[columns[term]], values[term] * upper[columns[term]]);
            least += Math.Min(low, high);
            most += Math.Max(low, high);
        }

        return (least, most);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool TightenRow(int row, double least, double most, double[] lower, double[] upper, ref bool changed)
    {
        var (columns, values) = matrix.Row(row);
        for (var term = 0; term < columns.Length; term++)
        {
            var (variable, value) = (columns[term], values[term]);
            if (!isInteger[variable] || lower[variable] == upper[variable])
            {
                continue;
            }

            // The part of the row that is left for this variable alone.
            var (low, high) = (Math.Min(value * lower[variable], value * upper[variable]), Math.Max(value * lower[variable], value * upper[variable]));
            var (atMost, atLeast) = (_most[row] - (least - low), _least[row] - (most - high));
            var (newUpper, newLower) = value > 0 ? (atMost / value, atLeast / value) : (atLeast / value, atMost / value);
            newUpper = Math.Floor(newUpper + Tolerance.Integrality);
            newLower = Math.Ceiling(newLower - Tolerance.Integrality);
            if (newUpper < upper[variable])
            {
                (upper[variable], changed) = (newUpper, true);
            }

            if (newLower > lower[variable])
            {
                (lower[variable], changed) = (newLower, true);
            }

            if (lower[variable] > upper[variable])
            {
                return false;
            }

            (low, high) = (low - Math.Min(value * lower[variable], value * upper[variable]), high - Math.Max(value * lower[variable], value * upper[variable]));
            (least, most) = (least - low, most - high);
        }

        return true;
    }
}
