namespace GpuInfra.Planning.Optimization;

/// <summary>
/// Makes a whole solution from a fractional one: rounds, mends broken rows by the cheapest moves, then takes off what is not needed.
/// </summary>
internal sealed class RoundingHeuristic(IntegerProgram program, SparseMatrix matrix, double[] costs)
{
    private const int Moves = 200;

    private readonly double[] _least = [.. program.Rows.Select(row => row.Lower)];
    private readonly double[] _most = [.. program.Rows.Select(row => row.Upper)];
    private readonly bool[] _isInteger = [.. program.Variables.Select(variable => variable.IsInteger)];
    private readonly double _penalty = 1 + 10 * costs.DefaultIfEmpty().Max();
    private readonly int[] _dearestFirst = [.. Enumerable.Range(0, costs.Length)
        .Where(variable => costs[variable] > 0 && program.Variables[variable].IsInteger)
        .OrderByDescending(variable => costs[variable]).ThenBy(variable => variable)];

    /// <summary>A solution that holds, or null when the moves do not lead to one.</summary>
    public double[]? Round(ReadOnlySpan<double> fractional, double[] lower, double[] upper)
    {
        var values = fractional[..matrix.Columns].ToArray();
        for (var variable = 0; variable < values.Length; variable++)
        {
            if (_isInteger[variable])
            {
                // What is bought covers something, so up; what only counts goes to the nearest.
                var rounded = costs[variable] > 0 ? Math.Ceiling(values[variable] - Tolerance.Integrality) : Math.Round(values[variable]);
                values[variable] = Math.Clamp(rounded, lower[variable], upper[variable]) + 0.0; // no minus zero
            }
        }

        var activity = new double[_least.Length];
        for (var row = 0; row < activity.Length; row++)
        {
            var (columns, coefficients) = matrix.Row(row);
            for (var term = 0; term < columns.Length; term++)
            {
                activity[row] += coefficients[term] * values[columns[term]];
            }
        }

        if (!Mend(values, activity, lower, upper))
        {
            return null;
        }

        Trim(values, activity, lower);
        return program.Holds(values) ? values : null;
    }

    private double Violation(int row, double activity) => Math.Max(_least[row] - activity, activity - _most[row]);

    private bool Mend(double[] values, double[] activity, double[] lower, double[] upper)
    {
        for (var move = 0; move < Moves; move++)
        {
            var broken = -1;
            for (var row = 0; row < activity.Length && broken < 0; row++)
            {
                broken = Violation(row, activity[row]) > Tolerance.Feasibility ? row : -1;
            }

            if (broken < 0)
            {
                return true;
            }

            var (best, bestStep, bestScore) = (-1, 0.0, double.PositiveInfinity);
            var need = _least[broken] > activity[broken] ? _least[broken] - activity[broken] : _most[broken] - activity[broken];
            var (columns, coefficients) = matrix.Row(broken);
            for (var term = 0; term < columns.Length; term++)
            {
                var (variable, ideal) = (columns[term], need / coefficients[term]);
                var step = _isInteger[variable] ? (ideal > 0 ? Math.Ceiling(ideal - 1e-9) : Math.Floor(ideal + 1e-9)) : ideal;
                step = Math.Clamp(values[variable] + step, lower[variable], upper[variable]) - values[variable];
                if (step != 0)
                {
                    var gain = Math.Min(Math.Abs(step * coefficients[term]), Math.Abs(need));
                    var score = (costs[variable] * step + Damage(variable, step, activity, broken)) / gain;
                    if (score < bestScore)
                    {
                        (best, bestStep, bestScore) = (variable, step, score);
                    }
                }
            }

            if (best < 0)
            {
                return false;
            }

            Move(best, bestStep, values, activity);
        }

        return false;
    }

    /// <summary>A penalty for each row that a move would break further, above any cost.</summary>
    private double Damage(int variable, double step, double[] activity, int mended)
    {
        var damage = 0.0;
        var (rows, coefficients) = matrix.Column(variable);
        for (var term = 0; term < rows.Length; term++)
        {
            var row = rows[term];
            if (row != mended)
            {
                var before = Math.Max(0, Violation(row, activity[row]));
                var after = Math.Max(0, Violation(row, activity[row] + coefficients[term] * step));
                damage += after > before + Tolerance.Feasibility ? _penalty : 0;
            }
        }

        return damage;
    }

    private void Trim(double[] values, double[] activity, double[] lower)
    {
        foreach (var variable in _dearestFirst)
        {
            while (values[variable] - 1 >= lower[variable] && Keeps(variable, activity))
            {
                Move(variable, -1, values, activity);
            }
        }
    }

    private bool Keeps(int variable, double[] activity)
    {
        var (rows, coefficients) = matrix.Column(variable);
        for (var term = 0; term < rows.Length; term++)
        {
            if (Violation(rows[term], activity[rows[term]] - coefficients[term]) > Tolerance.Feasibility)
            {
                return false;
            }
        }

        return true;
    }

    private void Move(int variable, double step, double[] values, double[] activity)
    {
        values[variable] += step;
        var (rows, coefficients) = matrix.Column(variable);
        for (var term = 0; term < rows.Length; term++)
        {
            activity[rows[term]] += coefficients[term] * step;
        }
    }
}
