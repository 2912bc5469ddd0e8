using System.Runtime.CompilerServices;

namespace GpuInfra.Planning.Demands;

/// <summary>The standard normal distribution.</summary>
internal static class Normal
{
    /// <summary>
    /// The quantile function Φ⁻¹, by bisection of Φ to the last bit: fleets are planned in milliseconds anyway, and a bracketed
    /// search has no region where an approximation is worse.
    /// </summary>
    /// <param name="probability">Strictly between 0 and 1.</param>
    public static double Quantile(double probability)
    {
        var (low, high) = (-40.0, 40.0);
        while (true)
        {
            var middle = low + (high - low) / 2;
            if (middle == low || middle == high)
            {
                return middle;
            }

            (low, high) = Cumulative(middle) < probability ? (middle, high) : (low, middle);
        }
    }

    /// <summary>Φ(x) by the series of Marsaglia (2004), φ(x)(x + x³/3 + x⁵/15 + …) + ½, exact to double precision for |x| ≤ 8.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Cumulative(double x)
    {
        if (x < -8)
        {
            return 0;
        }

        if (x > 8)
        {
            return 1;
        }

        var (sum, term) = (x, x);
        for (var i = 3; sum + term != sum; i += 2)
        {
            term *= x * x / i;
            sum += term;
        }

        return 0.5 + sum * Math.Exp(-0.5 * x * x) / Math.Sqrt(2 * Math.PI);
    }
}
