using System.Collections.Immutable;
using GpuInfra.Planning.Optimization;

namespace GpuInfra.Planning.Fleets;

/// <summary>
/// Servings that share limits, solved by branch and price (Barnhart et al. 1998). A column is a whole fleet of one serving; the master takes
/// one column of each serving within the limits, of which only those are written down that some mix broke (<see cref="FleetPrices"/>). Its
/// duals put a price on each limit; every serving then answers with its cheapest whole fleet at those prices. The sum of the answers less
/// the worth of the limits is a lower bound (Lagrange), far above that of the linear relaxation, because servings are whole. At most as
/// many servings are mixed as limits bind, so the bound is close where servings are many. Where the master mixes fleets, a count that
/// they differ in is branched on. Servings answer on all cores, in their order.
/// </summary>
internal sealed class CoupledSearch
{
    private readonly ImmutableArray<ServingFleets> _servings;
    private readonly FleetPrices _prices;
    private readonly SearchLimits _search;
    private readonly PriorityQueue<Node, (decimal Bound, int Number)> _open = new();
    private FleetColumn[]? _best;
    private decimal _bestCost = decimal.MaxValue;
    private int _numbered;

    private CoupledSearch(FleetProblem problem, SearchLimits search)
    {
        _search = search;
        _servings = [.. problem.Servings.Select((serving, number) => new ServingFleets(number, serving, problem.Limits, search))];
        _prices = new FleetPrices(_servings, problem.Limits, search);
    }

    private decimal Cutoff => _best is null ? decimal.MaxValue : _bestCost - _search.Precision;

    /// <summary>Solves a problem whose servings share limits.</summary>
    public static FleetOptimum Solve(FleetProblem problem, SearchLimits search) => new CoupledSearch(problem, search).Run();

    private FleetOptimum Run()
    {
        // No price is below nothing, so nothing is a bound.
        _open.Enqueue(new Node([], 0), default);
        while (_prices.Nodes < _search.Nodes && _open.TryPeek(out var node, out _) && !IsCloseEnough(node.Bound))
        {
            _open.Dequeue();
            if (node.Bound < Cutoff)
            {
                Explore(node);
            }
        }

        var open = _open.UnorderedItems.Select(item => item.Element.Bound).Where(bound => bound < Cutoff).ToList();
        var bound = open.Count == 0 ? _bestCost : open.Min();
        var status = open.Count > 0 ? SolutionStatus.NodeLimit : _best is null ? SolutionStatus.Infeasible : SolutionStatus.Optimal;
        return _best is null
            ? new FleetOptimum(status, [], 0, open.Count == 0 ? 0 : bound, _prices.Nodes)
            : new FleetOptimum(status, [.. _best.SelectMany(column => _servings[column.Serving].Read(column))], _bestCost, bound, _prices.Nodes);
    }

    /// <summary>True when the best fleet is within the gap of what is proven, and enough was done to prove the rest.</summary>
    private bool IsCloseEnough(decimal bound) =>
        _best is not null && _prices.Nodes >= _search.NodesWithinGap && bound >= _bestCost * (1 - (decimal)_search.Gap);

    private void Explore(Node node)
    {
        var (master, bound, isDone) = _prices.Converge(node.Branches, node.Bound, Cutoff);
        if (master is { IsCounting: true } && bound < Cutoff && _prices.WholeWithin(master, _bestCost) is { } fleet)
        {
            var cost = fleet.Sum(column => column.Cost);
            (_best, _bestCost) = cost < _bestCost ? (fleet, cost) : (_best, _bestCost);
        }

        if (!isDone)
        {
            // Cut short: what is proven below it is its bound so far.
            Enqueue(node with { Bound = bound });
        }
        else if (master is not null && bound < Cutoff && Mixed(master) is var (serving, place, value))
        {
            var floor = (int)Math.Floor(value + Tolerance.Integrality);
            Enqueue(new Node(node.Branches.Add(new Branch(serving, place, floor + 1, int.MaxValue)), bound));
            Enqueue(new Node(node.Branches.Add(new Branch(serving, place, 0, floor)), bound));
        }
    }

    private void Enqueue(Node node) => _open.Enqueue(node, (node.Bound, ++_numbered));

    /// <summary>
    /// The count that the master's fleets of a serving differ in, its mean furthest from a whole number; none when it mixes none, as the
    /// fleet it takes is then found whole. Where all means are whole it is any that differs: either branch leaves one of the fleets out.
    /// </summary>
    private static (int Serving, int Place, double Value)? Mixed(MasterSolution master)
    {
        (int Serving, int Place, double Value)? best = null;
        var bestDistance = double.NegativeInfinity;
        foreach (var serving in master.Columns.Zip(master.Weights).Where(item => item.Second > Tolerance.Integrality).GroupBy(item => item.First.Serving))
        {
            var mixed = serving.ToList();
            foreach (var place in mixed.SelectMany(item => item.First.Counts.Select(count => count.Place)).Distinct().Order())
            {
                var mean = mixed.Sum(item => item.Second * item.First.Count(place)) / mixed.Sum(item => item.Second);
                var differs = mixed.Any(item => item.First.Count(place) != mixed[0].First.Count(place));
                if (differs && Math.Abs(mean - Math.Round(mean)) is var distance && distance > bestDistance)
                {
                    (best, bestDistance) = ((serving.Key, place, mean), distance);
                }
            }
        }

        return best;
    }

    /// <summary>A node: its branches, and what no fleet below it costs less than.</summary>
    private sealed record Node(ImmutableArray<Branch> Branches, decimal Bound);
}

/// <summary>How many instances a serving has in a place, at least and at most.</summary>
internal readonly record struct Branch(int Serving, int Place, int Lower, int Upper);
