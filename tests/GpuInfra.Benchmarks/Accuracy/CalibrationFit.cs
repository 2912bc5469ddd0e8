using GpuInfra.Planning.Sizing;

namespace GpuInfra.Benchmarks.Accuracy;

/// <summary>
/// Fits the coefficients to measured rates.
/// <para>
/// Minimised is Σ w·ρ(log(predicted / measured)) / σ² + Σ ((log c − log expected) / spread)²·n₀ / 2 over the logarithms of the
/// coefficients c within their ranges: ρ is Huber's loss, quadratic to <see cref="HuberBound"/>, since some tables have rows of other
/// conditions than they say; w makes each table count the same; the second sum draws a coefficient that measurements say little about to
/// what is expected of it. The method is Levenberg and Marquardt's on reweighted least squares, with differences as derivatives. It is
/// deterministic: no random start, rows and coefficients in order, one thread.
/// </para>
/// </summary>
internal static class CalibrationFit
{
    private const double HuberBound = 0.2;
    private const double ErrorDeviation = 0.15;
    private const double PriorRows = 25;
    private const double Difference = 1e-4;
    private const double LongestStep = 0.7;
    private const double Converged = 1e-4;
    private const int MostIterations = 40;
    private const int MostDampings = 8;

    /// <summary>
    /// The coefficients that explain rows best, beginning at what is expected of them. Rows that the product says do not fit in memory say
    /// nothing about speed and are passed over.
    /// </summary>
    public static Calibration Of(IReadOnlyList<MeasuredRow> measured, Calibration documented)
    {
        var start = documented.With(documented.Rows.Select(row => row.Expected).ToArray());
        var rows = measured.Where(row => Prediction.Product(row, start) > 0).ToList();
        var weights = Weights(rows);
        var coefficients = start.Rows;
        var point = coefficients.Select(row => Math.Log(row.Value)).ToArray();
        var residuals = Residuals(rows, start, point);
        var loss = Loss(residuals, weights, coefficients, point);
        var damping = 1e-2;
        for (var iteration = 0; iteration < MostIterations; iteration++)
        {
            var (matrix, gradient) = NormalEquations(rows, start, weights, coefficients, point, residuals);
            var before = loss;
            for (var attempt = 0; attempt < MostDampings && loss == before; attempt++)
            {
                var step = LinearSystem.Solve(Damped(matrix, damping), gradient);
                var next = new double[point.Length];
                for (var k = 0; k < point.Length; k++)
                {
                    next[k] = Math.Clamp(
                        point[k] + Math.Clamp(step[k], -LongestStep, LongestStep), Math.Log(coefficients[k].Low), Math.Log(coefficients[k].High));
                }

                var nextResiduals = Residuals(rows, start, next);
                var nextLoss = Loss(nextResiduals, weights, coefficients, next);
                if (nextLoss < loss)
                {
                    (point, residuals, loss, damping) = (next, nextResiduals, nextLoss, Math.Max(damping / 5, 1e-6));
                }
                else
                {
                    damping *= 5;
                }
            }

            if (before - loss < Converged * before)
            {
                break;
            }
        }

        return With(start, point);
    }

    /// <summary>Each table counts the same, whatever its length.</summary>
    private static double[] Weights(IReadOnlyList<MeasuredRow> rows)
    {
        var counts = rows.CountBy(row => row.File).ToDictionary();
        return [.. rows.Select(row => (double)rows.Count / counts.Count / counts[row.File])];
    }

    private static Calibration With(Calibration start, double[] point) => start.With(point.Select(Math.Exp).ToArray());

    private static double[] Residuals(IReadOnlyList<MeasuredRow> rows, Calibration start, double[] point)
    {
        var calibration = With(start, point);
        return [.. rows.Select(row => Math.Log(Prediction.Product(row, calibration) / row.TokensPerSecond))];
    }

    private static double Loss(double[] residuals, double[] weights, IReadOnlyList<CalibrationRow> coefficients, double[] point)
    {
        var loss = 0.0;
        for (var i = 0; i < residuals.Length; i++)
        {
            var error = Math.Abs(residuals[i]);
            loss += weights[i] * (error < HuberBound ? error * error / 2 : HuberBound * (error - (HuberBound / 2)));
        }

        loss /= ErrorDeviation * ErrorDeviation;
        for (var k = 0; k < point.Length; k++)
        {
            var distance = (point[k] - Math.Log(coefficients[k].Expected)) / coefficients[k].Spread;
            loss += PriorRows * distance * distance / 2;
        }

        return loss;
    }

    private static (double[,] Matrix, double[] Gradient) NormalEquations(
        IReadOnlyList<MeasuredRow> rows, Calibration start, double[] weights, IReadOnlyList<CalibrationRow> coefficients, double[] point, double[] residuals)
    {
        var size = point.Length;
        var slopes = new double[size][];
        for (var k = 0; k < size; k++)
        {
            var moved = (double[])point.Clone();
            moved[k] += Difference;
            slopes[k] = [.. Residuals(rows, start, moved).Zip(residuals, (after, before) => (after - before) / Difference)];
        }

        var (matrix, gradient) = (new double[size, size], new double[size]);
        for (var k = 0; k < size; k++)
        {
            for (var i = 0; i < residuals.Length; i++)
            {
                var weight = weights[i] * Math.Min(1, HuberBound / Math.Max(Math.Abs(residuals[i]), 1e-12)) / (ErrorDeviation * ErrorDeviation);
                gradient[k] -= weight * slopes[k][i] * residuals[i];
                for (var l = 0; l <= k; l++)
                {
                    matrix[k, l] += weight * slopes[k][i] * slopes[l][i];
                }
            }

            var (row, spread) = (coefficients[k], coefficients[k].Spread);
            matrix[k, k] += PriorRows / (spread * spread);
            gradient[k] -= PriorRows * (point[k] - Math.Log(row.Expected)) / (spread * spread);
        }

        for (var k = 0; k < size; k++)
        {
            for (var l = k + 1; l < size; l++)
            {
                matrix[k, l] = matrix[l, k];
            }
        }

        return (matrix, gradient);
    }

    private static double[,] Damped(double[,] matrix, double damping)
    {
        var damped = (double[,])matrix.Clone();
        for (var k = 0; k < matrix.GetLength(0); k++)
        {
            damped[k, k] *= 1 + damping;
        }

        return damped;
    }
}
