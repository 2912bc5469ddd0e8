using System.Collections.Immutable;

namespace GpuInfra.Planning.Fleets;

/// <summary>A whole fleet of one serving, as a column of a <see cref="FleetMaster"/>.</summary>
/// <param name="Serving">The serving's number.</param>
/// <param name="Counts">Instances by place, ordered by place, without zeros; a place is a choice and a purchase.</param>
/// <param name="Cost">What it costs in a month.</param>
/// <param name="Uses">What it takes of the limits, ordered by limit, without zeros.</param>
internal sealed record FleetColumn(
    int Serving, ImmutableArray<(int Place, int Count)> Counts, decimal Cost, ImmutableArray<(int Limit, double Amount)> Uses)
{
    /// <summary>Instances in a place.</summary>
    public int Count(int place)
    {
        foreach (var (at, count) in Counts)
        {
            if (at == place)
            {
                return count;
            }
        }

        return 0;
    }

    /// <summary>Its cost where limits have prices; what it takes of them alone where costs do not count.</summary>
    public double CostAt(double[] prices, bool isCounting)
    {
        var cost = isCounting ? (double)Cost : 0;
        foreach (var (limit, amount) in Uses)
        {
            cost += amount * prices[limit];
        }

        return cost;
    }

    /// <summary>True when a fleet of the same serving is the same.</summary>
    public bool IsSame(FleetColumn other) => Serving == other.Serving && Counts.AsSpan().SequenceEqual(other.Counts.AsSpan());
}
