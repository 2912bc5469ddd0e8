using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Demands;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>Lays published terms under the load of one offer's instances; see <see cref="CommitmentLadder"/> for the maths.</summary>
/// <param name="price">What an instance costs on demand.</param>
/// <param name="discounts">The published terms.</param>
internal sealed class LadderBuilder(UsdPerHour price, ImmutableArray<CommitmentDiscount> discounts)
{
    /// <summary>Months of a term.</summary>
    public static int Months(CommitmentTerm term) => term == CommitmentTerm.OneYear ? 12 : 36;

    /// <summary>The ladder of instances, as far as it does not depend on names.</summary>
    /// <param name="instances">How many there are, those for losses included.</param>
    /// <param name="forLosses">How many of them are kept for losses.</param>
    /// <param name="futures">What may come.</param>
    public (ImmutableArray<InstanceUse> Uses, ImmutableArray<CommitmentStep> Steps, ImmutableArray<LadderFuture> Futures) Of(
        int instances, int forLosses, ImmutableArray<LoadFuture> futures)
    {
        var uses = Enumerable.Range(1, instances).Select(number => Use(number, forLosses, futures)).ToImmutableArray();
        return
        (
            uses,
            [.. discounts.Select(discount => Step(discount, uses, forLosses, futures))],
            [.. futures.Select(future => Future(future, uses, forLosses))]
        );
    }

    /// <summary>
    /// The yearly fall f of the on-demand price at which paying (1 − d) for T years costs what paying the falling price does:
    /// (1 − e^(−kT)) / (kT) = 1 − d with k = −ln(1 − f). The left side falls in k, so halving an interval finds it.
    /// </summary>
    public static Share BearsFall(Share off, int months)
    {
        var (low, high, years) = (1e-9, 20.0, months / 12.0);
        for (var step = 0; step < 60; step++)
        {
            var middle = (low + high) / 2;
            (low, high) = (1 - Math.Exp(-middle * years)) / (middle * years) > 1 - off.Fraction ? (middle, high) : (low, middle);
        }

        return Share.FromFraction(1 - Math.Exp(-low));
    }

    private InstanceUse Use(int number, int forLosses, ImmutableArray<LoadFuture> futures)
    {
        var best = discounts.Select(discount => (discount.Term, Saving: futures.Sum(future => future.Weight.Fraction * Saving(discount, number, forLosses, future))))
            .Where(item => item.Saving > 0).OrderByDescending(item => item.Saving).ThenBy(item => item.Term).Select(item => (CommitmentTerm?)item.Term).FirstOrDefault();
        return new(
            number, number <= forLosses, Share.FromFraction(futures.Sum(future => future.Weight.Fraction * future.Needed(number, forLosses, Months(CommitmentTerm.OneYear)))), best);
    }

    private CommitmentStep Step(CommitmentDiscount discount, ImmutableArray<InstanceUse> uses, int forLosses, ImmutableArray<LoadFuture> futures)
    {
        var committed = uses.Where(use => use.Term == discount.Term).ToList();
        var saving = committed.Sum(use => futures.Sum(future => future.Weight.Fraction * Saving(discount, use.Number, forLosses, future)));
        return new(discount, Share.FromFraction(1 - discount.Off.Fraction), committed.Count, Dollars(saving), BearsFall(discount.Off, Months(discount.Term)));
    }

    private LadderFuture Future(LoadFuture future, ImmutableArray<InstanceUse> uses, int forLosses)
    {
        var (cost, regret, best) = (0.0, 0.0, 0);
        foreach (var use in uses)
        {
            var needed = future.Needed(use.Number, forLosses, Months(use.Term ?? CommitmentTerm.OneYear));
            var chosen = discounts.Where(discount => discount.Term == use.Term).Select(discount => Saving(discount, use.Number, forLosses, future)).FirstOrDefault();
            var most = discounts.Select(discount => Saving(discount, use.Number, forLosses, future)).Append(0).Max();
            (cost, regret, best) = (cost + needed - chosen, regret + most - chosen, best + (most > 0 ? 1 : 0));
        }

        return new(future.Name, future.Weight, best, Dollars(cost), Dollars(regret));
    }

    /// <summary>What an instance saves under a term, as a share of its on-demand price around the clock.</summary>
    private static double Saving(CommitmentDiscount discount, int number, int forLosses, LoadFuture future) =>
        future.Needed(number, forLosses, Months(discount.Term)) - (1 - discount.Off.Fraction);

    private Usd Dollars(double share) => new Usd((decimal)share * price.Amount * UsdPerHour.HoursPerMonth).ToCents();
}

/// <summary>A future of the load that one offer carries.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Weight">Its weight; those of all futures add up to one.</param>
/// <param name="Demands">The serving's demand by month.</param>
/// <param name="Part">What of the serving's demand the offer carries, with headroom, over what an instance carries: instances for a request a second.</param>
internal sealed record LoadFuture(string Name, Share Weight, ImmutableArray<Demand> Demands, double Part)
{
    /// <summary>Share of hours in which an instance is needed, over so many months from the first; the last month known goes on.</summary>
    public double Needed(int number, int forLosses, int months) => number <= forLosses ? 1
        : Enumerable.Range(0, months).Average(month =>
        {
            var demand = Demands[Math.Min(month, Demands.Length - 1)];
            return demand.Load.ShareAbove((number - forLosses - 1) / (demand.RequestsPerSecond * Part));
        });
}
