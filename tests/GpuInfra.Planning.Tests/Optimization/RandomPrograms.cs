using GpuInfra.Planning.Optimization;

namespace GpuInfra.Planning.Tests.Optimization;

/// <summary>Programs by number: the same number is the same program.</summary>
internal static class RandomPrograms
{
    /// <summary>A program of covers, caps and equalities, with costs of both signs; some are infeasible.</summary>
    /// <param name="seed">Its number.</param>
    /// <param name="variables">Variables; one in five is continuous unless <paramref name="whole"/>.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="range">The most that a variable can range over.</param>
    /// <param name="whole">True when all variables are whole numbers.</param>
    public static IntegerProgram Of(int seed, int variables, int rows, int range, bool whole = false)
    {
        var random = new Random(seed);
        var program = new IntegerProgram();
        for (var variable = 0; variable < variables; variable++)
        {
            var lower = random.Next(4) == 0 ? -random.Next(range) : 0;
            program.Add(new Variable(
                FormattableString.Invariant($"x{variable}"), lower, lower + random.Next(1, range + 1), (random.Next(600) - 100) / 10m, whole || random.Next(5) > 0));
        }

        for (var row = 0; row < rows; row++)
        {
            var terms = Enumerable.Range(0, variables)
                .Where(_ => random.Next(3) > 0)
                .Select(variable => new Term(variable, (random.Next(200) - 40) / 10.0))
                .Where(term => term.Coefficient != 0)
                .ToArray();

            // Rounded to tenths like the coefficients, so that equalities have whole solutions now and then.
            var reach = terms.Sum(term => Math.Abs(term.Coefficient)) * range;
            var sense = random.Next(9) switch { 0 => Sense.Equal, < 4 => Sense.AtMost, _ => Sense.AtLeast };
            program.Add(new Row(FormattableString.Invariant($"r{row}"), terms, sense, Math.Round(reach * (random.NextDouble() * 0.5 - 0.05), 1)));
        }

        return program;
    }

    /// <summary>The least cost by trying every point; all variables must be whole numbers.</summary>
    public static decimal? LeastCostByBruteForce(IntegerProgram program)
    {
        decimal? best = null;
        var point = program.Variables.Select(variable => variable.Lower).ToArray();
        while (true)
        {
            if (program.Holds(point) && program.Cost(point) is var cost && (best is null || cost < best))
            {
                best = cost;
            }

            var digit = 0;
            while (digit < point.Length && point[digit] == program.Variables[digit].Upper)
            {
                point[digit] = program.Variables[digit].Lower;
                digit++;
            }

            if (digit == point.Length)
            {
                return best;
            }

            point[digit]++;
        }
    }
}
