namespace GpuInfra.Planning.Optimization;

/// <summary>Chooses what to branch on: the variable with the best pseudo costs, made reliable by trying both branches first.</summary>
internal sealed class Brancher(bool[] isInteger)
{
    private const int Reliable = 2;
    private const int MostTrials = 4;

    private readonly PseudoCosts _costs = new(isInteger.Length);

    /// <summary>Takes note of what a node's branch raised the bound by.</summary>
    public void Learn(SearchNode node, double bound)
    {
        if (node.Variable >= 0)
        {
            _costs.Learn(node.Variable, node.Estimate.Up, bound - node.Bound, node.Estimate.Distance);
        }
    }

    /// <summary>True when every whole number is whole.</summary>
    public bool IsWhole(DualSimplex simplex)
    {
        for (var variable = 0; variable < isInteger.Length; variable++)
        {
            if (isInteger[variable] && Math.Abs(simplex.Values[variable] - Math.Round(simplex.Values[variable])) > Tolerance.Integrality)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The variable and its value; −1 when all are whole.</summary>
    public (int Variable, double Value) Choose(DualSimplex simplex, double cutoff, double bound)
    {
        var candidates = new List<(int Variable, double Value, double Score)>();
        for (var variable = 0; variable < isInteger.Length; variable++)
        {
            var value = simplex.Values[variable];
            if (isInteger[variable] && Math.Abs(value - Math.Round(value)) > Tolerance.Integrality)
            {
                candidates.Add((variable, value, _costs.Score(variable, value - Math.Floor(value))));
            }
        }

        if (candidates.Count == 0)
        {
            return (-1, 0);
        }

        candidates.Sort(static (left, right) => left.Score != right.Score ? right.Score.CompareTo(left.Score) : left.Variable.CompareTo(right.Variable));
        var (best, bestValue, bestScore) = (-1, 0.0, double.NegativeInfinity);
        var trials = 0;
        foreach (var (variable, value, score) in candidates)
        {
            var tried = score;
            if (!_costs.IsReliable(variable, Reliable) && trials++ < MostTrials)
            {
                tried = Try(simplex, variable, value, cutoff, bound);
            }

            if (tried > bestScore)
            {
                (best, bestValue, bestScore) = (variable, value, tried);
            }
        }

        return (best, bestValue);
    }

    /// <summary>A whole number that is not decided yet; −1 when all are.</summary>
    public int FirstOpen(DualSimplex simplex) =>
        Enumerable.Range(0, isInteger.Length).FirstOrDefault(variable => isInteger[variable] && simplex.Lower[variable] < simplex.Upper[variable], -1);

    private double Try(DualSimplex simplex, int variable, double value, double cutoff, double bound)
    {
        var (floor, fraction) = (Math.Floor(value), value - Math.Floor(value));
        var down = simplex.Probe(variable, simplex.Lower[variable], floor, cutoff) - bound;
        var up = simplex.Probe(variable, floor + 1, simplex.Upper[variable], cutoff) - bound;
        var most = double.IsFinite(cutoff) ? Math.Max(cutoff - bound, 0) : 1e6 * (1 + Math.Abs(bound));
        (down, up) = (Math.Min(down, most), Math.Min(up, most));
        _costs.Learn(variable, false, down, fraction);
        _costs.Learn(variable, true, up, 1 - fraction);
        return PseudoCosts.Product(down, up);
    }
}
