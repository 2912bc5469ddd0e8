using System.Numerics;

namespace GpuInfra.Planning.Optimization;

/// <summary>
/// The amount that all costs of a program are multiples of, where only whole numbers cost anything: two solutions then differ by a
/// multiple of it, so a bound within a unit of a solution proves it.
/// </summary>
internal static class CostUnit
{
    private const decimal Finest = 1_000_000;

    /// <summary>The greatest common divisor of the costs, to a millionth; zero when there is none.</summary>
    public static decimal Of(IntegerProgram program)
    {
        var unit = BigInteger.Zero;
        foreach (var variable in program.Variables.Where(variable => variable.Cost != 0))
        {
            var scaled = variable.Cost * Finest;
            if (!variable.IsInteger || scaled != decimal.Truncate(scaled))
            {
                return 0;
            }

            unit = BigInteger.GreatestCommonDivisor(unit, new BigInteger(scaled));
        }

        return (decimal)unit / Finest;
    }
}
