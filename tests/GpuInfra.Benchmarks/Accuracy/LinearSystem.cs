namespace GpuInfra.Benchmarks.Accuracy;

/// <summary>Systems of linear equations.</summary>
internal static class LinearSystem
{
    /// <summary>Solves A·x = b for a positive definite A by Cholesky's decomposition A = L·Lᵀ.</summary>
    public static double[] Solve(double[,] a, double[] b)
    {
        var size = b.Length;
        var l = new double[size, size];
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var sum = a[i, j];
                for (var k = 0; k < j; k++)
                {
                    sum -= l[i, k] * l[j, k];
                }

                l[i, j] = i == j ? Math.Sqrt(sum) : sum / l[j, j];
            }
        }

        var x = new double[size];
        for (var i = 0; i < size; i++)
        {
            x[i] = b[i];
            for (var k = 0; k < i; k++)
            {
                x[i] -= l[i, k] * x[k];
            }

            x[i] /= l[i, i];
        }

        for (var i = size - 1; i >= 0; i--)
        {
            for (var k = i + 1; k < size; k++)
            {
                x[i] -= l[k, i] * x[k];
            }

            x[i] /= l[i, i];
        }

        return x;
    }
}
