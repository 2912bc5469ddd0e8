using System.Collections.Immutable;

namespace GpuInfra.Planning.Fleets;

/// <summary>
/// What updates start beside machines, as a sum over instances that is never below it: b ⌈(n − d) / e⌉ ≤ n b / e + b. The second part is taken off the limits, once
/// for each offer that a serving may use at a time.
/// </summary>
internal static class SurgeBound
{
    /// <summary>The problem with the bound in the place of what updates start.</summary>
    public static FleetProblem Of(FleetProblem problem) => new(
        [.. problem.Servings.Select(serving => serving with { Choices = [.. serving.Choices.Select(choice => Of(serving, choice))] })],
        [.. problem.Limits.Select(limit => limit with { Most = limit.Most - problem.Servings.Sum(serving => Once(serving, limit)) })],
        problem.MostMonthly);

    /// <summary>Instances of a bound's choices as those of the problem's.</summary>
    public static ImmutableArray<PlacedInstances> Read(FleetProblem problem, ImmutableArray<PlacedInstances> instances) =>
    [
        .. instances.Select(placed => placed with
        {
            Choice = problem.Servings.SelectMany(serving => serving.Choices)
                .First(choice => choice.Pool == placed.Choice.Pool && choice.Offer == placed.Choice.Offer && choice.Tier == placed.Choice.Tier),
        }),
    ];

    private static PoolChoice Of(ServingNeed serving, PoolChoice choice) => choice.Surge is not { } surge ? choice : choice with
    {
        Surge = null,
        Uses = surge.Every >= ServingVariables.MostInstances(serving, choice)
            ? choice.Uses
            : [.. choice.Uses, .. surge.Uses.Select(use => use with { Amount = use.Amount * surge.Instances / surge.Every })],
    };

    private static double Once(ServingNeed serving, SharedLimit limit)
    {
        var each = serving.Choices.Where(choice => choice.Surge is not null).Select(choice => choice.SurgeUse(limit.Name) * choice.Surge!.Instances).Where(use => use > 0).ToList();
        return each.Count == 0 ? 0 : each.Max() * Math.Min(serving.MostOffers, each.Count);
    }
}
