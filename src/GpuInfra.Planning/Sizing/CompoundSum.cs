using System.Runtime.CompilerServices;

namespace GpuInfra.Planning.Sizing;

/// <summary>
/// The distribution of a sum of a random number of alike parts on a grid, by Panjer's recursion: for numbers with p(n) = (a + b/n)·p(n − 1)
/// and parts that are j cells long with probability f(j), the sum is k cells long with
/// g(k) = Σ_{j=1..k} (a + b·j/k)·f(j)·g(k − j) / (1 − a·f(0)) (H. Panjer, ASTIN Bulletin 12, 1981). Exact for the grid; what is beyond
/// its end is left out.
/// </summary>
internal static class CompoundSum
{
    /// <summary>A Poisson number of parts (a = 0, b = mean).</summary>
    /// <param name="mean">Parts on average.</param>
    /// <param name="parts">Probability of a part of 0, 1, 2, … cells; what is missing to 1 is longer.</param>
    /// <param name="sum">Where the probabilities of a sum of 0, 1, 2, … cells go; as long as <paramref name="parts"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Poisson(double mean, ReadOnlySpan<double> parts, Span<double> sum)
    {
        sum[0] = Math.Exp(mean * (parts[0] - 1));
        for (var cells = 1; cells < sum.Length; cells++)
        {
            var total = 0.0;
            for (var part = 1; part <= cells; part++)
            {
                total += part * parts[part] * sum[cells - part];
            }

            sum[cells] = total * mean / cells;
        }
    }

    /// <summary>A geometric number of parts, n with probability (1 − again)·againⁿ (a = again, b = 0): waiting times, by Pollaczek and Khinchine.</summary>
    /// <param name="again">Probability of a further part, below 1.</param>
    /// <param name="parts">As for <see cref="Poisson"/>.</param>
    /// <param name="sum">As for <see cref="Poisson"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Geometric(double again, ReadOnlySpan<double> parts, Span<double> sum)
    {
        var first = 1 / (1 - (again * parts[0]));
        sum[0] = (1 - again) * first;
        for (var cells = 1; cells < sum.Length; cells++)
        {
            var total = 0.0;
            for (var part = 1; part <= cells; part++)
            {
                total += parts[part] * sum[cells - part];
            }

            sum[cells] = total * again * first;
        }
    }
}
