using System.Collections.Immutable;

namespace GpuInfra.Planning.Fleets;

/// <summary>A promise or constraint of a problem that could be given up.</summary>
/// <param name="Constraint">Its key in the plan, as <c>survive.cloud</c>.</param>
/// <param name="Words">The same in words, as <c>surviving the loss of a cloud</c>.</param>
/// <param name="Without">The problem without it.</param>
internal sealed record Relaxation(string Constraint, string Words, Func<FleetProblem, FleetProblem> Without)
{
    /// <summary>Those that a problem has.</summary>
    public static ImmutableArray<Relaxation> Of(FleetProblem problem) =>
    [
        .. Shares(problem),
        .. OfServings.Where(relaxation => problem.Servings.Any(serving => relaxation.Has(serving)))
            .Select(relaxation => new Relaxation(relaxation.Constraint, relaxation.Words, Each(relaxation.Without))),
        .. problem.Limits.Where(limit => limit.Mend is not null).Select(quota => new Relaxation(
            $"quotas.{quota.Name}", quota.Words, other => other with { Limits = [.. other.Limits.Where(limit => limit.Name != quota.Name)] })),
        .. problem.Limits.Any(limit => limit.Mend is null)
            ? (ImmutableArray<Relaxation>)[new Relaxation("availability", "what can be had", other => other with { Limits = [.. other.Limits.Where(limit => limit.Mend is not null)] })]
            : [],
    ];

    /// <summary>A change of every serving.</summary>
    public static Func<FleetProblem, FleetProblem> Each(Func<ServingNeed, ServingNeed> change) =>
        problem => problem with { Servings = [.. problem.Servings.Select(change)] };

    private static readonly ImmutableArray<(string Constraint, string Words, Func<ServingNeed, bool> Has, Func<ServingNeed, ServingNeed> Without)> OfServings =
    [
        ("survive.zone", "surviving the loss of a zone", serving => serving.Survive.Zone.Fraction > 0, serving => serving with { Survive = serving.Survive with { Zone = default } }),
        ("survive.cloud", "surviving the loss of a cloud", serving => serving.Survive.Cloud.Fraction > 0, serving => serving with { Survive = serving.Survive with { Cloud = default } }),
        ("replicas.min", "running the fewest replicas", serving => serving.FewestReplicas > 0, serving => serving with { FewestReplicas = 0 }),
        ("purchasing.reserve", "reserving the baseline", serving => serving.Baseline > 0, serving => serving with { Baseline = 0 }),
        ("offersPerCloud", "the few offers in a cloud", serving => serving.MostOffers < int.MaxValue, serving => serving with { MostOffers = int.MaxValue }),
    ];

    private static IEnumerable<Relaxation> Shares(FleetProblem problem) => problem.Servings.Where(serving => serving.Clouds.Length > 1)
        .SelectMany(serving => serving.Clouds).Where(cloud => cloud.Share > 0).Select(cloud => cloud.Cloud).Distinct().Order()
        .Select(cloud => new Relaxation($"clouds.{JsonText.Word(cloud)}.share", $"the share of {JsonText.Word(cloud)}", Each(serving => serving with { Excused = cloud })));
}
