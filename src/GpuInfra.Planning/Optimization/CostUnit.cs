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
        var unit = 0L;
        foreach (var variable in program.Variables)
        {
            var scaled = variable.Cost * Finest;
            if (scaled == 0)
            {
                continue;
            }

            if (!variable.IsInteger || scaled != decimal.Truncate(scaled) || Math.Abs(scaled) > long.MaxValue)
            {
                return 0;
            }

            for (var rest = Math.Abs((long)scaled); rest != 0;)
            {
                (unit, rest) = (rest, unit % rest);
            }
        }

        return unit / Finest;
    }
}
