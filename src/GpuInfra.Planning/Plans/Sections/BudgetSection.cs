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

    private static readonly Key<ImmutableArray<string>> Email = Key.RequiredList(
        "email", new ListValue<string>(Names.Mail), "Mail addresses that are told of the stack's budget, at most five; a team's budget is told to its owner.");

    private static readonly Key<BudgetAlerts?> Alerts = Key.Optional(
        "alerts",
        new Section<BudgetAlerts>([Email], fields =>
        {
            Limit(fields, Email, BudgetAlerts.MostAddresses, "addresses: Google Cloud tells no more of a budget");
            return new BudgetAlerts([.. fields.Get(Email).Order(StringComparer.Ordinal)]);
        }),
        "Whom the clouds tell when a budget is used up or about to be: budgets are made in them. Left out, none are.");

    public static readonly PlanValue<Budget> Value = new Section<Budget>([Monthly, AlertAt, HaltAt, Ceiling, Alerts], fields =>
    {
        if (fields.Get(Alerts) is not null)
        {
            Limit(fields, AlertAt, BudgetAlerts.MostShares, "shares with alerts: AWS keeps five notifications of a budget, and the forecast's is one");
        }

        return new Budget(fields.Get(Monthly), [.. fields.Get(AlertAt).Order()], fields.Get(HaltAt)) { Ceiling = fields.Get(Ceiling), Alerts = fields.Get(Alerts) };
    });

    private static void Limit<T>(Fields fields, Key<ImmutableArray<T>> key, int most, string what)
    {
        if (fields.IsSound(key) && fields.Get(key).Length > most)
        {
            fields.Refuse(key, FormattableString.Invariant($"at most {most} {what}"));
        }
    }
}
