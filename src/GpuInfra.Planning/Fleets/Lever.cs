using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>One thing that a planner could change, and the plan with it changed.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Assumes">What must be true for it: approval, a router, a measured rate.</param>
/// <param name="Plan">The changed plan; null where there is nothing to change.</param>
public sealed record Lever(string Name, string Assumes, CapacityPlan? Plan)
{
    private static readonly Share TriedPrefixHits = Share.FromPercent(40);
    private static readonly Share TriedCacheHits = Share.FromPercent(20);
    private const double TriedAcceptedTokens = 1.5;
    private const double TriedPatience = 1.5;

    /// <summary>The levers of a plan, in the order of how much must be done for them.</summary>
    public static ImmutableArray<Lever> Of(CapacityPlan plan) =>
    [
        new("less headroom", "half of the headroom is enough above the planned peak", plan.Servings.All(serving => plan.HeadroomOf(serving).Fraction == 0) ? null : plan.WithHeadroom(0.5)),
        new("no promise for a lost cloud", "survive.cloud is 0% for every serving", plan.Servings.All(serving => serving.Survive.Cloud.Fraction == 0) ? null
            : Each(plan, serving => serving.Survive.Cloud.Fraction > 0, serving => serving with { Survive = serving.Survive with { Cloud = default } })),
        new("more patience", "users accept half as much again per token and to the first", Each(
            plan, serving => serving.Latency is not null, serving => serving with { Latency = Slower(serving.Latency!) })),
        new("spot", "all that is not online may be interrupted", Spot(plan)),
        new("reserve up to p50", "the median demand of online servings is reserved; no price changes until a commitment is held", Reserve(plan)),
        new("fp8 weights", "somebody approves fp8 weights of every model that has 16-bit ones", Precise(plan, Precision.Fp8)),
        new("int4 weights", "somebody approves int4 weights of every model that has wider ones", Precise(plan, Precision.Int4)),
        new("response cache", $"a cache answers {TriedCacheHits} of online requests", Technique(
            plan, techniques => techniques.CacheHitRate.Fraction == 0, techniques => techniques with { CacheHitRate = TriedCacheHits })),
        new("prefix cache", $"{TriedPrefixHits} of input tokens repeat, and a router sends them where they are cached", Technique(
            plan,
            techniques => techniques.CountedPrefixHitRate.Fraction == 0,
            techniques => techniques with { PrefixCacheHitRate = TriedPrefixHits, Routing = Routing.PrefixAware })),
        new("speculative decoding", FormattableString.Invariant($"a draft of which {TriedAcceptedTokens} tokens a step are accepted"), Technique(
            plan, techniques => techniques.AcceptedTokens == 0, techniques => techniques with { AcceptedTokens = TriedAcceptedTokens })),
    ];

    private static CapacityPlan? Each(CapacityPlan plan, Func<Serving, bool> applies, Func<Serving, Serving> change) =>
        plan.Servings.Any(applies)
            ? plan with { Servings = [.. plan.Servings.Select(serving => applies(serving) ? change(serving) : serving)] }
            : null;

    private static CapacityPlan? Technique(CapacityPlan plan, Func<ServingTechniques, bool> applies, Func<ServingTechniques, ServingTechniques> change) => Each(
        plan,
        serving => serving.Kind == ServingKind.Online && applies(serving.Techniques),
        serving => serving with { Techniques = change(serving.Techniques) });

    private static CapacityPlan? Precise(CapacityPlan plan, Precision precision) => Each(
        plan,
        serving => serving.Model.Task == ModelTask.Generation && serving.Precision.BytesPerWeight() > precision.BytesPerWeight(),
        serving => serving with { Precision = precision, ChoosesPrecision = false });

    private static CapacityPlan? Spot(CapacityPlan plan)
    {
        var kinds = plan.Servings.Select(serving => serving.Kind).Where(kind => kind != ServingKind.Online).ToImmutableArray();
        return kinds.All(plan.Purchasing.SpotFor.Contains)
            ? null
            : plan with { Purchasing = plan.Purchasing with { SpotFor = [.. plan.Purchasing.SpotFor.Concat(kinds).Distinct().Order()] } };
    }

    private static CapacityPlan? Reserve(CapacityPlan plan) =>
        plan.Purchasing.ReserveUpToPercentile is null && plan.Servings.Any(serving => serving.Kind == ServingKind.Online)
            ? plan with { Purchasing = plan.Purchasing with { ReserveUpToPercentile = 50 } }
            : null;

    private static LatencyTarget Slower(LatencyTarget latency) => latency with
    {
        TimeToFirstToken = latency.TimeToFirstToken * TriedPatience,
        TimePerOutputToken = latency.TimePerOutputToken * TriedPatience,
    };
}
