using System.Collections.Immutable;
using GpuInfra.Planning.Plans.Reading;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary><c>budget</c>.</summary>
internal static class BudgetSection
{
    private static readonly Key<Usd> Monthly = Key.Required(
        "monthly", Quantities.Money("$1", "$1B"), "What the stack may spend in a month, as $150k.");

    private static readonly Key<ImmutableArray<Share>> AlertAt = Key.Optional(
        "alertAt",
        new ListValue<Share>(Quantities.Percentage(1, 1_000)),
        "Shares of the budget at which somebody is told.",
        [Share.FromPercent(80), Share.All]);

    private static readonly Key<Share> HaltAt = Key.Optional(
        "haltAt", Quantities.Percentage(1, 1_000), "Share of the budget at which launches outside production stop.", Share.All);

    private static readonly Key<Usd?> Ceiling = Key.OptionalNumber(
        "ceiling",
        Quantities.Money("$1", "$1B"),
        "What the deployed month's machines may cost at most, before held commitments lower it: a plan that needs more is refused. Default: no such sum.");

    public static readonly PlanValue<Budget> Value = new Section<Budget>(
        [Monthly, AlertAt, HaltAt, Ceiling],
        fields => new Budget(fields.Get(Monthly), [.. fields.Get(AlertAt).Order()], fields.Get(HaltAt)) { Ceiling = fields.Get(Ceiling) });
}
