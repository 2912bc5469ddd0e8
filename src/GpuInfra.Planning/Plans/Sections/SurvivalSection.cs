using GpuInfra.Planning.Plans.Reading;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary>What <c>survive</c> holds; null for what is not said, so that a serving can take it from the plan.</summary>
internal sealed record SurvivalDraft(Share? Zone, Share? Cloud, Fields Fields)
{
    /// <summary>The survival, with <paramref name="otherwise"/> for what is not said.</summary>
    public Survival Over(Survival otherwise) => new(Zone ?? otherwise.Zone, Cloud ?? otherwise.Cloud);
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

    public static readonly PlanValue<SurvivalDraft> Value = new Section<SurvivalDraft>(
        [Zone, Cloud], fields => new SurvivalDraft(fields.Get(Zone), fields.Get(Cloud), fields));
}
