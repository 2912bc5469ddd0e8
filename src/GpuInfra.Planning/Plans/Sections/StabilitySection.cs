using GpuInfra.Planning.Plans.Reading;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary>What <c>stability</c> holds.</summary>
internal sealed record StabilityDraft(Share MovesFrom);

/// <summary><c>stability</c>.</summary>
internal static class StabilitySection
{
    private static readonly Key<Share> MovesFrom = Key.Optional(
        "movesFrom",
        Quantities.Percentage(0, 90),
        "What a serving that runs must save before it moves to other machines, as a share of its cost where it is; 0% plans as if nothing ran.",
        CapacityPlan.DefaultMovesFrom);

    public static readonly PlanValue<StabilityDraft> Value = new Section<StabilityDraft>(
        [MovesFrom], fields => new StabilityDraft(fields.Get(MovesFrom)));
}
