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
        "haltAt", Quantities.Percentage(1, 1_000), "Share of a budget at which halt acts.", Share.All);

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

    private static readonly Key<ImmutableArray<KeyValuePair<string, Usd>>> Servings = Key.Optional(
        "servings", new NamedValues<string, Usd>(Names.Name(40), Quantities.Money("$1", "$1B")), "What servings may cost in a month, as { coder: $3k }; the clouds watch each with alerts.", []);

    private static readonly Key<HaltDraft?> Halt = Key.Optional(
        "halt", HaltSection.Value, "Pools that are halted when a budget is used up to haltAt. Left out, none are.");

    public static readonly PlanValue<BudgetDraft> Value = new Section<BudgetDraft>([Monthly, AlertAt, HaltAt, Ceiling, Alerts, Servings, Halt], fields =>
    {
        if (fields.Get(Alerts) is not null)
        {
            Limit(fields, AlertAt, BudgetAlerts.MostShares, "shares with alerts: AWS keeps five notifications of a budget, and the forecast's is one");
            CheckHaltAt(fields);
        }
        else if (fields.IsSound(Alerts) && fields.Get(Halt) is not null)
        {
            fields.Refuse(Halt, "needs alerts: clouds tell what is spent by the budgets that alerts make in them");
        }

        return new BudgetDraft(
            new Budget(fields.Get(Monthly), [.. fields.Get(AlertAt).Order()], fields.Get(HaltAt))
            {
                Ceiling = fields.Get(Ceiling),
                Alerts = fields.Get(Alerts),
                Servings = [.. fields.Get(Servings).Select(serving => new ServingBudget(serving.Key, serving.Value)).OrderBy(serving => serving.Serving, StringComparer.Ordinal)],
                Halt = fields.Get(Halt)?.Halt,
            },
            fields);
    });

    /// <summary>Refuses names that the plan does not know.</summary>
    public static void Check(Fields plan, ImmutableArray<Serving> servings)
    {
        if (plan.Get(PlanSection.Budget) is not { } draft)
        {
            return;
        }

        ImmutableArray<string> known = [.. servings.Select(serving => serving.Name).OfType<string>()];
        foreach (var serving in draft.Budget.Servings.Where(serving => !known.Contains(serving.Serving)))
        {
            draft.Fields.Refuse(Servings, $"unknown serving \"{serving.Serving}\"{Suggestion.DidYouMean(serving.Serving, known)}");
        }

        if (draft.Fields.Get(Halt) is { } halt)
        {
            HaltSection.Check(halt, servings, TeamSection.Named(plan.Get(PlanSection.Teams)), plan.Get(PlanSection.Environment) == DeploymentEnvironment.Prod);
        }
    }

    /// <summary>What halts is told with the notification of its share, which is one of the five where no alert has it.</summary>
    private static void CheckHaltAt(Fields fields)
    {
        var shares = fields.Get(AlertAt);
        if (fields.Get(Halt) is not null && fields.IsSound(AlertAt) && fields.IsSound(HaltAt) && shares.Length == BudgetAlerts.MostShares && !shares.Contains(fields.Get(HaltAt)))
        {
            fields.Refuse(HaltAt, "must be one of the four shares of alertAt: AWS keeps five notifications of a budget, and the forecast's is one");
        }
    }

    private static void Limit<T>(Fields fields, Key<ImmutableArray<T>> key, int most, string what)
    {
        if (fields.IsSound(key) && fields.Get(key).Length > most)
        {
            fields.Refuse(key, FormattableString.Invariant($"at most {most} {what}"));
        }
    }
}

/// <summary>What <c>budget</c> holds, and where it stands.</summary>
internal sealed record BudgetDraft(Budget Budget, Fields Fields);
