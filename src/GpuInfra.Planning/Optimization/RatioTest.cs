using System.Runtime.CompilerServices;

namespace GpuInfra.Planning.Optimization;

/// <summary>
/// Chooses the entering variable of a dual step. Breakpoints are passed in the order of their ratios while the leaving row stays
/// infeasible with their variables flipped to the other bound; the one that ends this enters.
/// </summary>
internal sealed class RatioTest(SimplexBasis simplex)
{
    /// <summary>Ratios this close count as equal, and the larger pivot wins.</summary>
    private const double Equal = 1e-10;

    private readonly List<(double Ratio, double Size, int Variable)> _breakpoints = [];

    /// <summary>Variables to be flipped to their other bound by the step.</summary>
    public List<int> Flipped { get; } = [];

    /// <summary>The entering variable, or −1 when the row can never be made feasible.</summary>
    /// <param name="below">True when the leaving variable is below its lower bound.</param>
    /// <param name="infeasibility">How far it is outside.</param>
    /// <param name="alpha">The leaving row's coefficients.</param>
    /// <param name="bland">True to take the first breakpoint and the lowest number.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Choose(bool below, double infeasibility, double[] alpha, bool bland)
    {
        _breakpoints.Clear();
        Flipped.Clear();
        for (var variable = 0; variable < alpha.Length; variable++)
        {
            var coefficient = below ? -alpha[variable] : alpha[variable];
            if (coefficient == 0 || simplex.IsBasic[variable] || simplex.Lower[variable] == simplex.Upper[variable]
                || coefficient > 0 != simplex.IsAtLower(variable))
            {
                continue;
            }

            if (Math.Abs(coefficient) > Tolerance.Pivot)
            {
                _breakpoints.Add((Math.Abs(simplex.Reduced[variable] / coefficient), Math.Abs(coefficient), variable));
            }
            else if (simplex.Upper[variable] - simplex.Lower[variable] is var range && double.IsFinite(range))
            {
                // Too small to pivot on, yet it counts before the row is called a proof.
                infeasibility -= Math.Abs(coefficient) * range;
            }
        }

        if (_breakpoints.Count == 0)
        {
            return -1;
        }

        _breakpoints.Sort(static (left, right) =>
            left.Ratio != right.Ratio ? left.Ratio.CompareTo(right.Ratio)
            : left.Size != right.Size ? right.Size.CompareTo(left.Size)
            : left.Variable.CompareTo(right.Variable));
        var last = 0;
        while (!bland)
        {
            var variable = _breakpoints[last].Variable;
            infeasibility -= _breakpoints[last].Size * (simplex.Upper[variable] - simplex.Lower[variable]);
            if (infeasibility < 0 || last == _breakpoints.Count - 1)
            {
                break;
            }

            last++;
        }

        // Every variable at its better bound and still infeasible: the row is a proof, unless only rounding says so.
        if (!bland && infeasibility > Tolerance.Feasibility)
        {
            return -1;
        }

        var chosen = last;
        for (var next = last + 1; next < _breakpoints.Count && _breakpoints[next].Ratio <= _breakpoints[last].Ratio + Equal; next++)
        {
            var better = bland ? _breakpoints[next].Variable < _breakpoints[chosen].Variable : _breakpoints[next].Size > _breakpoints[chosen].Size;
            if (better)
            {
                chosen = next;
            }
        }

        for (var passed = 0; passed < last; passed++)
        {
            Flipped.Add(_breakpoints[passed].Variable);
        }

        return _breakpoints[chosen].Variable;
    }
}
