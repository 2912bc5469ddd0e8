using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Demands;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>Lays published terms under the load of one offer's instances; see <see cref="CommitmentLadder"/> for the maths.</summary>
/// <param name="price">What an instance costs on demand.</param>
/// <param name="discounts">The published terms, shortest first; one at least.</param>
internal sealed class LadderBuilder(UsdPerHour price, ImmutableArray<CommitmentDiscount> discounts)
{
    /// <summary>Months of a term.</summary>
    public static int Months(CommitmentTerm term) => term == CommitmentTerm.OneYear ? 12 : 36;

    /// <summary>The ladder of instances, as far as it does not depend on names.</summary>
    /// <param name="instances">How many there are, those for losses included.</param>
    /// <param name="forLosses">How many of them are kept for losses.</param>
    /// <param name="futures">What may come.</param>
    public LadderDraft Of(int instances, int forLosses, ImmutableArray<LoadFuture> futures)
    {
        var rows = Enumerable.Range(1, instances).Select(number => new Row(number, forLosses, discounts, futures)).ToImmutableArray();
        return new(
            [.. rows.Select(row => row.Use)],
            [.. discounts.Select((discount, term) => Step(discount, [.. rows.Where(row => row.IsCommitted && row.Term == term)]))],
            [.. futures.Select((future, index) => Future(future, index, rows))],
            LeastRegret(rows, futures.Length));
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

    private CommitmentStep Step(CommitmentDiscount discount, ImmutableArray<Row> committed) => new(
        discount, Share.FromFraction(1 - discount.Off.Fraction), committed.Length, Dollars(committed.Sum(row => row.Expected)), BearsFall(discount.Off, Months(discount.Term)));

    private LadderFuture Future(LoadFuture future, int index, ImmutableArray<Row> rows) => new(
        future.Name, future.Weight, rows.Count(row => row.Most(index) > 0),
        Dollars(rows.Sum(row => row.IsCommitted ? 1 - discounts[row.Term].Off.Fraction : row.Needed(index))),
        Dollars(rows.Sum(row => row.Regret(index, row.IsCommitted))));

    /// <summary>How many instances, the most needed first, to commit to for the least worst regret; the fewest where several do.</summary>
    private static int LeastRegret(ImmutableArray<Row> rows, int futures)
    {
        var regrets = Enumerable.Range(0, futures).Select(future => rows.Sum(row => row.Regret(future, false))).ToArray();
        var (count, least) = (0, regrets.DefaultIfEmpty(0).Max());
        foreach (var row in rows)
        {
            for (var future = 0; future < futures; future++)
            {
                regrets[future] += row.Regret(future, true) - row.Regret(future, false);
            }

            // Beyond rounding: what is equal in exact numbers is not less.
            if (regrets.Max() < least - 1e-9)
            {
                (count, least) = (row.Use.Number, regrets.Max());
            }
        }

        return count;
    }

    private Usd Dollars(double share) => new Usd((decimal)share * price.Amount * UsdPerHour.HoursPerMonth).ToCents();

    /// <summary>An instance under every term in every future; amounts are shares of its on-demand price around the clock.</summary>
    private sealed class Row
    {
        private readonly ImmutableArray<double> _needed;
        private readonly ImmutableArray<ImmutableArray<double>> _savings;

        public Row(int number, int forLosses, ImmutableArray<CommitmentDiscount> discounts, ImmutableArray<LoadFuture> futures)
        {
            _needed = [.. futures.Select(future => future.Needed(number, forLosses, Months(CommitmentTerm.OneYear)))];
            _savings = [.. discounts.Select(discount => futures.Select(future => future.Needed(number, forLosses, Months(discount.Term)) - (1 - discount.Off.Fraction)).ToImmutableArray())];
            var expected = _savings.Select(savings => Mean(savings)).ToImmutableArray();
            Term = expected.IndexOf(expected.Max());
            Expected = expected[Term];
            Use = new(number, number <= forLosses, Share.FromFraction(Mean(_needed)), IsCommitted ? discounts[Term].Term : null);

            double Mean(ImmutableArray<double> values) => values.Zip(futures, (value, future) => value * future.Weight.Fraction).Sum();
        }

        public InstanceUse Use { get; }

        /// <summary>The term that it saves most under, the shortest of equals.</summary>
        public int Term { get; }

        /// <summary>What it is expected to save under that term; negative where a commitment costs more.</summary>
        public double Expected { get; }

        public bool IsCommitted => Expected > 0;

        /// <summary>What it costs in a future when it is left on demand.</summary>
        public double Needed(int future) => _needed[future];

        /// <summary>The most that any choice saves in a future.</summary>
        public double Most(int future) => Math.Max(0, _savings.Max(savings => savings[future]));

        public double Regret(int future, bool committed) => Most(future) - (committed ? _savings[Term][future] : 0);
    }
}

/// <summary>A ladder before it has names.</summary>
/// <param name="Uses">Instances, the most needed first.</param>
/// <param name="Steps">Terms, shortest first.</param>
/// <param name="Futures">What the ladder costs in each future.</param>
/// <param name="LeastRegret">Instances to commit to for the least worst regret.</param>
internal sealed record LadderDraft(
    ImmutableArray<InstanceUse> Uses, ImmutableArray<CommitmentStep> Steps, ImmutableArray<LadderFuture> Futures, int LeastRegret);

/// <summary>A future of the load that one offer carries.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Weight">Its weight; those of all futures add up to one.</param>
/// <param name="Demands">The serving's demand by month.</param>
/// <param name="Part">What of the serving's demand the offer carries, with headroom, over what an instance carries: instances for a request a second.</param>
internal sealed record LoadFuture(string Name, Share Weight, ImmutableArray<Demand> Demands, double Part)
{
    /// <summary>Share of hours in which an instance is needed, over so many months from the first; the last month known goes on.</summary>
    public double Needed(int number, int forLosses, int months)
    {
        if (number <= forLosses)
        {
            return 1;
        }

        var known = Math.Min(months, Demands.Length);
        return (Demands.Take(known).Sum(In) + (months - known) * In(Demands[^1])) / months;

        double In(Demand demand) => demand.Load.ShareAbove((number - forLosses - 1) / (demand.RequestsPerSecond * Part));
    }
}
