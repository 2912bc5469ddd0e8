using System.Collections.Immutable;

namespace GpuInfra.Planning.Units;

/// <summary>Rounds sums of money to whole cents so that the parts still add up to the whole.</summary>
public static class Cents
{
    private const decimal PerDollar = 100;

    /// <summary>
    /// Parts in whole cents that add up to their sum in whole cents. Each is rounded down; cents that are left over go to the largest
    /// remainders, ties to the first: no part moves by a cent or more.
    /// </summary>
    /// <param name="parts">USD, of any sign.</param>
    public static ImmutableArray<Usd> Round(IReadOnlyCollection<decimal> parts) => Round(parts, new Usd(parts.Sum()));

    /// <summary>The same for parts that are to add up to a sum which was rounded elsewhere, and lies within cents of their own.</summary>
    /// <param name="parts">USD, of any sign; at least one.</param>
    /// <param name="total">What they add up to; it is rounded to whole cents.</param>
    public static ImmutableArray<Usd> Round(IReadOnlyCollection<decimal> parts, Usd total)
    {
        ImmutableArray<decimal> exact = [.. parts.Select(part => part * PerDollar)];
        var dealt = exact.Select(Math.Floor).ToArray();
        ImmutableArray<int> order = [.. Enumerable.Range(0, exact.Length).OrderByDescending(index => exact[index] - dealt[index])];
        for (var left = (total.ToCents().Amount * PerDollar) - dealt.Sum(); left != 0;)
        {
            foreach (var index in left > 0 ? order : order.Reverse())
            {
                if (left != 0)
                {
                    dealt[index] += Math.Sign(left);
                    left -= Math.Sign(left);
                }
            }
        }

        return [.. dealt.Select(cents => new Usd(cents / PerDollar))];
    }

    /// <summary>A sum in parts by weight, in whole cents that add up to it; evenly where no weight is above zero.</summary>
    /// <param name="total">The sum; it is rounded to whole cents.</param>
    /// <param name="weights">A weight for each part, zero or more; at least one.</param>
    public static ImmutableArray<Usd> Deal(Usd total, IReadOnlyCollection<decimal> weights)
    {
        var sum = weights.Sum();
        var whole = total.ToCents().Amount;
        return Round([.. weights.Select(weight => sum > 0 ? whole * (weight / sum) : whole / weights.Count)]);
    }
}
