using GpuInfra.Planning.Plans.Reading;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary>What <c>survive</c> holds; null for what is not said, so that a serving can take it from the plan.</summary>
internal sealed record SurvivalDraft(Share? Zone, Share? Cloud, Share? InTime, Fields Fields)
{
    /// <summary>The survival, with <paramref name="otherwise"/> for what is not said.</summary>
    public Survival Over(Survival otherwise) => new(Zone ?? otherwise.Zone, Cloud ?? otherwise.Cloud) { InTime = InTime ?? otherwise.InTime };
}

/// <summary><c>survive</c>, of the plan and of a serving.</summary>
internal static class SurvivalSection
{
    public static readonly Key<Share?> Zone = Key.OptionalNumber(
        "zone", Quantities.Percentage(0, 100), "Share of the P95 demand that is still served after the loss of any one zone. Default: 0%.");

    public static readonly Key<Share?> Cloud = Key.OptionalNumber(
        "cloud",
        Quantities.Percentage(0, 100),
        "Share of the P95 demand that is still served after the loss of a whole cloud; needs both. Default: 0%.");

    public static readonly Key<Share?> InTime = Key.OptionalNumber(
        "inTime",
        Quantities.Percentage(1, 100),
        "Share of what must still be served that is served within the promised latency while something is lost; the preview replays every loss and looks. "
        + "Default: the latency's percentile.");

    public static readonly PlanValue<SurvivalDraft> Value = new Section<SurvivalDraft>(
        [Zone, Cloud, InTime], fields => new SurvivalDraft(fields.Get(Zone), fields.Get(Cloud), fields.Get(InTime), fields));
}
