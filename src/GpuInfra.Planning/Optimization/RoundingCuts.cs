namespace GpuInfra.Planning.Optimization;

/// <summary>
/// Mixed-integer rounding cuts from single rows (Nemhauser and Wolsey 1990; Marchand and Wolsey 2001). With every variable counted from
/// its nearer bound, a row Σ aⱼxⱼ + Σ cⱼsⱼ ≤ b over whole x ≥ 0 and continuous s ≥ 0 implies, for any δ > 0 and f the fraction of b/δ,
/// Σ (⌊aⱼ/δ⌋ + max(0, fⱼ − f)/(1 − f)) xⱼ + Σ min(0, cⱼ)/(δ(1 − f)) sⱼ ≤ ⌊b/δ⌋. Bounds are those of the root, so a cut holds everywhere.
/// </summary>
internal sealed class RoundingCuts(IntegerProgram program, double[] lower, double[] upper)
{
    private const double LeastViolation = 1e-4;
    private const double LeastFraction = 1e-3;
    private const double LargestCoefficient = 1e5;

    /// <summary>Cuts that the point breaks, the best of each row.</summary>
    public List<Row> Find(ReadOnlySpan<double> point)
    {
        var cuts = new List<Row>();
        foreach (var row in program.Rows)
        {
            var best = row.Sense switch
            {
                Sense.AtMost => Best(row.Terms, row.RightHandSide, 1, point),
                Sense.AtLeast => Best(row.Terms, row.RightHandSide, -1, point),
                _ => Best(row.Terms, row.RightHandSide, 1, point) ?? Best(row.Terms, row.RightHandSide, -1, point),
            };
            if (best is { } cut)
            {
                cuts.Add(cut);
            }
        }

        return cuts;
    }

    private Row? Best(Term[] terms, double right, int sign, ReadOnlySpan<double> point)
    {
        // Counted from the nearer bound: x = l + x′ or x = u − x′.
        var shifted = new (int Variable, double Coefficient, bool FromUpper)[terms.Length];
        var rest = sign * right;
        for (var at = 0; at < terms.Length; at++)
        {
            var (variable, coefficient) = (terms[at].Variable, sign * terms[at].Coefficient);
            var fromUpper = upper[variable] - point[variable] < point[variable] - lower[variable];
            rest -= coefficient * (fromUpper ? upper[variable] : lower[variable]);
            shifted[at] = (variable, fromUpper ? -coefficient : coefficient, fromUpper);
        }

        Row? best = null;
        var bestEfficacy = LeastViolation;
        foreach (var divisor in Divisors(shifted, point))
        {
            if (Round(shifted, rest, divisor) is { } cut)
            {
                var efficacy = cut.Violation(point) / Math.Sqrt(cut.Terms.Sum(term => term.Coefficient * term.Coefficient));
                if (efficacy > bestEfficacy)
                {
                    (best, bestEfficacy) = (cut, efficacy);
                }
            }
        }

        return best;
    }

    private List<double> Divisors((int Variable, double Coefficient, bool FromUpper)[] terms, ReadOnlySpan<double> point)
    {
        var divisors = new List<double>();
        foreach (var (variable, coefficient, _) in terms)
        {
            var inside = point[variable] > lower[variable] + Tolerance.Integrality && point[variable] < upper[variable] - Tolerance.Integrality;
            if (program.Variables[variable].IsInteger && inside && coefficient != 0 && !divisors.Contains(Math.Abs(coefficient)))
            {
                divisors.Add(Math.Abs(coefficient));
            }
        }

        return divisors;
    }

    private Row? Round((int Variable, double Coefficient, bool FromUpper)[] terms, double rest, double divisor)
    {
        var fraction = rest / divisor - Math.Floor(rest / divisor);
        if (fraction is < LeastFraction or > 1 - LeastFraction)
        {
            return null;
        }

        var right = Math.Floor(rest / divisor);
        var cut = new List<Term>(terms.Length);
        foreach (var (variable, coefficient, fromUpper) in terms)
        {
            var scaled = coefficient / divisor;
            var rounded = program.Variables[variable].IsInteger
                ? Math.Floor(scaled) + Math.Max(0, scaled - Math.Floor(scaled) - fraction) / (1 - fraction)
                : Math.Min(0, scaled) / (1 - fraction);
            if (rounded != 0)
            {
                // Back to the variable itself.
                right += fromUpper ? -rounded * upper[variable] : rounded * lower[variable];
                cut.Add(new Term(variable, fromUpper ? -rounded : rounded));
            }
        }

        var tooWide = cut.Count == 0 || cut.Any(term => Math.Abs(term.Coefficient) > LargestCoefficient) || Math.Abs(right) > LargestCoefficient * 10;
        return tooWide ? null : new Row("cut", [.. cut], Sense.AtMost, right + 1e-9 * (1 + Math.Abs(right)));
    }
}
