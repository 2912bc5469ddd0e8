using System.Collections.Immutable;
using GpuInfra.Planning.Optimization;

namespace GpuInfra.Planning.Fleets;

/// <summary>
/// Finds the prices of limits at which the servings' own cheapest fleets prove most, by column generation. Servings are asked at prices
/// between the master's and those that proved most so far (Wentges 1997), since the master's jump about while it knows few columns.
/// </summary>
internal sealed class FleetPrices(ImmutableArray<ServingFleets> servings, ImmutableArray<SharedLimit> limits, SearchLimits search)
{
    /// <summary>The weight of the prices that proved most so far.</summary>
    private const double Smoothing = 0.6;

    /// <summary>Prices that prove all but this share of what the master costs are as good as the best.</summary>
    private const double RelativeEnd = 1e-9;

    private readonly List<FleetColumn> _columns = [];
    private readonly SortedSet<int> _active = [];
    private double[] _best = new double[limits.Length];

    /// <summary>Nodes of all search trees so far.</summary>
    public int Nodes { get; private set; }

    /// <summary>A cheap whole fleet of columns around a mix; null when none below a cost is found.</summary>
    public FleetColumn[]? WholeWithin(MasterSolution master, decimal below) => FleetMaster.SolveWhole(master, servings.Length, limits, below);

    /// <summary>
    /// The cheapest mix of fleets within branches, and what no fleet there costs less than. No mix where nothing keeps the limits or
    /// nothing is below the cutoff; not done where the node limit came first.
    /// </summary>
    public (MasterSolution? Master, decimal Bound, bool IsDone) Converge(ImmutableArray<Branch> branches, decimal bound, decimal cutoff)
    {
        if (!HasColumns(branches, ref bound))
        {
            return (null, bound, Nodes < search.Nodes);
        }

        // Below the root prices hardly change, and servings that see the same prices have answered already.
        var (isCounting, isSmooth, proven) = (false, branches.IsEmpty, decimal.MinValue);
        while (true)
        {
            var master = Master(branches, ref isCounting);
            if (Nodes >= search.Nodes)
            {
                return (master, bound, false);
            }

            if (bound >= cutoff)
            {
                return (null, bound, true);
            }

            // Prices first make the limits hold, then the fleet cheap.
            var prices = isCounting && isSmooth ? [.. master.Prices.Zip(_best, (price, other) => (1 - Smoothing) * price + Smoothing * other)] : master.Prices;
            if (Ask(servings, branches, prices, isCounting) is not { } answers)
            {
                return (isCounting ? master : null, bound, Nodes < search.Nodes);
            }

            if (!isCounting && answers.Sum > (decimal)Tolerance.Feasibility)
            {
                return (null, bound, true);
            }

            var added = Add(answers.Columns.Where(column =>
                column.CostAt(master.Prices, isCounting) < master.Convexity[column.Serving] - (double)search.Precision / servings.Length));
            if (isCounting)
            {
                bound = Math.Max(bound, answers.Sum);
                (_best, proven) = answers.Sum > proven ? (prices, answers.Sum) : (_best, proven);
                if ((added == 0 && !isSmooth) || master.Value - (double)bound <= (double)search.Precision + RelativeEnd * master.Value)
                {
                    return (master, bound, true);
                }

                // Where smoothed prices find nothing new, the master's own have to.
                isSmooth = added > 0 && branches.IsEmpty;
            }
            else if (added == 0)
            {
                return (null, bound, true);
            }
        }
    }

    /// <summary>
    /// Sees to it that each serving has a column within branches; false when one cannot have any. The first columns are fleets without
    /// limits, whose sum no fleet costs less than.
    /// </summary>
    private bool HasColumns(ImmutableArray<Branch> branches, ref decimal bound)
    {
        var known = _columns.Where(column => IsWithin(branches, column)).Select(column => column.Serving).ToHashSet();
        ImmutableArray<ServingFleets> missing = [.. servings.Where(serving => !known.Contains(serving.Number))];
        if (missing.IsEmpty)
        {
            return true;
        }

        if (Ask(missing, branches, _best, isCounting: true) is not { } answers)
        {
            return false;
        }

        Add(answers.Columns);
        bound = missing.Length == servings.Length ? Math.Max(bound, answers.Sum) : bound;
        return true;
    }

    private static bool IsWithin(ImmutableArray<Branch> branches, FleetColumn column)
    {
        foreach (var branch in branches)
        {
            if (branch.Serving == column.Serving && (column.Count(branch.Place) is var count && (count < branch.Lower || count > branch.Upper)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The cheapest mix; when none keeps the limits, the one that exceeds them least. Limits that it breaks come into play.</summary>
    private MasterSolution Master(ImmutableArray<Branch> branches, ref bool isCounting)
    {
        ImmutableArray<FleetColumn> columns = [.. _columns.Where(column => IsWithin(branches, column))];
        while (true)
        {
            int[] active = [.. _active];
            var master = FleetMaster.Solve(columns, servings.Length, limits, active, isCounting);
            var keeps = isCounting || master.Excess <= Tolerance.Feasibility;
            var uses = master.Uses(limits.Length);
            var broken = Enumerable.Range(0, limits.Length).Where(limit => !_active.Contains(limit) && uses[limit] > limits[limit].Most + Tolerance.Feasibility).ToList();
            if (broken.Count == 0 && isCounting == keeps)
            {
                return master;
            }

            // A limit that has just come into play may not be kept by any mix yet.
            _active.UnionWith(broken);
            isCounting = keeps && broken.Count == 0;
        }
    }

    /// <summary>The cheapest fleet of each of some servings at prices, and what they cost at least, less what the limits are worth; null where one has none.</summary>
    private (ImmutableArray<FleetColumn> Columns, decimal Sum)? Ask(
        ImmutableArray<ServingFleets> asked, ImmutableArray<Branch> branches, double[] prices, bool isCounting)
    {
        var answers = OnAllCores.Select(asked, serving =>
            serving.Cheapest([.. branches.Where(branch => branch.Serving == serving.Number)], prices, isCounting));
        Nodes += answers.Sum(answer => answer.Nodes);
        if (answers.Any(answer => answer.Column is null))
        {
            return null;
        }

        var worth = 0m;
        for (var limit = 0; limit < limits.Length; limit++)
        {
            worth += (decimal)(prices[limit] * limits[limit].Most);
        }

        return ([.. answers.Select(answer => answer.Column!)], answers.Sum(answer => answer.Bound) - worth);
    }

    private int Add(IEnumerable<FleetColumn> columns)
    {
        var before = _columns.Count;
        foreach (var column in columns.Where(column => !_columns.Any(column.IsSame)).ToList())
        {
            _columns.Add(column);
        }

        return _columns.Count - before;
    }
}
