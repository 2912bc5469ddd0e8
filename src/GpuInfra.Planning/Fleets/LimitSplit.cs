using System.Collections.Immutable;
using GpuInfra.Planning.Optimization;

namespace GpuInfra.Planning.Fleets;

/// <summary>
/// Servings that share limits, solved by branch and bound over how much of a limit each may use. A node's bound is the sum of its servings, each
/// solved alone within its parts. Where they break a limit together, at least one of them must use less than it does: a child for each of them.
/// Nodes are taken by the lowest bound, then the eldest, so the first that breaks nothing is the optimum. It asks nothing of how a fleet takes of a
/// limit, so it is for fleets whose updates start machines beside them, which is no sum over instances. It is fast where limits rule out a
/// little of the cheapest fleet; where they rule out much, <see cref="CoupledSearch"/> takes over, which pays for what updates start too.
/// </summary>
internal sealed class LimitSplit
{
    /// <summary>Servings solved before the other search takes over.</summary>
    private const int MostSolved = 1_000;

    /// <summary>By how much less is less: limits are counted in whole units.</summary>
    private const double Less = 1e-4;

    private readonly FleetProblem _problem;
    private readonly SearchLimits _search;
    private readonly Dictionary<string, FleetOptimum> _solved = new(StringComparer.Ordinal);
    private readonly PriorityQueue<Node, (decimal Bound, int Number)> _open = new();
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private int _numbered;

    private LimitSplit(FleetProblem problem, SearchLimits search) => (_problem, _search) = (problem, search);

    /// <summary>Whether updates start machines beside those of a problem's servings that take of its limits.</summary>
    public static bool IsNeeded(FleetProblem problem) => problem.Servings.Any(serving => serving.Choices.Any(choice => choice.Surge is { Uses.IsEmpty: false }));

    /// <summary>The cheapest fleet.</summary>
    public static FleetOptimum Solve(FleetProblem problem, SearchLimits search) => new LimitSplit(problem, search).Run();

    private FleetOptimum Run()
    {
        var all = _problem.Limits.Select(limit => limit.Most).ToImmutableArray();
        Enqueue([.. _problem.Servings.Select(_ => all)]);
        while (_open.TryDequeue(out var node, out _))
        {
            if (_solved.Count > MostSolved || node.Parts.Any(part => part.Status == SolutionStatus.NodeLimit))
            {
                var together = CoupledSearch.Solve(_problem, _search);
                return together with { Bound = Math.Max(together.Bound, together.IsSolved ? Math.Min(node.Parts.Sum(part => part.Bound), together.Objective) : 0) };
            }

            var uses = node.Parts.Select(part => PlacedInstances.Uses(part.Instances)).ToArray();
            var broken = -1;
            for (var limit = 0; limit < all.Length && broken < 0; limit++)
            {
                broken = uses.Sum(use => use.GetValueOrDefault(_problem.Limits[limit].Name)) > all[limit] + Tolerance.Feasibility ? limit : -1;
            }

            if (broken < 0)
            {
                return FleetOptimum.Sum([.. node.Parts]) with { Nodes = _solved.Values.Sum(part => part.Nodes) };
            }

            for (var serving = 0; serving < node.Parts.Length; serving++)
            {
                if (uses[serving].GetValueOrDefault(_problem.Limits[broken].Name) is var used && used > 0)
                {
                    Enqueue(node.Most.SetItem(serving, node.Most[serving].SetItem(broken, used - Less)));
                }
            }
        }

        return new FleetOptimum(SolutionStatus.Infeasible, [], 0, 0, _solved.Values.Sum(part => part.Nodes));
    }

    /// <summary>Solves the servings of a node; one that cannot be solved within its parts has no fleets.</summary>
    private void Enqueue(ImmutableArray<ImmutableArray<double>> most)
    {
        if (!_seen.Add(string.Join('|', most.Select(Key))))
        {
            return;
        }

        ImmutableArray<FleetOptimum> parts = [.. _problem.Servings.Select((serving, number) => Alone(number, serving, most[number]))];
        if (parts.All(part => part.IsSolved || part.Status == SolutionStatus.NodeLimit))
        {
            _open.Enqueue(new Node(most, parts), (parts.Sum(part => part.Objective), ++_numbered));
        }
    }

    private FleetOptimum Alone(int number, ServingNeed serving, ImmutableArray<double> most)
    {
        var key = $"{number}:{Key(most)}";
        if (!_solved.TryGetValue(key, out var found))
        {
            ImmutableArray<SharedLimit> within = [.. _problem.Limits.Select((limit, index) => limit with { Most = most[index] })];
            _solved.Add(key, found = ServingSearch.Solve(serving, within, _search));
        }

        return found;
    }

    private static string Key(ImmutableArray<double> most) => string.Join(' ', most.Select(part => part.ToString("R", System.Globalization.CultureInfo.InvariantCulture)));

    /// <summary>What each serving may use of each limit, and its cheapest fleet within that.</summary>
    private sealed record Node(ImmutableArray<ImmutableArray<double>> Most, ImmutableArray<FleetOptimum> Parts);
}
