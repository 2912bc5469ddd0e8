using System.Collections.Immutable;
using GpuInfra.Planning.Optimization;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>
/// Why there is no fleet: the smallest set of promises that cannot be kept together, in the plan's words, and for each of them how far it
/// would have to give way while the others hold.
/// </summary>
internal static class FleetConflict
{
    private static readonly SearchLimits Limits = new() { Nodes = 5_000 };

    /// <summary>The problems of a plan without a fleet: of each serving that cannot be met alone, else of what servings share.</summary>
    public static ImmutableArray<PlanProblem> Of(FleetProblem problem, ImmutableArray<ServingTask> tasks)
    {
        var alone = tasks
            .Select(task => (Task: task, Words: Explain(problem with { Servings = [task.Need], MostMonthly = null })))
            .Where(item => item.Words.Length > 0)
            .Select(item => item.Task.Serving.Location.Problem($"servings.{item.Task.Serving.Name}", item.Words))
            .ToImmutableArray();
        return alone.IsEmpty ? [tasks[0].Serving.Location.Problem("", CeilingConflict.Explain(problem) ?? Explain(problem))] : alone;
    }

    /// <summary>What is in conflict, and what would mend it; empty when nothing is.</summary>
    internal static string Explain(FleetProblem problem)
    {
        var reduced = problem with { Servings = [.. problem.Servings.Select(Dominance.Reduce)] };
        var formulation = new FleetFormulation(reduced);
        switch (FleetOptimizer.Solve(problem, Limits))
        {
            case { IsSolved: true }:
                return "";
            case { Status: SolutionStatus.NodeLimit }:
                return "no fleet was found within the search's limit of nodes that keeps all promises and limits";
        }

        var groups = formulation.Promises.GroupBy(promise => (promise.Serving, promise.Kind, promise.Kind is PromiseKind.Zone or PromiseKind.Cloud ? "" : promise.Subject)).ToImmutableArray();
        var conflict = ConflictFinder.Find(formulation.Program, [.. groups.Select(group => group.Select(promise => promise.Row).ToImmutableArray())])
            .Select(number => groups[number].ToImmutableArray())
            .ToImmutableArray();
        var names = conflict.Select(promises => Words(promises, formulation.Program.Rows[promises[0].Row].RightHandSide)).ToList();
        var remedies = conflict.Select(promises => Remedy(formulation.Program, promises)).OfType<string>().ToList();
        return (names.Count == 1 ? $"cannot be kept by any fleet: {names[0]}" : $"cannot be kept together: {string.Join("; ", names)}")
            + (remedies.Count == 0 ? "; allow more regions or clouds" : $". Any one of these would do: {string.Join("; ", remedies)}; or allow more regions or clouds");
    }

    private static string Words(ImmutableArray<Promise> promises, double right)
    {
        var (promise, serving) = (promises[0], promises[0].Serving);
        var words = promise.Kind switch
        {
            PromiseKind.Peak => FormattableString.Invariant($"{ShareOf(serving!, promise.Subject)} of a peak of {serving!.Peak:0.##} requests/s (with headroom) on {promise.Subject}"),
            PromiseKind.Reserve => FormattableString.Invariant($"reservations for {ShareOf(serving!, promise.Subject)} of {serving!.Baseline:0.##} requests/s on {promise.Subject}"),
            PromiseKind.Zone => $"{serving!.Survive.Zone} of P95 after the loss of a zone",
            PromiseKind.Cloud => $"{serving!.Survive.Cloud} of P95 after the loss of a cloud",
            PromiseKind.Replicas => FormattableString.Invariant($"at least {serving!.FewestReplicas} replicas"),
            PromiseKind.Limit => $"{FormattableString.Invariant($"{promise.Subject} of {promise.Limit!.Most:0.##}")} {promise.Limit.Unit}".TrimEnd(),
            PromiseKind.Spend => FormattableString.Invariant($"a budget.ceiling of ${right:N2} a month"),
            _ => promise.Subject,
        };
        return serving is null ? words : $"{words} ({serving.Name})";
    }

    private static Share ShareOf(ServingNeed serving, string cloud) =>
        Share.FromFraction(serving.Clouds.Single(item => JsonText.Word(item.Cloud) == cloud).Share);

    /// <summary>How far a promise would have to give way while all others hold; null when that would not be enough.</summary>
    private static string? Remedy(IntegerProgram program, ImmutableArray<Promise> promises)
    {
        // One variable says by which part of what is promised the rows give way.
        var isCap = program.Rows[promises[0].Row].Sense == Sense.AtMost;
        var relaxed = new IntegerProgram();
        foreach (var variable in program.Variables)
        {
            relaxed.Add(variable with { Cost = 0 });
        }

        var give = relaxed.Add(new Variable("give", 0, isCap ? 1_000 : 1, 1, false));
        var rows = promises.Select(promise => promise.Row).ToHashSet();
        foreach (var (row, number) in program.Rows.Select((row, number) => (row, number)))
        {
            relaxed.Add(rows.Contains(number)
                ? row with { Terms = [.. row.Terms, new Term(give, (isCap ? -1 : 1) * Math.Max(row.RightHandSide, isCap ? 1 : 0))] }
                : row);
        }

        var solution = BranchAndBound.Solve(relaxed, Limits);
        if (!solution.IsSolved)
        {
            return null;
        }

        var (part, serving) = (solution.Values[give], promises[0].Serving);
        var right = program.Rows[promises[0].Row].RightHandSide;
        return promises[0].Kind switch
        {
            PromiseKind.Zone => $"survive.zone of {Kept(serving!.Survive.Zone)} at most",
            PromiseKind.Cloud => $"survive.cloud of {Kept(serving!.Survive.Cloud)} at most",
            PromiseKind.Replicas => FormattableString.Invariant($"at most {Math.Floor(serving!.FewestReplicas * (1 - part) + 1e-6)} replicas"),
            PromiseKind.Peak => FormattableString.Invariant($"at most {serving!.Peak * (1 - part) * ShareOf(serving, promises[0].Subject).Fraction:0.##} requests/s on {promises[0].Subject}"),
            PromiseKind.Reserve => FormattableString.Invariant($"reservations for at most {right * serving!.Peak * (1 - part):0.##} requests/s on {promises[0].Subject}"),
            PromiseKind.Limit when promises[0].Limit is { Mend: { } mend } =>
                $"{promises[0].Subject} of {Needed()} {promises[0].Limit!.Unit} ({mend(Needed() - (int)right)})",
            _ => FormattableString.Invariant($"{promises[0].Subject} of {right + part * Math.Max(right, 1):0.##} instead of {right:0.##}"),
        };

        int Needed() => (int)Math.Ceiling(right + part * Math.Max(right, 1) - 1e-6);

        Share Kept(Share promised) => Share.FromFraction(Math.Floor(promised.Fraction * (1 - part) * 1000 + 1e-6) / 1000);
    }
}
