using System.Collections.Immutable;
using GpuInfra.Planning.Replays;

namespace GpuInfra.Offline.Policies;

/// <summary>What must survive a loss survives it.</summary>
internal static class SurvivalRules
{
    public static Policy<Evidence> Survival { get; } = new(
        "survival",
        "every serving keeps what the plan promises after the loss of a zone or a cloud",
        "plan again, or promise less under survive in the plan.",
        evidence => evidence.Fleet.Servings.Select(fleet => new Look(fleet.Serving.Name, [.. fleet.Survival
            .Where(loss => !loss.Holds)
            .Select(loss => $"after the loss of {loss.Lost}, {loss.Remaining} of P95 demand is served; "
                + $"the plan asks for {loss.Required}")])))
    {
        Noun = "serving",
    };

    /// <summary>The same, played: what is left also answers in time.</summary>
    public static Policy<Evidence> SurvivalReplay { get; } = new(
        "survival-replay",
        "after every loss that the plan promises to survive, replayed at P95 demand, enough requests are served within the promised latency",
        "give the serving more room (its own headroom, survive), another latency, or promise less; gpuinfra replay --lose plays a loss in full.",
        evidence => evidence.Fleet.Servings.Select(fleet => new Look(fleet.Serving.Name, Faults(evidence, fleet.Serving.Name))))
    {
        Noun = "serving",
    };

    /// <summary>A proof of another fleet proves nothing.</summary>
    private static ImmutableArray<string> Faults(Evidence evidence, string serving) => evidence.Record.Proof.PlanHash != evidence.Fleet.PlanHash
        ? ["the losses were replayed on another fleet than this"]
        :
        [
            .. evidence.Record.Proof.Losses
                .Where(loss => loss.Serving == serving && !loss.IsKept)
                .GroupBy(loss => loss with { Loss = new(loss.Loss.Kind, "", default, null) })
                .Select((alike, index) => Tell(alike.Key, string.Join(" or ", alike.Select(loss => loss.Loss.Name))) + (index > 0 ? "" : Mend(evidence, serving))),
        ];

    private static string Mend(Evidence evidence, string serving) => evidence.Record.Proof.Mends.FirstOrDefault(mend => mend.Serving == serving) is not { } mend ? ""
        : $"; planned again with headroom: {mend.Headroom.ToString().Replace(" ", "", StringComparison.Ordinal)} of its own it holds, for {mend.MoreMonthly} a month more";

    private static string Tell(LossProof loss, string lost) => FormattableString.Invariant(
        $"after the loss of {lost} {loss.Attainment * 100:0.0} % of requests are served within the promise, {loss.Before * 100:0.0} % before it; the plan asks for {loss.Needed * 100:0.#} %");
}
